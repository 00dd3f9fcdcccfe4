"""The rows of one stream, in memory: for permutation tests of the order rule only."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from shared.messaging.order import CannotBeApplied, Occupancy, Outcome


@dataclass(frozen=True)
class Event:
    sequence: int
    event_id: UUID
    type_known: bool = True
    poisonous: bool = False


@dataclass
class InMemoryStream:
    next_sequence: int = 1
    taken: dict[int, tuple[UUID, Outcome]] = field(default_factory=dict)
    parked: dict[int, Event] = field(default_factory=dict)
    in_place: dict[int, Event] = field(default_factory=dict)
    conflicts: list[Event] = field(default_factory=list)
    effects: list[int] = field(default_factory=list)

    async def is_held(self) -> bool:
        return bool(self.in_place or self.conflicts)

    async def occupancy(self, event: Event) -> Occupancy:
        holders: dict[int, UUID] = {number: id_ for number, (id_, _) in self.taken.items()}
        holders |= {number: parked.event_id for number, parked in self.parked.items()}
        holders |= {number: stopped.event_id for number, stopped in self.in_place.items()}
        elsewhere = any(
            id_ == event.event_id and number != event.sequence for number, id_ in holders.items()
        )
        return Occupancy(holders.get(event.sequence), elsewhere)

    async def park(self, event: Event) -> None:
        self.parked[event.sequence] = event

    async def parked_next(self) -> Event | None:
        return self.parked.get(self.next_sequence)

    async def take_place(self, event: Event, outcome: Outcome) -> None:
        assert event.sequence == self.next_sequence, "a number was taken out of turn"
        assert event.sequence not in self.taken, "a number was taken twice"
        self.taken[event.sequence] = (event.event_id, outcome)
        self.parked.pop(event.sequence, None)
        self.next_sequence += 1

    async def quarantine(self, event: Event, reason: str, *, takes_place: bool) -> None:
        if takes_place:
            self.in_place[event.sequence] = event
            self.parked.pop(event.sequence, None)
        elif event not in self.conflicts:
            self.conflicts.append(event)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        before = list(self.effects)
        try:
            yield
        except CannotBeApplied:
            self.effects = before
            raise

    async def apply(self, event: Event) -> Outcome:
        self.effects.append(event.sequence)
        if event.poisonous:
            raise CannotBeApplied("poisonous")
        return Outcome.APPLIED
