"""A deadline that a new version of the bank holidays puts on another day. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from services.rapid_review_timer.calculation import calculate
from services.rapid_review_timer.calendar_change import Move, version_of
from services.rapid_review_timer.clocks import cycles_of
from services.rapid_review_timer.deadline import alternative_starts, relaxing
from services.rapid_review_timer.deadline_store import Kept, planned_for
from services.rapid_review_timer.keep_clocks import due_soon_of
from services.rapid_review_timer.revision import Change
from services.rapid_review_timer.rule_book import RuleBook
from shared.calendar.bank_holidays import Calendar
from shared.messaging.facts import Fact

REASON = "calendar_revised"

ClockStarts = dict[tuple[UUID, int], datetime]
"""By case and cycle: what the alternatives of a deadline may be counted from."""


def needs_facts(kept: Kept, book: RuleBook) -> bool:
    """Whether one of its alternatives is counted from a start that the deadline does not hold."""
    rule = version_of(kept.deadline, book)
    return any(
        other.basis in kept.deadline.basis.alternatives and other.trigger != rule.trigger
        for other in rule.alternatives
    )


def clock_starts_of(facts: Iterable[Fact], book: RuleBook) -> ClockStarts:
    """`facts` are each case's in the order of their source."""
    return {
        (case_id, number): cycle.clock_start
        for case_id, told in groupby(facts, key=lambda fact: fact.case_id)
        for number, cycle in cycles_of(list(told), book).items()
        if cycle.clock_start is not None
    }


def moved(
    kept: Kept,
    move: Move,
    newest: Calendar,
    books: tuple[RuleBook, RuleBook],
    clock_start: datetime | None,
    now: datetime,
) -> tuple[Change, Kept]:
    """The next revision of a deadline, as its facts would give it with the newest version, and the
    row that it leaves. `books` are the book of England, which counts, and the book as the case's
    area reads it, which says when to warn and what is relaxed."""
    made, (book, local) = kept.deadline, books
    basis = replace(
        made.basis,
        calendar_version=newest.version,
        due_date=move.due_date,
        late_from=move.late_from,
        alternatives=_alternatives(kept, newest, book, clock_start),
        relaxed_by=relaxing(made.rule, move.due_date, local),
    )
    after = replace(made, basis=basis)
    soon = due_soon_of(after, local, newest)
    change = Change(after, kept.revision + 1, made, ("moved",), REASON)
    row = replace(
        kept,
        deadline=after,
        revision=change.revision,
        due_soon_on=soon,
        next_firing=planned_for(basis, soon)[0],
        moved_because=REASON,
        moved_at=now,
    )
    return change, row


def _alternatives(
    kept: Kept, newest: Calendar, book: RuleBook, clock_start: datetime | None
) -> dict[str, date]:
    if not kept.deadline.basis.alternatives:
        return {}
    rule = version_of(kept.deadline, book)
    counted = calculate(
        rule,
        newest,
        kept.deadline.basis.started_at,
        alternative_starts=alternative_starts(rule, clock_start),
    )
    return dict(counted.alternatives)
