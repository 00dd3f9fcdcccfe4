"""What a reporter gets back on its own topic. Never a case id."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.intake_events import Code
from shared.contracts.payload import Payload


class ReportAcknowledged(Payload):
    """The receipt: the report is kept and will be put before a person. `call_999` is set when
    the report says that a child is in danger now: Vigil is not an emergency service."""

    receipt_id: UUID
    report_id: UUID
    organisation: Code
    sender_report_id: str = Field(max_length=200)
    received_at: AwareDatetime
    content_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    call_999: bool


class ReportRequested(Payload):
    """Please send this report again, under the id it had: its content was lost with a store. It
    stays the report that was acknowledged, with the same receipt."""

    report_id: UUID
    organisation: Code
    reason: Code
    requested_at: AwareDatetime


class FaultFound(Payload):
    """Where and what; never the value that was sent."""

    pointer: str = Field(max_length=200)
    code: Code


class ReportRefused(Payload):
    """Not accepted. What could be kept is kept, sealed, and put before a person if
    `held_for_a_person`. Position is that of the record on the sender's ingress topic."""

    reason: Code
    faults: list[FaultFound]
    sender_report_id: str | None = Field(default=None, max_length=200)
    partition: int | None = None
    offset: int | None = None
    held_for_a_person: bool
    refused_at: AwareDatetime
