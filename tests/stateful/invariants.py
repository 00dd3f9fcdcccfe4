"""I08 to I11 of the timer, held against the log of what it was told and what it has said.

Nothing here asks the functions that derive, count or fire: clocks are read from the log a second
time (`expected_clocks`), dates are counted a second time (`counted_again`).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.rapid_review_timer.deadline_store import Kept
from shared.contracts.deadline_events import (
    DeadlineCancelled,
    DeadlineMet,
    DeadlineMoved,
    DeadlineState,
    DeadlineSuspended,
    ReviewDue,
)
from shared.contracts.event_codes import DueKind
from shared.contracts.intake_events import IncidentLinked
from shared.contracts.review_events import ReviewStep
from shared.messaging.facts import Fact, of_type
from tests.simulation.process import Process
from tests.simulation.world import World
from tests.stateful.counted_again import due_date, midnight_after, morning_of
from tests.stateful.expected_clocks import Expected, expected

STATES: dict[type[DeadlineState], str] = {
    DeadlineMet: "met",
    DeadlineCancelled: "cancelled",
    DeadlineSuspended: "suspended",
}
LATE = (DueKind.OVERDUE, DueKind.RELAXED)
Revision = tuple[UUID, int]


@dataclass(frozen=True)
class Book:
    """The timer as it stands: its deadlines, and its own log in its order."""

    kept: dict[UUID, Kept]
    firings: set[tuple[UUID, int, DueKind]]
    log: tuple[DeadlineState | ReviewDue, ...]
    now: datetime
    expected: dict[UUID, dict[tuple[int, str], Expected]]


def book_of(world: World) -> Book:
    process = world.processes["rapid_review_timer"]
    written = process.written
    own: list[Fact] = [fact for facts in written.own.values() for fact in facts]
    log = [fact.data for fact in own if isinstance(fact.data, DeadlineState | ReviewDue)]
    steps = [fact for fact in own if isinstance(fact.data, ReviewStep)]
    told = [*told_to(world, process), *steps]
    survivor = {fact.case_id: link.survivor for fact, link in of_type(told, IncidentLinked)}
    group: dict[UUID, list[Fact]] = {}
    for fact in told:
        for case_id in {fact.case_id, survivor.get(fact.case_id, fact.case_id)}:
            group.setdefault(case_id, []).append(fact)
    return Book(
        kept=dict(written.tables.deadlines),
        firings=set(written.tables.firings),
        log=tuple(log),
        now=world.now,
        expected={case_id: expected(case_id, facts) for case_id, facts in group.items()},
    )


def told_to(world: World, reader: Process) -> list[Fact]:
    """What its sources have told it by now: by their outboxes and how far it has come in each
    stream, whatever it kept of it."""
    return [
        fact
        for (source, case_id), stream in reader.store.streams.items()
        for fact in world.processes[source.rpartition("/")[2]].written.own_facts_of([case_id])
        if fact.sequence < stream.next_sequence
    ]


def breaches(world: World) -> list[str]:
    book = book_of(world)
    return [
        *_one_deadline_for_each_rule(book),
        *_told_as_kept(book),
        *_ended_once_and_fired_once(book),
        *_counted_right(book),
        *_never_rewritten(book),
        *_neither_early_nor_forgotten(book),
    ]


def _one_deadline_for_each_rule(book: Book) -> Iterator[str]:
    """I08."""
    of_rule = Counter(
        (kept.deadline.case_id, kept.deadline.cycle, kept.deadline.rule)
        for kept in book.kept.values()
    )
    if any(number > 1 for number in of_rule.values()):
        yield "I08: a rule has two deadlines of one case and cycle"
    wanted = {(case, *key) for case, clocks in book.expected.items() for key in clocks}
    for case, cycle, rule in sorted(wanted ^ of_rule.keys()):
        lacks = (case, cycle, rule) in wanted
        yield f"I08: {rule} of cycle {cycle} {'has no deadline' if lacks else 'is uncalled for'}"
    for kept in book.kept.values():
        made = kept.deadline
        want = book.expected.get(made.case_id, {}).get((made.cycle, made.rule))
        if want and want.state != made.state:
            yield f"I08: {made.rule} is {made.state} and should be {want.state}"


def _ended_once_and_fired_once(book: Book) -> Iterator[str]:
    """I09."""
    ended: set[Revision] = set()
    fired: set[tuple[UUID, int, DueKind]] = set()
    for said in book.log:
        of = (said.deadline_id, said.revision)
        if of in ended:
            yield f"I09: {said.rule} goes on after its end"
        if isinstance(said, DeadlineMet | DeadlineCancelled):
            ended.add(of)
        if isinstance(said, ReviewDue):
            if (*of, said.kind) in fired:
                yield f"I09: {said.rule} fired {said.kind} twice"
            fired.add((*of, said.kind))
    if fired != book.firings:
        yield "I09: firings kept and review.due told do not agree"


def _told_as_kept(book: Book) -> Iterator[str]:
    """I09: who reads the log alone knows the same. That a newer calendar gives the same day is
    told to nobody."""
    last = {said.deadline_id: said for said in book.log if isinstance(said, DeadlineState)}
    if last.keys() != book.kept.keys():
        yield "I09: a deadline was never told of, or told of and not kept"
        return
    for deadline_id, said in last.items():
        kept = book.kept[deadline_id]
        made, basis = kept.deadline, kept.deadline.basis
        state = STATES.get(type(said), "running")
        if (said.revision, state) != (kept.revision, made.state):
            yield f"I09: {made.rule} is {made.state} and was told last to be {state}"
        dates = (said.started_at, said.due_date, said.late_from)
        if dates != (basis.started_at, basis.due_date, basis.late_from):
            yield f"I09: {made.rule} has other dates than were told last"


def _counted_right(book: Book) -> Iterator[str]:
    """I10."""
    for kept in book.kept.values():
        made, basis = kept.deadline, kept.deadline.basis
        want = book.expected.get(made.case_id, {}).get((made.cycle, made.rule))
        counted = due_date(made.rule, basis.started_at, basis.calendar_version)
        if basis.agreed is None and (basis.due_date, basis.late_from) != counted:
            yield f"I10: {made.rule} is due on another day than is counted"
        if want and want.state == "running":
            if basis.started_at != want.start:
                yield f"I10: {made.rule} runs from another instant than was told"
            if basis.agreed != want.agreed:
                yield f"I10: {made.rule} has not the date that was agreed on"
            if want.agreed and basis.late_from != midnight_after(basis.due_date):
                yield f"I10: {made.rule} is late from another instant than its agreed day gives"


def _never_rewritten(book: Book) -> Iterator[str]:
    """A calendar moves what is open: a revision keeps its date, and what was met, cancelled, fired
    as overdue or stands still is moved by no calendar."""
    dates: dict[Revision, date] = {}
    closed: set[Revision] = set()
    for said in book.log:
        of = (said.deadline_id, said.revision)
        if dates.setdefault(of, said.due_date) != said.due_date:
            yield f"I10: {said.rule} changed its date within a revision"
        ends = isinstance(said, DeadlineMet | DeadlineCancelled | DeadlineSuspended)
        if ends or (isinstance(said, ReviewDue) and said.kind in LATE):
            closed.add(of)
        before = (said.deadline_id, said.revision - 1)
        by_calendar = isinstance(said, DeadlineMoved) and said.reason == "calendar_revised"
        if by_calendar and before in closed:
            yield f"I10: a calendar moved {said.rule}, which was closed"


def _neither_early_nor_forgotten(book: Book) -> Iterator[str]:
    """I11: to be asked once the watcher has looked."""
    told: set[tuple[UUID, date]] = set()
    for said in book.log:
        if not isinstance(said, ReviewDue):
            continue
        if said.fired_at < said.due_at:
            yield f"I11: {said.rule} fired {said.kind} before its time"
        if (said.fired_at - said.due_at).total_seconds() != said.fired_late_by:
            yield f"I11: how late {said.rule} fired was not told"
        if said.kind is DueKind.DUE_TODAY and said.due_at != morning_of(said.due_date):
            yield f"I11: {said.rule} was due today at another hour"
        if said.kind in LATE:
            told.add((said.deadline_id, said.due_date))
    for kept in book.kept.values():
        made = kept.deadline
        gone = made.basis.late_from <= book.now and made.state == "running"
        if gone and (made.deadline_id, made.basis.due_date) not in told:
            yield f"I11: {made.rule} is late and nobody was told"
