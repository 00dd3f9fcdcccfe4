"""The rapid-review timer without its store, whole: clocks, reviews, versions of the bank holidays,
firings, and what a restored store does before it opens."""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from uuid import UUID, uuid5

from services.rapid_review_timer.calendar_change import revised
from services.rapid_review_timer.calendar_keeping import received
from services.rapid_review_timer.calendar_moves import clock_starts_of, moved
from services.rapid_review_timer.deadline import deadlines_of
from services.rapid_review_timer.keep_clocks import area_of, in_line
from services.rapid_review_timer.restored import base_of
from services.rapid_review_timer.rule_book import RuleBook
from services.rapid_review_timer.rules import rule_book
from services.rapid_review_timer.said import said_of
from services.rapid_review_timer.telling import about, told_of
from shared.calendar.bank_holidays import Calendar, bundled_calendars
from shared.calendar.versions import CalendarVersions
from shared.contracts.intake_events import IncidentLinked
from shared.messaging.facts import Fact
from tests.simulation import timer_rules
from tests.simulation.service_store import Written
from tests.simulation.timer_rules import TimerTables
from tests.simulation.work import Work
from tests.stateful.calendars import COMING


@dataclass
class Clocks(TimerTables):
    calendars: dict[str, Calendar] = field(default_factory=dict)
    """The versions that were sent."""


def apply(work: Work, fact: Fact) -> None:
    written = work.written
    written.record(fact)
    if isinstance(fact.data, IncidentLinked):
        written.survivor[fact.case_id] = fact.data.survivor
    head, _ = written.group(fact.case_id)
    for case_id in sorted({fact.case_id, head}):
        bring_in_line(work, case_id, fact)
        open_reviews(work, case_id)


def bring_in_line(work: Work, case_id: UUID, because: Fact) -> None:
    facts = known_facts(work.written, case_id)
    versions = versions_of(work.written)
    timer_rules.bring_in_line(work, case_id, facts, because.happened_at, versions)


def open_reviews(work: Work, case_id: UUID) -> None:
    timer_rules.open_reviews(work, case_id, known_facts(work.written, case_id))


def known_facts(written: Written, case_id: UUID) -> list[Fact]:
    """Of a case and those linked with it: what others told, and the steps of their reviews."""
    return timer_rules.known(written, written.group(case_id)[1])


def versions_of(written: Written) -> CalendarVersions:
    tables: Clocks = written.tables
    return _versions(frozenset(tables.calendars))


@lru_cache(maxsize=64)
def _versions(names: frozenset[str]) -> CalendarVersions:
    sent = [calendar for calendar in COMING if calendar.version in names]
    return CalendarVersions.of((*bundled_calendars(), *sent))


def calendar_comes(work: Work, calendar: Calendar) -> bool:
    """Whether it is in force from now on."""
    came = received(calendar, versions_of(work.written), work.now)
    if came.is_new:
        work.written.tables.calendars[calendar.version] = calendar
    return came.wins


def recount(work: Work, case_id: UUID) -> None:
    """Counts the open deadlines of a case anew by the newest version, as one batch would."""
    written, tables = work.written, work.written.tables
    versions, book = versions_of(written), rule_book()
    stored = timer_rules.stored_of(written, case_id)
    before = [
        kept
        for kept in stored.values()
        if kept.next_firing
        and kept.deadline.basis.calendar_version
        in {calendar.version for calendar in versions.held[:-1]}
    ]
    found = revised(before, versions, book)
    facts = known_facts(written, case_id)
    own = sorted((f for f in facts if f.case_id == case_id), key=lambda f: (f.source, f.sequence))
    starts = clock_starts_of(own, book)
    moves = {move.deadline_id: move for move in found.moves}
    for kept in before:
        made = kept.deadline
        move = moves.get(made.deadline_id)
        if move is None:
            basis = replace(made.basis, calendar_version=versions.newest.version)
            row = replace(kept, deadline=replace(made, basis=basis))
        else:
            books, start = (book, _local(case_id, facts)), starts.get((case_id, made.cycle))
            change, row = moved(kept, move, versions.newest, books, start, work.now)
            tables.superseded[made.deadline_id, kept.revision] = kept
            for state, at in told_of(change, work.now):
                work.emit(state, case_id, at, about=about(state))
        tables.deadlines[made.deadline_id] = row


def settle_restored(work: Work, held: set[UUID]) -> None:
    """As `RestoredClocks`: each deadline becomes what was last told of it, and goes on from that.
    Versions of the bank holidays that came since were sent again before."""
    written = work.written
    for case_id in sorted({*written.facts, *written.own}):
        head, members = written.group(case_id)
        awaited = members if head == case_id else [case_id]
        one = work.because_of(uuid5(work.cause, f"clocks of {case_id}"))
        _settle_case(one, case_id, waits=not held.isdisjoint(awaited))


def _settle_case(work: Work, case_id: UUID, *, waits: bool) -> None:
    written, tables = work.written, work.written.tables
    facts, versions = known_facts(written, case_id), versions_of(written)
    local = _local(case_id, facts)
    told = said_of(written.own_facts_of([case_id]))
    newest = versions.newest
    derived = deadlines_of(case_id, facts, rule_book(), newest, local=local).deadlines
    base = base_of(told, derived, False, local, newest)
    for deadline_id, kept in base.items():
        tables.deadlines[deadline_id] = kept
        for due in told[deadline_id].fired:
            tables.firings[deadline_id, due.revision, due.kind] = work.cause
    if waits:
        return
    instants = {fact.event_id: fact.happened_at for fact in facts}
    for change, kept in in_line(case_id, facts, base, versions, now=work.now).steps:
        tables.deadlines[kept.deadline.deadline_id] = kept
        at = instants.get(change.deadline.basis.caused_by, work.now)
        for state, happened_at in told_of(change, at):
            work.emit(state, case_id, happened_at, about=about(state))
    open_reviews(work, case_id)


def _local(case_id: UUID, facts: list[Fact]) -> RuleBook:
    book = rule_book()
    return rule_book(book.profile_of(area_of(case_id, facts)))
