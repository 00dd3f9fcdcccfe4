"""What this service has said of each deadline, read back from its own events. Pure.

After a restore the store may know less than what was told. What was told is the truth for everybody
else: the next revision goes on from there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from services.rapid_review_timer.deadline import Basis, Deadline
from services.rapid_review_timer.outcome import Cancelled, Met, Suspended
from shared.contracts.deadline_events import (
    DeadlineCancelled,
    DeadlineMet,
    DeadlineMoved,
    DeadlineResumed,
    DeadlineSet,
    DeadlineState,
    DeadlineSuspended,
    ReviewDue,
)
from shared.messaging.facts import Fact


@dataclass
class Said:
    """Of one deadline: `earlier` holds the last state of each revision before the present one;
    `last_fired` is what was fired for the present due date while it ran, `moved` why and when it
    was last put on another day."""

    deadline: Deadline
    revision: int
    earlier: dict[int, tuple[Deadline, Fact]] = field(default_factory=dict)
    fired: list[ReviewDue] = field(default_factory=list)
    last_fired: ReviewDue | None = None
    traceparent: str | None = None
    moved: tuple[str, datetime] | None = None


def said_of(own_facts: Sequence[Fact]) -> dict[UUID, Said]:
    """By deadline. `own_facts` are this service's own, each stream in its order."""
    known: dict[UUID, Said] = {}
    unset: dict[UUID, list[ReviewDue]] = {}
    for fact in own_facts:
        data = fact.data
        if isinstance(data, DeadlineState):
            _hear(known, fact, data)
            # Fired before, and that it was set was lost with a store: it is not fired again.
            for fired in unset.pop(data.deadline_id, ()):
                _fire(known[data.deadline_id], fired)
        elif isinstance(data, ReviewDue) and data.deadline_id in known:
            _fire(known[data.deadline_id], data)
        elif isinstance(data, ReviewDue):
            unset.setdefault(data.deadline_id, []).append(data)
    return known


def _fire(told: Said, fired: ReviewDue) -> None:
    told.fired.append(fired)
    if fired.due_date == told.deadline.basis.due_date and told.deadline.outcome is None:
        told.last_fired = fired


def _hear(known: dict[UUID, Said], fact: Fact, data: DeadlineState) -> None:
    made = _deadline(fact, data)
    told = known.get(data.deadline_id)
    if told is None:
        known[data.deadline_id] = Said(made, data.revision, traceparent=fact.traceparent)
        return
    before = told.deadline
    if data.revision > told.revision:
        told.earlier[told.revision] = (before, fact)
    ran_on = before.outcome is None and before.basis.due_date == made.basis.due_date
    if isinstance(data, DeadlineSet | DeadlineMoved | DeadlineResumed) and not ran_on:
        told.last_fired = None
    if isinstance(data, DeadlineMoved):
        told.moved = (data.reason, fact.recorded_at)
    told.deadline, told.revision = made, data.revision


def _deadline(fact: Fact, data: DeadlineState) -> Deadline:
    return Deadline(
        deadline_id=data.deadline_id,
        case_id=fact.case_id,
        cycle=data.cycle,
        rule=data.rule,
        basis=Basis(
            rule_version=data.rule_version,
            rule_set=data.rule_set,
            force=data.force,
            calendar_version=data.calendar_version,
            started_at=data.started_at,
            caused_by=data.caused_by,
            due_date=data.due_date,
            late_from=data.late_from,
            alternatives=dict(data.alternatives),
            relaxed_by=data.relaxed_by,
        ),
        outcome=_outcome(data),
    )


def _outcome(data: DeadlineState) -> Met | Cancelled | None:
    if isinstance(data, DeadlineMet):
        return Met(data.met_at, data.met_by, data.on_time, data.working_days_late)
    if isinstance(data, DeadlineSuspended):
        return Suspended(data.reason, None)
    return Cancelled(data.reason, None) if isinstance(data, DeadlineCancelled) else None


def as_told(derived: Deadline, told: Deadline) -> Deadline:
    """`derived` with what events do not carry left out, where the rest was told so."""
    same_end = (
        isinstance(derived.outcome, Cancelled)
        and isinstance(told.outcome, Cancelled)
        and derived.outcome.reason == told.outcome.reason
    )
    return replace(told, outcome=derived.outcome) if same_end else told
