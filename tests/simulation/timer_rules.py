"""The rapid-review timer without its store: clocks kept, firings made."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.rapid_review_timer.deadline_store import Kept
from services.rapid_review_timer.firing import after, cause_of, latest_due
from services.rapid_review_timer.keep_clocks import in_line
from services.rapid_review_timer.opening_review import to_open
from services.rapid_review_timer.telling import about, told_of
from services.rapid_review_timer.watcher import review_due
from shared.calendar.errors import CalendarError
from shared.calendar.versions import CalendarVersions
from shared.contracts.event_codes import DueKind
from shared.contracts.intake_events import IncidentLinked
from shared.contracts.review_events import ReviewStep
from shared.messaging.facts import Fact
from shared.messaging.order import CannotBeApplied
from tests.simulation.service_store import Flat, Written
from tests.simulation.work import Work

FiringKey = tuple[UUID, int, DueKind]


@dataclass
class TimerTables(Flat):
    deadlines: dict[UUID, Kept] = field(default_factory=dict)
    firings: dict[FiringKey, UUID] = field(default_factory=dict)
    superseded: dict[tuple[UUID, int], Kept] = field(default_factory=dict)
    clocks_left: set[UUID] = field(default_factory=set)
    """Cases that a restored store had to leave."""


def apply(work: Work, fact: Fact) -> None:
    """As `keep_clocks`: the fact, then the clocks of its case and of the case it counts for."""
    written = work.written
    written.record(fact)
    if isinstance(fact.data, IncidentLinked):
        written.survivor[fact.case_id] = fact.data.survivor
    head, members = written.group(fact.case_id)
    facts = known(written, members)
    for case_id in sorted({fact.case_id, head}):
        bring_in_line(work, case_id, facts, fact.happened_at)
        open_reviews(work, case_id, facts)


def known(written: Written, members: list[UUID]) -> list[Fact]:
    """All that was told of these cases, and the steps of their reviews."""
    return [*written.facts_of(members), *review_steps(written.own_facts_of(members))]


def review_steps(own: Sequence[Fact]) -> list[Fact]:
    return [fact for fact in own if isinstance(fact.data, ReviewStep)]


def open_reviews(work: Work, case_id: UUID, facts: Sequence[Fact]) -> None:
    for said in to_open(case_id, facts):
        work.emit(said, case_id, said.opened_at, about=str(said.review_id))


def bring_in_line(
    work: Work,
    case_id: UUID,
    facts: list[Fact],
    happened_at: datetime,
    versions: CalendarVersions | None = None,
) -> None:
    tables: TimerTables = work.written.tables
    stored = stored_of(work.written, case_id)
    try:
        line = in_line(case_id, facts, stored, versions, now=work.now)
    except CalendarError as refused:
        raise CannotBeApplied(refused.code) from None
    for change, kept in line.steps:
        deadline_id = change.deadline.deadline_id
        before = stored.get(deadline_id)
        if before and change.revision != before.revision:
            put_away(tables, before)
        tables.deadlines[deadline_id] = kept
        for state, at in told_of(change, happened_at):
            work.emit(state, case_id, at, about=about(state))


def put_away(tables: TimerTables, before: Kept) -> None:
    _once(tables.superseded, (before.deadline.deadline_id, before.revision), before)


def stored_of(written: Written, case_id: UUID) -> dict[UUID, Kept]:
    kept: dict[UUID, Kept] = written.tables.deadlines
    return {key: row for key, row in kept.items() if row.deadline.case_id == case_id}


def watch(work: Work) -> int:
    """As one sweep of the watcher: fires what has come by now, the longest due first."""
    tables: TimerTables = work.written.tables
    due = [
        kept
        for kept in tables.deadlines.values()
        if kept.next_firing and kept.next_firing.due_at <= work.now
    ]
    for kept in sorted(due, key=lambda one: (_next_at(one), one.deadline.deadline_id)):
        fire(work, kept)
    return len(due)


def fire(work: Work, kept: Kept) -> None:
    tables: TimerTables = work.written.tables
    deadline_id, case_id = kept.deadline.deadline_id, kept.deadline.case_id
    firing = latest_due(kept.planned, work.now)
    if firing is None:
        return
    caused = work.because_of(cause_of(deadline_id, kept.revision, firing.kind))
    _once(tables.firings, (deadline_id, kept.revision, firing.kind), caused.cause)
    tables.deadlines[deadline_id] = replace(kept, next_firing=after(kept.planned, firing))
    caused.emit(review_due(kept, firing, work.now), case_id, firing.due_at)


def _next_at(kept: Kept) -> datetime | None:
    return kept.next_firing.due_at if kept.next_firing else None


def _once(rows: dict[Any, Any], key: object, row: object) -> None:
    if key in rows:
        raise LookupError("a primary key of the timer is used twice")
    rows[key] = row
