"""What the sender asks of every way of telling somebody."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from services.panel_notification.notice import Outcome


@dataclass(frozen=True)
class Letter:
    """Exactly what is sent. `content` stays the same however often it is tried."""

    notice_id: UUID
    sender: str
    mailbox: str
    content: bytes


@dataclass(frozen=True)
class Answer:
    """`code` is short and coded, never a text of the other side."""

    outcome: Outcome
    code: str


class Channel(Protocol):
    @property
    def name(self) -> str: ...

    async def send(self, letter: Letter) -> Answer:
        """Tries once, within a bounded time. Says `unknown` whenever it may have been accepted."""
