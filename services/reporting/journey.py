"""The journey of a case: what happened, who was told, which clocks run, what needs attention.

A pure function of the facts that are known, so that it is the same whatever the order in which
four services' events arrived, and can be derived again when they are replayed. No input holds
personal data, and nothing here may add any.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.reporting.attention import Attention, attention, held_by, undelivered
from services.reporting.clocks import Clock, clocks
from services.reporting.deadlines import deadlines
from services.reporting.heading import (
    DecisionTaken,
    Heading,
    areas_of,
    decision_taken,
    heading,
    stage_of,
)
from services.reporting.known import Stopped, known
from services.reporting.steps import Step, steps
from services.reporting.told import Told, told
from shared.calendar.london import london_date
from shared.messaging.facts import Fact


@dataclass(frozen=True)
class Journey:
    """Instants are in UTC with London words beside them; due dates are London dates."""

    heading: Heading
    attention: tuple[Attention, ...]
    decision: DecisionTaken | None
    told: tuple[Told, ...]
    clocks: tuple[Clock, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Seen:
    """What lists show of a case; derived from its facts and no clock, so that it can be stored.

    `areas`: the owner's first. The next clock is the open one that is late first.
    """

    case_id: UUID
    last_event_at: datetime | None
    stage: str | None
    areas: tuple[str, ...]
    survivor: UUID | None
    next_rule: str | None
    next_due: date | None
    next_late_from: datetime | None
    needs_attention: bool


def journey(
    case_id: UUID, facts: Iterable[Fact], stopped: Iterable[Stopped], now: datetime
) -> Journey:
    """The journey of one case of a link group.

    `facts` and `stopped` are all that is known about the group, in any order, repeats allowed;
    `now` (aware) decides only what is overdue and how many days are left.
    """
    case = known(case_id, facts)
    set_deadlines = deadlines(case)
    who = told(case, set_deadlines)
    running = clocks(set_deadlines, who, now)
    counting = {case_id, *case.losers}
    ours = [row for row in stopped if row.case_id in counting]
    return Journey(
        heading=heading(case, london_date(now)),
        attention=attention(case, running, who, ours),
        decision=decision_taken(case),
        told=who,
        clocks=running,
        steps=steps(case, set_deadlines),
    )


def seen(case_id: UUID, facts: Iterable[Fact]) -> Seen:
    """The same for lists."""
    case = known(case_id, facts)
    open_deadlines = [deadline.last for deadline in deadlines(case) if deadline.runs]
    following = min(
        open_deadlines,
        key=lambda state: (state.late_from, state.rule, str(state.deadline_id)),
        default=None,
    )
    refused = undelivered(case, told(case, deadlines(case)))
    return Seen(
        case_id=case_id,
        last_event_at=max((fact.happened_at for fact in case.facts), default=None),
        stage=stage_of(case),
        areas=areas_of(case),
        survivor=case.survivor,
        next_rule=following.rule if following else None,
        next_due=following.due_date if following else None,
        next_late_from=following.late_from if following else None,
        needs_attention=bool(held_by(case)) or bool(refused),
    )
