"""What panel notification answers over HTTP, as its document says it: ids, codes and instants."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.panel_notification.notice import State
from shared.contracts.panel_said import PanelSays, Reply, SaidDecision


class Answer(BaseModel):
    """Instants are in UTC."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ReceiptShown(Answer):
    reference: str
    received_at: datetime


class ReportShown(Answer):
    """Days in London. `address`: where everybody can read it."""

    area: str
    period_from: date
    period_to: date
    published_on: date
    address: str


class NoticeForRecipient(Answer):
    """Nothing that leads to the case. `sent_at`: when a server first took it. `report`: the yearly
    report that a notice of one is about; it belongs to no case."""

    notice_id: UUID
    reference: str
    cycle: int
    notification_number: int
    about: str
    recipient_kind: str
    recipient: str
    sent_at: datetime | None
    receipt: ReceiptShown | None
    report: ReportShown | None = None


class AttemptShown(Answer):
    number: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    code: str | None
    channel: str | None


class NoticeShown(NoticeForRecipient):
    """`possible_duplicate`: it may have reached its recipient more than once."""

    obligation_id: UUID
    limit_rule: str
    area: str
    channel: str
    state: State
    delivered_at: datetime | None
    escalated_at: datetime | None
    needs_a_person: bool
    possible_duplicate: bool
    attempts: list[AttemptShown]


class NoticesShown(Answer):
    """Whole for the authority that owns the case; a recipient sees its own, as it is shown one."""

    notices: list[NoticeShown | NoticeForRecipient]


class PackSection(Answer):
    """`answers`: each question with what is known, in the order of the form."""

    title: str
    answers: list[tuple[str, str]]


class Pack(Answer):
    channel: str
    title: str
    reference: str
    written_at: str
    to_do: str
    sections: list[PackSection]


class SubmissionKept(Answer):
    notice_id: UUID
    reference: str
    submitted_at: datetime


class StatusKept(Answer):
    """`news`: whether it changed anything."""

    news: bool


class ReceiptKept(Answer):
    notice_id: UUID
    reference: str
    received_at: datetime


class ReplyKept(Answer):
    """Nothing that leads to the case. `replied_at`: when the Panel did what it says."""

    reply_id: UUID
    reply: Reply
    decision: SaidDecision | None
    cycle: int
    replied_at: datetime


class ReplyShown(PanelSays):
    """As the Panel sent it."""

    reply_id: UUID
    recorded_at: datetime


class RepliesShown(Answer):
    replies: list[ReplyShown]
