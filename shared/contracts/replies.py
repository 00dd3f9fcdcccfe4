"""What a sending system gets back, or is asked for, on its own topic. Never a case id."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.event_codes import Submission
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


class SubmissionReply(Payload):
    """`submission_id` is Vigil's, `sender_id` the one that the sender gave it."""

    submission_id: UUID
    sender_id: UUID
    what: Submission
    organisation: Code


class SubmissionAcknowledged(SubmissionReply):
    """It is kept, and whom it is for will judge it: accepted or refused follows."""

    received_at: AwareDatetime
    content_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class SubmissionAccepted(SubmissionReply):
    accepted_at: AwareDatetime


class SubmissionRefused(Payload):
    """Nothing changed. What the door itself refused has no `submission_id`; it is kept, sealed, and
    put before a person if `held_for_a_person`."""

    what: Submission
    reason: Code
    faults: list[FaultFound] = Field(default_factory=list)
    submission_id: UUID | None = None
    sender_id: UUID | None = None
    partition: int | None = None
    offset: int | None = None
    held_for_a_person: bool
    refused_at: AwareDatetime


class SummaryRequested(Payload):
    """An agency is asked for what it knows of a child and the family; which child it is told by the
    authority. Answer with `summary.submitted` and this `request_id`."""

    request_id: UUID
    organisation: Code
    authority: Code
    requested_at: AwareDatetime
    due_date: date


REPLIES: Mapping[str, type[Payload]] = MappingProxyType(
    {
        "report.acknowledged": ReportAcknowledged,
        "report.refused": ReportRefused,
        "report.requested": ReportRequested,
        "submission.acknowledged": SubmissionAcknowledged,
        "submission.accepted": SubmissionAccepted,
        "submission.refused": SubmissionRefused,
        "summary.requested": SummaryRequested,
    }
)
"""By what they say; all stand in the topic of the system that is answered."""
