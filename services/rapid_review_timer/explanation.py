"""Why a deadline falls on its day: the rule, its source, each day counted, and one sentence."""

from datetime import date, datetime

from services.rapid_review_timer.answers import (
    AlternativeAnswer,
    CalculationAnswer,
    EarlierRevision,
    Explanation,
    FiringAnswer,
    TriggerAnswer,
    citation_answers,
    deadline_answer,
    ledger_answer,
)
from services.rapid_review_timer.calculation import Calculation, calculate
from services.rapid_review_timer.deadline import Basis, Cancelled, Deadline, Met
from services.rapid_review_timer.deadline_store import Kept
from services.rapid_review_timer.rules import Rule, RuleBook, RuleError
from shared.calendar.bank_holidays import Calendar
from shared.calendar.errors import CalendarOutOfRange
from shared.calendar.london import london_date
from shared.contracts.event_codes import Force

STARTED_BY = {
    "report_received": "the report was received",
    "clock_start": "the local authority knew of the incident and that the criteria may be met",
    "la_aware_of_looked_after_death": "the local authority learnt of the death",
    "la_aware_of_care_leaver_death": "the local authority learnt of the death",
    "notification_sent": "the notification was sent to the Panel",
}
BINDS = {
    "must": "The law sets this limit.",
    "should": "Guidance sets this limit.",
    "local": "Local practice sets this limit.",
}


def calculation_for(
    rule_id: str, start: date | datetime, book: RuleBook, calendar: Calendar
) -> CalculationAnswer:
    """The due date of a rule for a start: a London date, or an aware instant.

    Raises RuleError, CalendarOutOfRange, NaiveInstant.
    """
    started_on = london_date(start) if isinstance(start, datetime) else start
    rule = book.rule(rule_id, started_on)
    made = calculate(rule, calendar, start)
    return CalculationAnswer(
        rule=rule.id,
        title=rule.title,
        rule_version=str(rule.version),
        rule_set=book.rule_set_on(started_on).id,
        force=Force(rule.force),
        calendar_version=made.calendar_version,
        basis=made.basis,
        start=start,
        start_local_date=made.start_local_date,
        due_date=made.due_date,
        late_from=made.late_from,
        ledger=ledger_answer(made),
        citations=citation_answers(rule.citations),
        sentence=_counted(rule, made),
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
    return Explanation(
        deadline=deadline_answer(kept),
        sentence=f"{_counted(rule, counted)} {_became(made)}",
        title=rule.title,
        who=list(rule.who),
        to_whom=list(rule.to_whom),
        duty=Force(rule.duty),
        citations=citation_answers(rule.citations),
        trigger=trigger,
        start_local_date=counted.start_local_date,
        ledger=ledger_answer(counted),
        alternatives=_alternatives(rule, basis, book),
        earlier_revisions=earlier,
        firings=firings,
    )


def _rule_of(made: Deadline, book: RuleBook) -> Rule:
    for rule in book.rules.get(made.rule, ()):
        if str(rule.version) == made.basis.rule_version:
            return rule
    raise RuleError("unknown_rule", f"{made.rule} has no version {made.basis.rule_version}")


def _calendar_of(basis: Basis, calendars: tuple[Calendar, ...]) -> Calendar:
    for calendar in calendars:
        if calendar.version == basis.calendar_version:
            return calendar
    raise CalendarOutOfRange(f"{basis.calendar_version} is not held")


def _alternatives(rule: Rule, basis: Basis, book: RuleBook) -> list[AlternativeAnswer]:
    switches = {other.basis: book.discrepancies[other.discrepancy] for other in rule.alternatives}
    return [
        AlternativeAnswer(
            basis=name,
            due_date=day,
            question=switches[name].question,
            says=switches[name].options[name],
        )
        for name, day in basis.alternatives.items()
        if name in switches
    ]


def _counted(rule: Rule, made: Calculation) -> str:
    skipped = sum(1 for row in made.ledger[1:] if not row.counted)
    started = STARTED_BY.get(rule.trigger, "the clock started")
    return (
        f"{rule.title}: due by the end of {_long(made.due_date)}, "
        f"{_working_days(rule.count)} after {_long(made.start_local_date)}, when {started}; "
        f"{skipped} weekend days and bank holidays between are not counted. {BINDS[rule.force]}"
    )


def _became(made: Deadline) -> str:
    outcome = made.outcome
    if isinstance(outcome, Cancelled):
        return f"It was cancelled: {outcome.reason.replace('_', ' ')}."
    if isinstance(outcome, Met):
        day = _long(london_date(outcome.at))
        if outcome.on_time:
            return f"It was met on {day}, in time."
        return f"It was met late, on {day} ({_working_days(outcome.working_days_late)} late)."
    return "All was sent and a receipt is outstanding." if made.awaits_receipt else "It runs."


def _working_days(count: int | None) -> str:
    return "1 working day" if count == 1 else f"{count} working days"


def _long(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
