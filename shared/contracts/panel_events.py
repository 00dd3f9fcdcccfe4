"""What panel notification publishes: who was sent what, what came back."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.event_codes import (
    Channel,
    NotificationKind,
    PanelDecision,
    RecipientKind,
)
from shared.contracts.intake_events import Code, Cycle
from shared.contracts.payload import Payload


class NoticeSent(Payload):
    """`sent_at` is the first attempt known to be accepted by the channel."""

    notice_id: UUID
    cycle: Cycle
    notification_number: int = Field(ge=1)
    obligation_id: UUID
    recipient_kind: RecipientKind
    recipient: Code
    limit_rule: Code
    sent_at: AwareDatetime
    channel: Channel
    possible_duplicate: bool


class NoticeDelivered(NoticeSent):
    """`accepted_at`: when the evidence that counts for the channel was seen.

    For SMTP that is the answer 250 after the data; it proves acceptance by the mail server.
    """

    accepted_at: AwareDatetime
    reference: Code


class NoticeUndeliverable(Payload):
    """Refused for good: a person has to find another way."""

    notice_id: UUID
    cycle: Cycle
    notification_number: int = Field(ge=1)
    obligation_id: UUID
    recipient_kind: RecipientKind
    recipient: Code
    channel: Channel
    refused_at: AwareDatetime
    reason: Code


class IncidentNotified(Payload):
    """The Panel's receipt is in; for kind `simple` the receipts of all who must be told.

    The clocks that follow start from `sent_at`, never from the receipt.
    """

    cycle: Cycle
    kind: NotificationKind
    notification_number: int = Field(ge=1)
    obligation_ids: list[UUID]
    sent_at: AwareDatetime
    receipt_at: AwareDatetime
    channel: Channel
    possible_duplicate: bool


class PanelReply(Payload):
    """What every reply of the Panel to a rapid review says. What it wrote stays sealed under the
    id of the reply."""

    reply_id: UUID
    cycle: Cycle
    recorded_at: AwareDatetime


class PanelReceived(PanelReply):
    """The Panel has the rapid review of this cycle."""

    received_at: AwareDatetime
    reference: Code | None = None


class PanelInformationRequested(PanelReply):
    """`wanted_by`: the day that the Panel named, if it did."""

    requested_at: AwareDatetime
    wanted_by: date | None = None


class PanelDecided(PanelReply):
    """A second one only where a national review is decided during a local one."""

    decision: PanelDecision
    decided_at: AwareDatetime
    met_on: date | None = None
    national_review: Code | None = None


REPLY_TOPICS: Mapping[str, type[PanelReply]] = MappingProxyType(
    {
        "panel.received": PanelReceived,
        "panel.information.requested": PanelInformationRequested,
        "panel.decided": PanelDecided,
    }
)
