"""What any service may publish about its own consuming and publishing."""

from uuid import UUID

from shared.contracts.intake_events import Code
from shared.contracts.payload import Payload


class CaseHeld(Payload):
    """The service stopped this case's events from one source; its clocks go on."""

    source: Code
    quarantine_id: UUID
    reason: Code


class CaseReleased(Payload):
    source: Code
    quarantine_id: UUID
    outcome: Code
    """`released`, `discarded` or `dismissed`."""


class EventVoided(Payload):
    """Stands in for an event that the broker refused for ever: same number, applied as nothing."""

    voided_type: Code
    reason: Code
