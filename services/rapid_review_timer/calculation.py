"""From a rule, a calendar and a start to a due date, with everything needed to explain it.

Pure: no clock is read and nothing is looked up. Dates are London dates, instants are UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from services.rapid_review_timer.counting import count, counts_as, local_day
from services.rapid_review_timer.rule_row import Alternative, Citation, Rule, RuleError, Unit
from shared.calendar.bank_holidays import Calendar
from shared.calendar.london import first_late_instant, london_date
from shared.calendar.months import last_working_day_by
from shared.calendar.working_days import (
    LedgerDay,
    add_working_days,
    subtract_working_days,
    working_days_between,
)

NO_CALENDAR = "no-calendar"
"""In place of a calendar version where no working day was looked at."""


@dataclass(frozen=True)
class Calculation:
    """A due date and its explanation.

    `start` is as given, `start_local_date` its London date, `late_from` the first late UTC
    instant. `alternatives` maps each other reading whose start is known to its due date.

    `safe_date`: of a count back, one working day earlier, which is right under the reading of
    "clear days" too. `internal_target`: of months and fixed dates, the last working day by the due
    date. `allowed_from`: of what has to be kept up, the first day on which it may end.
    """

    rule_id: str
    rule_version: int
    calendar_version: str
    basis: str
    unit: Unit | None
    start: date | datetime
    start_local_date: date
    due_date: date
    late_from: datetime
    ledger: tuple[LedgerDay, ...]
    alternatives: Mapping[str, date]
    citations: tuple[Citation, ...]
    safe_date: date | None = None
    internal_target: date | None = None
    allowed_from: date | None = None

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
    whose London date is taken. The day of the trigger is day 0; hours need an instant. A rule
    that counts back takes the day it counts back from.

    `alternative_starts` gives, by basis, the starts that other sources would count from: for
    DL07, which runs from the notification, `{"AWARE": ...}`. Other lengths from the same start
    are counted without being asked for.

    Raises NaiveInstant for a datetime without a zone, CalendarOutOfRange beyond the calendar,
    RuleError `no_time_limit` for a rule without a number, `instant_needed` for hours from a date,
    `calendar_mismatch` for a calendar the rule does not count by, `unknown_alternative` for a
    basis the rule does not name.
    """
    if rule.calendar is not None and not calendar.version.startswith(f"{rule.calendar}-"):
        raise RuleError(
            "calendar_mismatch", f"{rule.id} counts by {rule.calendar}, not by {calendar.version}"
        )
    unknown = set(alternative_starts) - {alternative.basis for alternative in rule.alternatives}
    if unknown:
        raise RuleError("unknown_alternative", f"{rule.id} has no alternative of that name")
    counted = count(rule, calendar, start)
    due = counted.due_date
    back, kept_up = rule.direction == "backward", rule.bounds == "at_least"
    moved_in = rule.calendar is not None and rule.unit in {"months", "fixed_date"}
    others = {
        other.basis: _due_under(other, rule, calendar, start, alternative_starts)
        for other in rule.alternatives
    }
    return Calculation(
        rule_id=rule.id,
        rule_version=rule.version,
        calendar_version=calendar.version if rule.calendar else NO_CALENDAR,
        basis=rule.basis,
        unit=rule.unit,
        start=start,
        start_local_date=local_day(start),
        due_date=due,
        late_from=counted.late_from,
        ledger=counted.ledger,
        alternatives=MappingProxyType({name: day for name, day in others.items() if day}),
        citations=rule.citations,
        safe_date=subtract_working_days(calendar, due, 1) if back else None,
        internal_target=last_working_day_by(calendar, due) if moved_in else None,
        allowed_from=london_date(counted.late_from) if kept_up else None,
    )


def _due_under(
    other: Alternative,
    rule: Rule,
    calendar: Calendar,
    start: date | datetime,
    starts: Mapping[str, date | datetime],
) -> date | None:
    begins = starts.get(other.basis, start if other.trigger == rule.trigger else None)
    if begins is None or other.span is None:
        return None
    read = rule if other.span == "as_the_rule" else rule.counting(other.span)
    return count(read, calendar, begins).due_date


def earliest_publication(rule: Rule, calendar: Calendar, sent: date | datetime) -> date:
    """The first working day on which may be published what was sent on `sent`: that from which
    `rule` counts back to no earlier a day. The other way round than `calculate`.

    Raises RuleError `not_counted_back`, NaiveInstant, CalendarOutOfRange.
    """
    if rule.direction != "backward" or rule.count is None:
        raise RuleError("not_counted_back", f"{rule.id} is not counted back from a day")
    sent_on, _ = counts_as(rule, calendar, sent)
    if not calendar.is_working_day(sent_on):
        sent_on = add_working_days(calendar, sent_on, 1)
    return add_working_days(calendar, sent_on, rule.count)


def days_late(
    calendar: Calendar, due: date, sent: datetime, late_from: datetime | None = None
) -> DaysLate:
    """How late an aware instant `sent` is for London date `due`; all zero when on time. It is
    late from `late_from`, or else from the end of `due`.

    Raises NaiveInstant, and CalendarOutOfRange when late beyond the calendar.
    """
    sent_on = london_date(sent)
    if sent < (late_from or first_late_instant(due)):
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
