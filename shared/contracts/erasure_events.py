"""A case leaves the stores: intake orders it, each service says that it has done so."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.intake_events import Code
from shared.contracts.payload import Payload

SYNTHETIC_EXPIRED = "synthetic_expired"
"""Nobody is behind the case, and it has been kept for as long as such a case is."""


class CaseErasureOrdered(Payload):
    """Stands in the stream of each case that leaves: linked cases leave together."""

    cases: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=1000)]
    """The case and those linked with it, in the order of their ids."""
    reason: Code
    """`synthetic_expired`."""
    last_report_at: AwareDatetime
    """When the last report of these cases was accepted."""


class CaseErased(Payload):
    """The service keeps nothing of the case but that it was there: numbers, ids, who did what."""

    reason: Code
    erased_at: AwareDatetime
