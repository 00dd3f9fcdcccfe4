"""The rows of one (source, stream) in memory, as the order rule asks for them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from shared.messaging.facts import Fact
from shared.messaging.order import CannotBeApplied, Occupancy, Outcome
from tests.simulation.topic_logs import Partition

Position = tuple[Partition, int]
Kind = Literal["in_place", "conflict"]


class Delivery:
    """One record as one process reads it; `type_known` is that process's view."""

    __slots__ = ("event_id", "fact", "position", "sequence", "type_known")

    def __init__(self, fact: Fact, position: Position, type_known: bool) -> None:
        self.fact = fact
        self.event_id = fact.event_id
        self.sequence = fact.sequence
        self.position = position
        self.type_known = type_known


@dataclass(frozen=True, slots=True)
class Stopped:
    """An open row of the quarantine."""

    quarantine_id: UUID
    fact: Fact
    kind: Kind
    reason: str


@dataclass(slots=True)
class Around:
    """The transaction around the stream: what it means to open a quarantine row, to read a parked
    record with the types known now, and to undo a handler that failed."""

    stopped: Callable[["Stream", Delivery, str, Kind], Stopped]
    knows: Callable[[str], bool]
    undo: Callable[[], None]


@dataclass(slots=True)
class Stream:
    source: str
    case_id: UUID
    next_sequence: int = 1
    taken: dict[int, tuple[UUID, Outcome]] = field(default_factory=dict)
    parked: dict[int, Delivery] = field(default_factory=dict)
    open_rows: dict[Position, Stopped] = field(default_factory=dict)
    settled: dict[Position, str] = field(default_factory=dict)
    number_of: dict[UUID, int] = field(default_factory=dict)
    """Of ids that are applied, parked or quarantined in their place."""
    around: Around | None = None

    async def is_held(self) -> bool:
        return bool(self.open_rows)

    def is_awaited(self) -> bool:
        """Whether something waits from which more may follow: no conflict ever does."""
        return bool(self.parked) or any(row.kind != "conflict" for row in self.open_rows.values())

    async def occupancy(self, event: Delivery) -> Occupancy:
        number = self.number_of.get(event.event_id)
        return Occupancy(
            self.holder(event.sequence), number is not None and number != event.sequence
        )

    def holder(self, sequence: int) -> UUID | None:
        if sequence in self.taken:
            return self.taken[sequence][0]
        if sequence in self.parked:
            return self.parked[sequence].event_id
        for row in self.open_rows.values():
            if row.kind == "in_place" and row.fact.sequence == sequence:
                return row.fact.event_id
        return None

    async def park(self, event: Delivery) -> None:
        self.parked[event.sequence] = event
        self.number_of[event.event_id] = event.sequence

    async def parked_next(self) -> Delivery | None:
        waiting = self.parked.get(self.next_sequence)
        if waiting is None:
            return None
        return Delivery(waiting.fact, waiting.position, self._around.knows(waiting.fact.type))

    async def take_place(self, event: Delivery, outcome: Outcome) -> None:
        if event.sequence != self.next_sequence:
            raise LookupError("a number was taken out of turn")
        if self.open_rows and outcome is not Outcome.DISCARDED:
            raise LookupError("a stream that is held applied an event")
        self.taken[event.sequence] = (event.event_id, outcome)
        self.number_of[event.event_id] = event.sequence
        self.parked.pop(event.sequence, None)
        self.next_sequence = event.sequence + 1

    async def quarantine(self, event: Delivery, reason: str, *, takes_place: bool) -> None:
        waiting = self.parked.get(event.sequence)
        if waiting is not None and waiting.event_id == event.event_id:
            del self.parked[event.sequence]
            del self.number_of[event.event_id]
        if event.position in self.open_rows or self.settled.get(event.position, "") in (
            "dismissed",
            "discarded",
        ):
            return
        kind: Kind = "in_place" if takes_place else "conflict"
        if takes_place:
            self.number_of[event.event_id] = event.sequence
        self.open_rows[event.position] = self._around.stopped(self, event, reason, kind)

    def close(self, position: Position, outcome: str) -> Stopped:
        """Settles an open row; its number is free until somebody takes it again."""
        row = self.open_rows.pop(position)
        self.settled[position] = outcome
        if row.kind == "in_place":
            del self.number_of[row.fact.event_id]
        return row

    def savepoint(self) -> "Savepoint":
        return Savepoint(self._around.undo)

    @property
    def _around(self) -> Around:
        if self.around is None:
            raise LookupError("the stream is read outside a transaction")
        return self.around

    def copy(self) -> "Stream":
        return Stream(
            self.source,
            self.case_id,
            self.next_sequence,
            dict(self.taken),
            dict(self.parked),
            dict(self.open_rows),
            dict(self.settled),
            dict(self.number_of),
        )


@dataclass(slots=True)
class Savepoint:
    undo: Callable[[], None]

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and issubclass(kind, CannotBeApplied):
            self.undo()
