"""The deadlines that should exist for a case: a pure function of the facts known about it.

Facts of different services come in any order; the same set gives the same deadlines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal
from uuid import UUID, uuid5

from services.rapid_review_timer.calculation import calculate
from services.rapid_review_timer.clocks import Clock, Cycle, cycles_of
from services.rapid_review_timer.fulfilment import Done, awaits_receipt, met_by
from services.rapid_review_timer.limits import (
    OF_THE_REVIEW,
    OFFICE,
    STARTED_OTHERWISE,
    TRIAGE,
    Reason,
)
from services.rapid_review_timer.office_copy import clock_of_copy, copied
from services.rapid_review_timer.outcome import Cancelled, Met, Suspended, is_open, outcome_of
from services.rapid_review_timer.review import Review, reviews_of
from services.rapid_review_timer.review_clocks import (
    ORIGINAL,
    agreed_dates,
    clocks_of_review,
    done_in_review,
)
from services.rapid_review_timer.rule_book import RuleBook
from services.rapid_review_timer.rule_row import Rule, RuleError
from shared.calendar.bank_holidays import Calendar
from shared.calendar.london import first_late_instant, london_date
from shared.contracts.envelope import NAMESPACE
from shared.contracts.event_codes import Force
from shared.contracts.intake_events import IncidentLinked
from shared.contracts.panel_events import IncidentNotified, NoticeSent
from shared.messaging.facts import Fact, of_type

State = Literal["running", "suspended", "met", "cancelled"]


@dataclass(frozen=True)
class Basis:
    """What was counted from and with. `alternatives`: due dates by the other starts that some
    source gives, London dates like `due_date`; `late_from` is the first late instant.
    `relaxed_by`: the notice that relaxes the limit on that day."""

    rule_version: str
    rule_set: str
    force: Force
    calendar_version: str
    started_at: datetime
    caused_by: UUID
    due_date: date
    late_from: datetime
    alternatives: Mapping[str, date]
    relaxed_by: str | None = None

    @property
    def agreed(self) -> date | None:
        """The due date, where it was agreed on in place of the counted one."""
        return self.due_date if ORIGINAL in self.alternatives else None


@dataclass(frozen=True)
class Deadline:
    """`outcome` is None while it runs. `awaits_receipt`: everything was sent, receipts are out."""

    deadline_id: UUID
    case_id: UUID
    cycle: int
    rule: str
    basis: Basis
    outcome: Met | Cancelled | None
    awaits_receipt: bool = False

    @property
    def may_go_on(self) -> bool:
        """Whether it runs or is suspended."""
        return is_open(self.outcome)

    @property
    def state(self) -> State:
        if self.outcome is None:
            return "running"
        if isinstance(self.outcome, Suspended):
            return "suspended"
        return "met" if isinstance(self.outcome, Met) else "cancelled"


@dataclass(frozen=True)
class Derived:
    """`without_clock` names the limits for which no date can be counted, with the code why."""

    deadlines: tuple[Deadline, ...]
    without_clock: tuple[tuple[int, str, str], ...]


Pinned = Mapping[tuple[UUID, datetime], Calendar]
"""The calendar that a deadline keeps while its start is the same: of (deadline id, started at)."""


def deadline_id_of(case_id: UUID, cycle: int, rule: str) -> UUID:
    return uuid5(NAMESPACE, f"deadline|{case_id}|{cycle}|{rule}")


def survivor_of(facts: Sequence[Fact], case_id: UUID) -> UUID | None:
    """The case that a case was linked to, or None."""
    links = [link for fact, link in of_type(_own(facts, case_id), IncidentLinked)]
    return links[-1].survivor if links else None


def deadlines_of(
    case_id: UUID,
    facts: Sequence[Fact],
    book: RuleBook,
    calendar: Calendar,
    pinned: Pinned = MappingProxyType({}),
    local: RuleBook | None = None,
) -> Derived:
    """All deadlines of a case that ever should have existed, each in its present state.

    `facts` may hold those of other cases, in any order and more than once. What panel
    notification said about a case linked to this one counts for this one; the clocks of a case
    that was itself linked are all cancelled. `local` is the book as the case's area reads it: it
    says what is relaxed and counts nothing. Raises CalendarOutOfRange.
    """
    own = _own(facts, case_id)
    group = {case_id} | {
        fact.case_id for fact, link in of_type(facts, IncidentLinked) if link.survivor == case_id
    }
    told = [
        fact
        for fact in {fact.event_id: fact for fact in facts}.values()
        if fact.case_id in group and isinstance(fact.data, NoticeSent | IncidentNotified)
    ]
    linked = [fact.event_id for fact, _ in of_type(own, IncidentLinked)]
    reviews = reviews_of([fact for fact in facts if fact.case_id in group], case_id)
    found, without_clock = [], []
    for number, cycle in sorted(cycles_of(own, book).items()):
        review = reviews.get(number)
        clocks = {**cycle.clocks, **clocks_of_review(case_id, cycle, told, number, review)}
        clocks |= clock_of_copy(cycle, told, number)
        for rule, clock in sorted(clocks.items()):
            key = deadline_id_of(case_id, number, rule)
            using = pinned.get((key, clock.started_at), calendar)
            try:
                counted = basis_of(rule, clock, cycle.clock_start, book, using)
                basis = _as_agreed(counted, agreed_dates(rule, review))
                basis = replace(basis, relaxed_by=relaxing(rule, basis.due_date, local or book))
            except RuleError as refused:
                without_clock.append((number, rule, refused.code))
                continue
            done = _done(rule, cycle, told, case_id, number, review)
            done = copied(done, clock) if rule == OFFICE else done
            outcome = outcome_of(clock, done, basis.due_date, basis.late_from, using)
            if linked:
                outcome = Cancelled(Reason.LINKED, linked[-1])
            elif is_open(outcome) and cycle.withdrawn_by:
                outcome = Cancelled(Reason.WITHDRAWN, cycle.withdrawn_by)
            elif is_open(outcome) and cycle.closed_by and rule in OF_THE_REVIEW:
                outcome = Cancelled(Reason.CLOSED, cycle.closed_by)
            waits = outcome is None and awaits_receipt(told, case_id, number, rule, cycle.decision)
            found.append(Deadline(key, case_id, number, rule, basis, outcome, waits))
        without_clock += _unknown_rules(number, cycle, book)
    return Derived(tuple(found), tuple(without_clock))


def _own(facts: Sequence[Fact], case_id: UUID) -> list[Fact]:
    once = {fact.event_id: fact for fact in facts if fact.case_id == case_id}.values()
    return sorted(once, key=lambda fact: (fact.source, fact.sequence))


def relaxing(rule_id: str, due: date, book: RuleBook) -> str | None:
    """The id of the notice that relaxes a limit which falls due on a London date."""
    overlay = book.relaxed_by(rule_id, due)
    return overlay.id if overlay else None


def alternative_starts(rule: Rule, clock_start: datetime | None) -> dict[str, datetime]:
    """By basis, the starts that other sources would count from."""
    if clock_start is None:
        return {}
    others = {other.basis for other in rule.alternatives if other.trigger == "clock_start"}
    return dict.fromkeys(others, clock_start)


def basis_of(
    rule_id: str, clock: Clock, clock_start: datetime | None, book: RuleBook, calendar: Calendar
) -> Basis:
    """By the rules of the London date of the start. Raises RuleError, CalendarOutOfRange."""
    started_on = london_date(clock.started_at)
    rule = book.rule(rule_id, started_on)
    starts = alternative_starts(rule, clock_start)
    made = calculate(rule, calendar, clock.started_at, alternative_starts=starts)
    return Basis(
        rule_version=str(rule.version),
        rule_set=book.rule_set_on(started_on).id,
        force=Force(rule.force),
        calendar_version=made.calendar_version,
        started_at=clock.started_at,
        caused_by=clock.caused_by,
        due_date=made.due_date,
        late_from=made.late_from,
        alternatives=dict(made.alternatives),
    )


def _as_agreed(counted: Basis, dates: tuple[date, date] | None) -> Basis:
    """An agreed date takes the place of the counted one, which stays beside it."""
    if dates is None:
        return counted
    agreed, original = dates
    return replace(
        counted,
        due_date=agreed,
        late_from=first_late_instant(agreed),
        alternatives={**counted.alternatives, ORIGINAL: original},
    )


def _done(
    rule: str,
    cycle: Cycle,
    told: Sequence[Fact],
    case_id: UUID,
    number: int,
    review: Review | None,
) -> Done | None:
    if rule == TRIAGE:
        settled = cycle.settled_by
        return Done(settled.recorded_at, settled.event_id) if settled else None
    if rule in OF_THE_REVIEW:
        return done_in_review(rule, review)
    return met_by(told, case_id, number, rule, cycle.decision)


def _unknown_rules(number: int, cycle: Cycle, book: RuleBook) -> list[tuple[int, str, str]]:
    owed = {owed.limit_rule for owed in cycle.decision.obligations} if cycle.decision else set()
    return [
        (number, rule, "no_clock_for_rule")
        for rule in sorted(owed - cycle.clocks.keys() - STARTED_OTHERWISE)
    ]
