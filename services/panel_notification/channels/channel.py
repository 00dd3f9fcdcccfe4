"""What the sender asks of every way of telling somebody."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from services.panel_notification.notice import Outcome


@dataclass(frozen=True)
class Letter:
    """Exactly what is sent. `content` stays the same however often it is tried. `address` is a
    mailbox or a URL, as the channel needs it; `sender` is the address that mail comes from; `at` is
    when this attempt began."""

    notice_id: UUID
    sender: str
    address: str
    content: bytes
    at: datetime


@dataclass(frozen=True)
class Answer:
    """`code` is short and coded, never a text of the other side.

    `delivered`: the evidence that counts for this channel is in. `retry_after`: the other side
    says how long to leave it alone. `channel_down`: it would say the same to any other notice.
    `refuses_us`: our own key or account is not accepted, which a person has to see to.
    `provider_reference` is the provider's own id of what it took.
    """

    outcome: Outcome
    code: str
    delivered: bool = False
    retry_after: timedelta | None = None
    channel_down: bool = False
    refuses_us: bool = False
    provider_reference: str | None = None


class Channel(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def looks_up(self) -> bool:
        """Whether the other side can be asked what became of a notice."""

    async def send(self, letter: Letter) -> Answer:
        """Tries once, within a bounded time. Says `unknown` whenever it may have been accepted."""

    async def look_up(self, letter: Letter) -> Answer:
        """What became of an attempt that had no answer: `accepted`, `refused`, `again` if it never
        arrived, `unknown` while that cannot be said. Asks by the notice, changes nothing."""
