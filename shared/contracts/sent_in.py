"""What a sending system may write to its ingress topic, and the strict form of each."""

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import BaseModel

from shared.contracts.catalogue import DELIVERY_CONFIRMED, REPORT_SUBMITTED
from shared.contracts.delivery_said import DeliveryConfirmed
from shared.contracts.report import Report
from shared.contracts.submissions import KIND_OF, MODEL_OF

SENT_IN: Mapping[str, type[BaseModel]] = MappingProxyType(
    {
        REPORT_SUBMITTED: Report,
        DELIVERY_CONFIRMED: DeliveryConfirmed,
        **{type_: MODEL_OF[kind] for type_, kind in KIND_OF.items()},
    }
)
"""By type. The value of a record is a compact JWE for intake whose content is the JSON."""
