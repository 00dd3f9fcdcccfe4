"""The timer after a restore: a deadline becomes what was last told of it, and goes on from that."""

from uuid import UUID, uuid5

from services.rapid_review_timer.deadline import deadlines_of
from services.rapid_review_timer.firing import cause_of
from services.rapid_review_timer.keep_clocks import in_line
from services.rapid_review_timer.restored import base_of
from services.rapid_review_timer.rules import rule_book
from services.rapid_review_timer.said import said_of
from services.rapid_review_timer.telling import about, told_of
from shared.calendar.bank_holidays import england_and_wales
from shared.contracts.envelope import NAMESPACE
from tests.simulation.service_store import Written
from tests.simulation.timer_rules import TimerTables, known, open_reviews, put_away
from tests.simulation.work import Work


def settle(work: Work, held: set[UUID]) -> None:
    written = work.written
    for case_id in sorted({*written.facts, *written.own}):
        one = work.because_of(uuid5(work.cause, f"clocks of {case_id}"))
        settle_case(one, case_id, waits=_waits(written, case_id, held))


def settle_left(work: Work, held: set[UUID]) -> int:
    """As one look of `ClocksLeft`; says how many cases it settled."""
    settled = 0
    for case_id in sorted(work.written.tables.clocks_left):
        if not _waits(work.written, case_id, held):
            one = work.because_of(uuid5(NAMESPACE, f"clocks left|{case_id}"))
            settle_case(one, case_id, waits=False)
            settled += 1
    return settled


def _waits(written: Written, case_id: UUID, held: set[UUID]) -> bool:
    head, members = written.group(case_id)
    return not held.isdisjoint(members if head == case_id else [case_id])


def settle_case(work: Work, case_id: UUID, *, waits: bool) -> None:
    tables: TimerTables = work.written.tables
    facts = known(work.written, work.written.group(case_id)[1])
    told = said_of(work.written.own_facts_of([case_id]))
    derived = deadlines_of(case_id, facts, rule_book(), england_and_wales()).deadlines
    base = base_of(told, derived, False)
    for deadline_id, kept in base.items():
        tables.deadlines[deadline_id] = kept
        for revision in told[deadline_id].earlier:
            tables.superseded.setdefault((deadline_id, revision), kept)
        for due in told[deadline_id].fired:
            cause = cause_of(deadline_id, due.revision, due.kind)
            tables.firings[deadline_id, due.revision, due.kind] = cause
    if waits:
        tables.clocks_left.add(case_id)
        return
    instants = {fact.event_id: fact.happened_at for fact in facts}
    for change, kept in in_line(case_id, facts, base).steps:
        before = base.get(kept.deadline.deadline_id)
        if before and change.revision != before.revision:
            put_away(tables, before)
        tables.deadlines[kept.deadline.deadline_id] = kept
        at = instants.get(change.deadline.basis.caused_by, work.now)
        for state, happened_at in told_of(change, at):
            work.emit(state, case_id, happened_at, about=about(state))
    open_reviews(work, case_id, facts)
    tables.clocks_left.discard(case_id)
