"""From a rule, a calendar and a start to a due date, with everything needed to explain it.

Pure: no clock is read and nothing is looked up. Dates are London dates, instants are UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from services.rapid_review_timer.rules import Citation, Rule, RuleError
from shared.calendar.bank_holidays import Calendar
from shared.calendar.london import first_late_instant, london_date
from shared.calendar.working_days import (
    LedgerDay,
    add_working_days,
    ledger,
    subtract_working_days,
    working_days_between,
)


@dataclass(frozen=True)
class Calculation:
    """A due date and its explanation.

    `start` is as given, `start_local_date` its London date (day 0), `late_from` the first late
    UTC instant. `alternatives` maps each other basis whose start was given to its due date.
    """

    rule_id: str
    rule_version: int
    calendar_version: str
    basis: str
    start: date | datetime
    start_local_date: date
    due_date: date
    late_from: datetime
    ledger: tuple[LedgerDay, ...]
    alternatives: Mapping[str, date] = field(hash=False)
    citations: tuple[Citation, ...]

    @property
    def alt_due_date(self) -> date | None:
        """The due date under the first alternative basis, if its start was given."""
        return next(iter(self.alternatives.values()), None)


@dataclass(frozen=True)
class DaysLate:
    """How late something was sent; a late sending at a weekend may be 0 working days late."""

    late: bool
    working_days: int
    calendar_days: int


def calculate(
    rule: Rule,
    calendar: Calendar,
    start: date | datetime,
    *,
    alternative_starts: Mapping[str, date | datetime] = MappingProxyType({}),
) -> Calculation:
    """The due date of `rule` for its trigger at `start`: a London date, or an aware instant
    whose London date is taken. The day of the trigger is day 0.

    `alternative_starts` gives, by basis, the starts that other sources would count from: for
    DL07, which runs from the notification, `{"AWARE": ...}`.

    Raises NaiveInstant for a datetime without a zone, CalendarOutOfRange beyond the calendar,
    RuleError `unit_not_supported` for any unit or direction but working days forward,
    `no_time_limit` for a rule without a number, `calendar_mismatch` for a calendar the rule does
    not count by, `unknown_alternative` for a basis the rule does not name.
    """
    count = _working_days_forward(rule)
    if rule.calendar is None or not calendar.version.startswith(f"{rule.calendar}-"):
        raise RuleError("calendar_mismatch", f"{rule.id} counts by {rule.calendar}")
    unknown = set(alternative_starts) - {alternative.basis for alternative in rule.alternatives}
    if unknown:
        raise RuleError("unknown_alternative", f"{rule.id} has no alternative of that name")
    day_0 = _local(start)
    days = tuple(ledger(calendar, day_0, count))
    due = days[-1].day
    return Calculation(
        rule_id=rule.id,
        rule_version=rule.version,
        calendar_version=calendar.version,
        basis=rule.basis,
        start=start,
        start_local_date=day_0,
        due_date=due,
        late_from=first_late_instant(due),
        ledger=days,
        alternatives=MappingProxyType(
            {
                alternative.basis: add_working_days(
                    calendar, _local(alternative_starts[alternative.basis]), count
                )
                for alternative in rule.alternatives
                if alternative.basis in alternative_starts
            }
        ),
        citations=rule.citations,
    )


def days_late(calendar: Calendar, due: date, sent: datetime) -> DaysLate:
    """How late an aware instant `sent` is for London date `due`; all zero when on time.

    Raises NaiveInstant, and CalendarOutOfRange when late beyond the calendar.
    """
    sent_on = london_date(sent)
    if sent < first_late_instant(due):
        return DaysLate(late=False, working_days=0, calendar_days=0)
    return DaysLate(
        late=True,
        working_days=working_days_between(calendar, due, sent_on),
        calendar_days=(sent_on - due).days,
    )


def due_soon_on(rule: Rule, calendar: Calendar, due: date) -> date | None:
    """The London date on which to warn that `due` is near; None if the rule gives no lead.

    Raises CalendarOutOfRange.
    """
    if rule.due_soon_lead is None:
        return None
    return subtract_working_days(calendar, due, rule.due_soon_lead)


def _local(start: date | datetime) -> date:
    return london_date(start) if isinstance(start, datetime) else start


def _working_days_forward(rule: Rule) -> int:
    if rule.count is None:
        raise RuleError("no_time_limit", f"{rule.id} gives no number to count")
    if rule.unit != "working_days" or rule.direction != "forward":
        raise RuleError(
            "unit_not_supported", f"{rule.id} counts {rule.unit} {rule.direction}: not supported"
        )
    return rule.count
