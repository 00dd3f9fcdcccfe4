"""What a region hears of a clock: that it is nearly due, due or late, and when that is over."""

from collections.abc import Iterator
from datetime import date

from services.reporting.known import Known
from services.reporting.plain_words import working_days
from services.reporting.region_said import Said
from shared.calendar.london import london_date
from shared.contracts.deadline_events import (
    DeadlineCancelled,
    DeadlineMet,
    DeadlineState,
    DeadlineSuspended,
    ReviewDue,
)
from shared.contracts.event_codes import DueKind
from shared.contracts.region_events import Remaining, Status
from shared.contracts.sharing_codes import SharedTopic
from shared.messaging.facts import Fact

RULES_TOLD = frozenset({"DL01", "DL06", "DL07", "DL09", "DL10", "DL11", "DL12"})
"""Of the others each says something of the child or of another area: that there was care before,
that the child died, that a second area has to be told."""

_FEW_DAYS = 5
_DUE_ORDER = (DueKind.DUE_SOON, DueKind.DUE_TODAY, DueKind.RELAXED, DueKind.OVERDUE)
_RUNS_ANEW, _FIRST_DUE, _STANDS = 0, 1, 5
"""Within one revision: that it runs anew, then what is due, then that it runs no more."""
_RANKS = 6
_STOPPED = (DeadlineMet, DeadlineCancelled, DeadlineSuspended)


def clocks_said(case: Known) -> Iterator[Said]:
    """Of a clock that runs, what somebody had to act on in its last revision; and that this is
    over where it ran, to whoever had heard of it: it was met, stopped or moved."""
    last: dict[object, tuple[Fact, DeadlineState]] = {}
    for fact, state in case.of(DeadlineState):
        last[state.deadline_id] = (fact, state)
    due = [(fact, data) for fact, data in case.of(ReviewDue) if data.rule in RULES_TOLD]
    for fact, data in due:
        if data.deadline_id in last:
            clock = last[data.deadline_id][1]
            if clock.revision == data.revision and not isinstance(clock, _STOPPED):
                yield _due(fact, data, clock)
    for deadline_id in sorted({data.deadline_id for _, data in due} & last.keys(), key=str):
        fact, clock = last[deadline_id]
        before = min(data.revision for _, data in due if data.deadline_id == deadline_id)
        if isinstance(clock, _STOPPED):
            yield _over(fact, clock, Remaining.NONE, _STANDS)
        elif before < clock.revision:
            left = _remaining(clock, london_date(fact.recorded_at))
            yield _over(fact, clock, left, _RUNS_ANEW)


def _due(fact: Fact, data: ReviewDue, clock: DeadlineState) -> Said:
    values = {
        "deadline": data.rule,
        "status": Status.RED if data.kind is DueKind.OVERDUE else Status.AMBER,
        "remaining": _remaining(clock, london_date(data.fired_at)),
    }
    rank = data.revision * _RANKS + _FIRST_DUE + _DUE_ORDER.index(data.kind)
    about = str(data.deadline_id)
    return Said(fact, SharedTopic.REVIEW_DUE, data.cycle, values, about, rank)


def _over(fact: Fact, clock: DeadlineState, remaining: Remaining, order: int) -> Said:
    values = {"deadline": clock.rule, "status": Status.GREEN, "remaining": remaining}
    rank = clock.revision * _RANKS + order
    topic, about = SharedTopic.REVIEW_DUE, str(clock.deadline_id)
    return Said(fact, topic, clock.cycle, values, about, rank)


def _remaining(clock: DeadlineState, on: date) -> Remaining:
    if on >= clock.due_date:
        return Remaining.NONE
    left = working_days(clock.calendar_version, on, clock.due_date)
    if left is None:
        left = (clock.due_date - on).days
    return Remaining.FROM_1_TO_5 if left <= _FEW_DAYS else Remaining.OVER_5
