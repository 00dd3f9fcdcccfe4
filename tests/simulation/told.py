"""What the timer told of each deadline, against what it keeps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from uuid import UUID

from services.rapid_review_timer.deadline import Basis
from services.rapid_review_timer.deadline_store import Kept
from services.rapid_review_timer.outcome import Cancelled, Met, Suspended
from shared.contracts.deadline_events import (
    DeadlineCancelled,
    DeadlineMet,
    DeadlineState,
    DeadlineSuspended,
    ReviewDue,
)
from shared.contracts.event_codes import DueKind
from shared.messaging.facts import Fact, of_type

_BASIS = [field.name for field in fields(Basis)]


def deadlines_told(kept: Mapping[UUID, Kept], own: Mapping[UUID, Sequence[Fact]]) -> Iterator[str]:
    last = {
        said.deadline_id: said
        for events in own.values()
        for _, said in of_type(events, DeadlineState)
    }
    if last.keys() != kept.keys():
        yield "timer: a deadline was never told of, or told of and not kept"
        return
    for deadline_id, said in last.items():
        row = kept[deadline_id]
        basis, outcome = row.deadline.basis, row.deadline.outcome
        if any(getattr(said, name) != getattr(basis, name) for name in _BASIS):
            yield "timer: a deadline runs from something else than was told last"
        elif isinstance(outcome, Met) != isinstance(said, DeadlineMet):
            yield "timer: what is met and what was told to be met do not agree"
        elif (type(outcome) is Cancelled) != isinstance(said, DeadlineCancelled):
            yield "timer: what is cancelled and what was told to be cancelled do not agree"
        elif isinstance(outcome, Suspended) != isinstance(said, DeadlineSuspended):
            yield "timer: what stands still and what was told to stand still do not agree"
        elif said.revision != row.revision:
            yield "timer: another revision was told last than is kept"


def fired_of_nothing(own: Mapping[UUID, Sequence[Fact]]) -> set[tuple[UUID, int, DueKind]]:
    """Told before the deadline itself: that it was set was lost with a store, and its number void.
    What was fired of it then has no row to belong to."""
    found = set()
    for events in own.values():
        known: set[UUID] = set()
        for fact in events:
            said = fact.data
            if isinstance(said, DeadlineState):
                known.add(said.deadline_id)
            elif isinstance(said, ReviewDue) and said.deadline_id not in known:
                found.add((said.deadline_id, said.revision, said.kind))
    return found
