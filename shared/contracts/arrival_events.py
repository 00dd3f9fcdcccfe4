"""What intake passes on of what came in by the bus beside reports, and how it was answered.

Only ids travel. What was typed stays sealed at intake under the id of the submission, and the
service that acts on it asks for it there, by id and version.
"""

from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.intake_events import Code
from shared.contracts.payload import Payload


class SubmissionArrived(Payload):
    """`system` and `organisation` are those of the sender, as the front door proved them."""

    submission_id: UUID
    content_version: int = Field(ge=1)
    system: Code
    organisation: Code
    received_at: AwareDatetime


class PanelReplyArrived(SubmissionArrived):
    """In the notice's own stream: intake does not know which case a notice is about."""

    notice_id: UUID


class SummaryArrived(SubmissionArrived):
    """An agency answers a request for a summary."""

    request_id: UUID


class SubmissionAnswered(Payload):
    """What the service made of it that it was for. `reason`: why it was not accepted."""

    submission_id: UUID
    accepted: bool
    reason: Code | None = None
    answered_at: AwareDatetime


class PanelReplyAnswered(SubmissionAnswered):
    """In the notice's own stream."""


class SummaryAnswered(SubmissionAnswered):
    """In the stream of the case."""
