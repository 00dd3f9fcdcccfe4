"""Order per stream within a source: what to do with an event, given what came before it.

Kafka gives no order between topics, so the producer numbers the events of each (source, stream)
from 1 without gaps and the consumer keeps the number that comes next. The rule stands here alone,
without Kafka and Postgres, behind `StreamRows`: production keeps the rows in Postgres, the
simulation in memory, and both run this code.

Promises, for every order of arrival: each number takes effect once and in order; an event is
applied, parked, quarantined or known already, never skipped; a held stream applies nothing; two
events that claim one number are never both accepted in silence.
"""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID


class Verdict(StrEnum):
    APPLIED = "applied"
    PARKED = "parked"
    PARKED_UNKNOWN_TYPE = "parked_unknown_type"
    KNOWN_ALREADY = "known_already"
    QUARANTINED = "quarantined"
    SEQUENCE_CONFLICT = "sequence_conflict"


class Outcome(StrEnum):
    """How a number was used up."""

    APPLIED = "applied"
    NOT_USED = "not_used"
    VOIDED = "voided"
    DISCARDED = "discarded"


class CannotBeApplied(Exception):
    """This event can never be applied as it is; `reason` is a code, never a text of a library."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Placed(Protocol):
    """An event that says where it belongs."""

    @property
    def event_id(self) -> UUID: ...
    @property
    def sequence(self) -> int: ...
    @property
    def type_known(self) -> bool: ...


E = TypeVar("E", bound=Placed)
E_in = TypeVar("E_in", bound=Placed, contravariant=True)


@dataclass(frozen=True)
class Occupancy:
    """Who has the number, applied, parked or quarantined; and whether the id has another one."""

    holder: UUID | None
    id_has_other_number: bool = False


class StreamRows(Protocol[E]):  # pragma: no cover - a shape
    """The rows of one (source, stream), locked until the caller's transaction ends."""

    next_sequence: int

    async def is_held(self) -> bool:
        """Whether an open quarantine row of this stream exists."""

    async def occupancy(self, event: E) -> Occupancy: ...

    async def park(self, event: E) -> None: ...

    async def parked_next(self) -> E | None:
        """The parked event whose number is the next one."""

    async def take_place(self, event: E, outcome: Outcome) -> None:
        """Writes the number and id for good, advances the next number, removes a parked row."""

    async def quarantine(self, event: E, reason: str, *, takes_place: bool) -> None:
        """Opens a quarantine row and removes a parked row of the event."""

    def savepoint(self) -> AbstractAsyncContextManager[object]: ...


class Apply(Protocol[E_in]):  # pragma: no cover - a shape
    async def __call__(self, event: E_in, /) -> Outcome:
        """Makes the event take effect. Raises CannotBeApplied; other errors end the transaction."""


DRAIN_LIMIT = 200
"""Parked events applied in one transaction; the sweep takes the rest."""


async def receive(rows: StreamRows[E], event: E, apply: Apply[E]) -> Verdict:
    """Decides about one delivered event, then applies what waited behind it."""
    taken = await rows.occupancy(event)
    if taken.holder == event.event_id:
        return Verdict.KNOWN_ALREADY
    if taken.holder or taken.id_has_other_number or event.sequence < rows.next_sequence:
        await rows.quarantine(event, Verdict.SEQUENCE_CONFLICT, takes_place=False)
        return Verdict.SEQUENCE_CONFLICT
    if await rows.is_held() or event.sequence > rows.next_sequence:
        await rows.park(event)
        return Verdict.PARKED
    if not event.type_known:
        await rows.park(event)
        return Verdict.PARKED_UNKNOWN_TYPE
    if not await _attempt(rows, event, apply):
        return Verdict.QUARANTINED
    await drain(rows, apply)
    return Verdict.APPLIED


async def drain(rows: StreamRows[E], apply: Apply[E], limit: int = DRAIN_LIMIT) -> int:
    """Applies parked events as long as the next number is among them; says how many.

    Each has its own savepoint: one that fails is quarantined itself and undoes nothing before it.
    """
    applied = 0
    while applied < limit and not await rows.is_held():
        event = await rows.parked_next()
        if event is None or not event.type_known or not await _attempt(rows, event, apply):
            break
        applied += 1
    return applied


async def discard(rows: StreamRows[E], event: E, apply: Apply[E]) -> None:
    """Uses up the number of an event that was in quarantine, applied as nothing.

    The caller has closed its quarantine row.
    """
    if event.sequence == rows.next_sequence:
        await rows.take_place(event, Outcome.DISCARDED)
    await drain(rows, apply)


async def _attempt(rows: StreamRows[E], event: E, apply: Apply[E]) -> bool:
    try:
        async with rows.savepoint():
            outcome = await apply(event)
            await rows.take_place(event, outcome)
    except CannotBeApplied as refusal:
        await rows.quarantine(event, refusal.reason, takes_place=True)
        return False
    return True
