"""A report as a CloudEvent in structured mode: the whole event is the body."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.intake.receive_report import Refused
from shared.contracts.catalogue import REPORT_SUBMITTED
from shared.contracts.strict_json import FieldFault
from shared.contracts.wire import JSON_TYPE, SPECVERSION, instant_of
from shared.web.machine_caller import Caller

_OPTIONAL = frozenset({"time", "datacontenttype", "dataschema", "subject", "traceparent"})
_REQUIRED = frozenset({"specversion", "id", "source", "type", "data"})


@dataclass(frozen=True)
class StructuredEvent:
    id: UUID
    time: datetime | None
    data: dict[str, Any]


def read_event(body: dict[str, Any], caller: Caller) -> StructuredEvent:
    """Strict: unknown attributes are refused. Raises Refused with every fault found.

    The source must be that of the caller: `/org/<organisation>/<system>`.
    """
    time = body.get("time")
    event_id = _uuid(body.get("id"))
    checks = {
        "/specversion": body.get("specversion") == SPECVERSION,
        "/id": event_id is not None,
        "/source": body.get("source") == f"/org/{caller.organisation}/{caller.system}",
        "/type": body.get("type") == REPORT_SUBMITTED,
        "/time": time is None or (isinstance(time, str) and instant_of(time) is not None),
        "/datacontenttype": body.get("datacontenttype", JSON_TYPE) == JSON_TYPE,
        "/data": isinstance(body.get("data"), dict),
        "/*": body.keys() <= _REQUIRED | _OPTIONAL,
    }
    faults = [FieldFault(pointer, "not_valid") for pointer, holds in checks.items() if not holds]
    if faults or event_id is None:
        raise Refused("not_a_report_event", faults)
    return StructuredEvent(
        event_id, instant_of(time) if isinstance(time, str) else None, body["data"]
    )


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None
