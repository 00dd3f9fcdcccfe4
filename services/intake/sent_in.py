"""One record of a sending system, opened, and what a way of taking it in looks like."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from services.intake.desk import Desk
from shared.messaging.store import Tx


@dataclass(frozen=True)
class SentIn:
    """`system` wrote it: nobody else may write to its topic. `sender_id` is the sender's own id.
    `place` is where the record stands: each delivery of it is answered apart."""

    system: str
    organisation: str
    sender_id: UUID
    type: str
    content: dict[str, Any]
    traceparent: str | None
    place: str


TakeIn: TypeAlias = Callable[[Desk, Tx, SentIn], Awaitable[None]]
"""In the caller's transaction, answers included. Raises Refused; then nothing was changed."""
