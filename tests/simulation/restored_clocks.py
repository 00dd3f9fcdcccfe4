"""The timer after a restore: a deadline becomes what was last told of it, and goes on from that."""

from uuid import UUID, uuid5

from services.rapid_review_timer.deadline import deadlines_of
from services.rapid_review_timer.keep_clocks import in_line
from services.rapid_review_timer.restored import base_of
from services.rapid_review_timer.rules import rule_book
from services.rapid_review_timer.said import said_of
from services.rapid_review_timer.telling import about, told_of
from shared.calendar.bank_holidays import england_and_wales
from tests.simulation.timer_rules import TimerTables, known, open_reviews
from tests.simulation.work import Work


def settle(work: Work, held: set[UUID]) -> None:
    written = work.written
    for case_id in sorted({*written.facts, *written.own}):
        head, members = written.group(case_id)
        awaited = members if head == case_id else [case_id]
        one = work.because_of(uuid5(work.cause, f"clocks of {case_id}"))
        settle_case(one, case_id, members, waits=not held.isdisjoint(awaited))


def settle_case(work: Work, case_id: UUID, members: list[UUID], *, waits: bool) -> None:
    tables: TimerTables = work.written.tables
    facts = known(work.written, members)
    told = said_of(work.written.own_facts_of([case_id]))
    derived = deadlines_of(case_id, facts, rule_book(), england_and_wales()).deadlines
    base = base_of(told, derived, False)
    for deadline_id, kept in base.items():
        tables.deadlines[deadline_id] = kept
        for due in told[deadline_id].fired:
            tables.firings[deadline_id, due.revision, due.kind] = work.cause
    if waits:
        return
    instants = {fact.event_id: fact.happened_at for fact in facts}
    for change, kept in in_line(case_id, facts, base).steps:
        tables.deadlines[kept.deadline.deadline_id] = kept
        at = instants.get(change.deadline.basis.caused_by, work.now)
        for state, happened_at in told_of(change, at):
            work.emit(state, case_id, happened_at, about=about(state))
    open_reviews(work, case_id, facts)
