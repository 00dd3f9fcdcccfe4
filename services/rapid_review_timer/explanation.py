"""Why a deadline falls on its day: the rule, its source, each day counted, and one sentence."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from services.rapid_review_timer.answers import (
    AlternativeAnswer,
    CalculationAnswer,
    EarlierRevision,
    Explanation,
    FiringAnswer,
    LifeAnswer,
    TriggerAnswer,
    citation_answers,
    deadline_answer,
    ledger_answer,
)
from services.rapid_review_timer.calculation import NO_CALENDAR, calculate
from services.rapid_review_timer.counting import local_day
from services.rapid_review_timer.deadline import Basis, Deadline
from services.rapid_review_timer.deadline_store import Kept
from services.rapid_review_timer.outcome import Cancelled, Met, Suspended
from services.rapid_review_timer.rule_book import RuleBook
from services.rapid_review_timer.rule_row import Rule, RuleError
from services.rapid_review_timer.sentence import long_day, of_them, sentence
from shared.calendar.bank_holidays import Calendar
from shared.calendar.errors import CalendarOutOfRange
from shared.calendar.london import london_date
from shared.contracts.event_codes import Force

Starts = Mapping[str, date | datetime]


def calculation_for(
    rule_id: str,
    start: date | datetime,
    book: RuleBook,
    calendar: Calendar,
    *,
    rule_set: str | None = None,
    other_starts: Starts = MappingProxyType({}),
) -> CalculationAnswer:
    """The due date of a rule for a start: a London date, or an aware instant.

    The rule set is that of the start, unless `rule_set` names one. `other_starts`: see calculate.
    Raises RuleError, CalendarOutOfRange, NaiveInstant.
    """
    started_on = local_day(start)
    rule = book.rule_in(rule_id, rule_set) if rule_set else book.rule(rule_id, started_on)
    rules = book.rule_set(rule_set) if rule_set else book.rule_set_on(started_on)
    made = calculate(rule, calendar, start, alternative_starts=other_starts)
    return CalculationAnswer(
        rule=rule.id,
        title=rule.title,
        rule_version=str(rule.version),
        rule_set=rules.id,
        profile=book.profile,
        force=Force(rule.force),
        calendar_version=made.calendar_version,
        basis=made.basis,
        unit=made.unit,
        start=start,
        start_local_date=made.start_local_date,
        due_date=made.due_date,
        late_from=made.late_from,
        alternatives=dict(made.alternatives),
        alt_due_date=made.alt_due_date,
        safe_date=made.safe_date,
        internal_target=made.internal_target,
        allowed_from=made.allowed_from,
        relaxed_by=_relaxed_by(rule, made.due_date, book),
        ledger=ledger_answer(made),
        citations=citation_answers(rule.citations),
        sentence=f"{sentence(rule, made, book.vocabulary)}{_relaxed(rule, made.due_date, book)}",
    )


def explanation_of(
    kept: Kept,
    book: RuleBook,
    calendars: tuple[Calendar, ...],
    trigger: TriggerAnswer | None,
    earlier: list[EarlierRevision],
    firings: list[FiringAnswer],
) -> Explanation:
    """Counts again with the rule and calendar versions that the deadline was made with.

    Raises RuleError or CalendarOutOfRange if this version of the software no longer holds them.
    """
    made, basis = kept.deadline, kept.deadline.basis
    rule, calendar = _rule_of(made, book), _calendar_of(basis, calendars)
    counted = calculate(rule, calendar, basis.started_at)
    said = f"{sentence(rule, counted, book.vocabulary)}{_relaxed(rule, counted.due_date, book)}"
    return Explanation(
        deadline=deadline_answer(kept),
        sentence=f"{said}{_agreed(basis)} {_became(made)}",
        title=rule.title,
        who=list(rule.who),
        to_whom=list(rule.to_whom),
        duty=Force(rule.duty),
        citations=citation_answers(rule.citations),
        trigger=trigger,
        start_local_date=counted.start_local_date,
        ledger=ledger_answer(counted),
        safe_date=counted.safe_date,
        internal_target=counted.internal_target,
        allowed_from=counted.allowed_from,
        relaxed_by=_relaxed_by(rule, counted.due_date, book),
        life=life_of(rule, book),
        alternatives=_alternatives(rule, basis, book),
        earlier_revisions=earlier,
        firings=firings,
    )


def life_of(rule: Rule, book: RuleBook) -> LifeAnswer:
    """What becomes of a rule's clock, in words."""
    life, words = rule.lifecycle, book.vocabulary
    return LifeAnswer(
        met_by=[words.happenings[code] for code in life.met_by],
        moved_by=[words.happenings[code] for code in life.moved_by],
        suspended_by=[words.happenings[code] for code in life.suspended_by],
        resumed_by=[words.happenings[code] for code in life.resumed_by],
        cancelled_by=[words.happenings[code] for code in life.cancelled_by],
        when_missed=[words.actions[code] for code in rule.overdue.does],
    )


def _rule_of(made: Deadline, book: RuleBook) -> Rule:
    for rule in book.rules.get(made.rule, ()):
        if str(rule.version) == made.basis.rule_version:
            return rule
    raise RuleError("unknown_rule", f"{made.rule} has no version {made.basis.rule_version}")


def _calendar_of(basis: Basis, calendars: tuple[Calendar, ...]) -> Calendar:
    """Any one will do where no working day was looked at."""
    for calendar in calendars:
        if basis.calendar_version in {calendar.version, NO_CALENDAR}:
            return calendar
    raise CalendarOutOfRange(f"{basis.calendar_version} is not held")


def _alternatives(rule: Rule, basis: Basis, book: RuleBook) -> list[AlternativeAnswer]:
    switches = {other.basis: book.discrepancies[other.discrepancy] for other in rule.alternatives}
    return [
        AlternativeAnswer(
            basis=name,
            due_date=day,
            question=switches[name].question,
            says=switches[name].options[name].says,
        )
        for name, day in basis.alternatives.items()
        if name in switches
    ]


def _relaxed_by(rule: Rule, due: date, book: RuleBook) -> str | None:
    overlay = book.relaxed_by(rule.id, due)
    return overlay.id if overlay else None


def _relaxed(rule: Rule, due: date, book: RuleBook) -> str:
    overlay = book.relaxed_by(rule.id, due)
    return f" {overlay.shown}." if overlay else ""


def _agreed(basis: Basis) -> str:
    """Where an extension was granted; what is counted before it stays as it was."""
    return f" An extension was agreed to {long_day(basis.agreed)}." if basis.agreed else ""


def _became(made: Deadline) -> str:
    outcome = made.outcome
    if isinstance(outcome, Suspended):
        return f"It stands still: {outcome.reason.replace('_', ' ')}."
    if isinstance(outcome, Cancelled):
        return f"It was cancelled: {outcome.reason.replace('_', ' ')}."
    if isinstance(outcome, Met):
        day = long_day(london_date(outcome.at))
        if outcome.on_time:
            return f"It was met on {day}, in time."
        late = of_them(outcome.working_days_late, "working day")
        return f"It was met late, on {day} ({late} late)."
    return "All was sent and a receipt is outstanding." if made.awaits_receipt else "It runs."
