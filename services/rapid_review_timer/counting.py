"""One way of counting for each unit. Pure; dates are London dates, instants are UTC.

No source says how its days are counted. The choices, beside those of `shared.calendar`: a month
ends on the corresponding date and is moved off no weekend; hours are hours that have passed,
whatever the clocks in London did; what has to be kept up for a year may end when the year has
passed in full, so that a year from 29 February ends with 28 February.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from services.rapid_review_timer.rule_row import Rule, RuleError
from shared.calendar.bank_holidays import Calendar
from shared.calendar.errors import CalendarOutOfRange
from shared.calendar.london import LONDON, first_late_instant, london_date, london_instant
from shared.calendar.months import days_ledger, months_ledger
from shared.calendar.working_days import (
    TRIGGER_DAY,
    LedgerDay,
    add_working_days,
    ledger,
)

SMALLEST = timedelta(microseconds=1)
FIXED = "the date itself"
LATEST = "the latest date there is"
YEARS_TO_FIND_A_DATE = 9


@dataclass(frozen=True)
class Counted:
    """`late_from` is the first instant that is late, or from which nothing binds any more."""

    due_date: date
    late_from: datetime
    ledger: tuple[LedgerDay, ...]


def count(rule: Rule, calendar: Calendar, start: date | datetime) -> Counted:
    """Counts a rule from a London date or an aware instant.

    Raises RuleError `no_time_limit` or `instant_needed`, NaiveInstant, CalendarOutOfRange.
    """
    if rule.fixed is not None:
        return _fixed(rule.fixed, local_day(start))
    if rule.count is None:
        raise RuleError(
            "no_time_limit",
            f"{rule.id} gives no number to count: it stays open until it is met, unless a profile "
            "sets a length",
        )
    if rule.unit == "working_days":
        return _working_days(rule, rule.count, calendar, start)
    if rule.unit == "elapsed_hours":
        return _hours(rule, rule.count, start)
    if rule.unit == "calendar_days":
        return _by_the_end(_no_later(days_ledger(local_day(start), rule.count), rule.not_after))
    rows = _no_later(months_ledger(local_day(start), rule.count), rule.not_after)
    return _kept_up(rows) if rule.bounds == "at_least" else _by_the_end(rows)


def local_day(start: date | datetime) -> date:
    """The London date of a start."""
    return london_date(start) if isinstance(start, datetime) else start


def _by_the_end(rows: list[LedgerDay]) -> Counted:
    return Counted(rows[-1].day, first_late_instant(rows[-1].day), tuple(rows))


def _working_days(rule: Rule, n: int, calendar: Calendar, start: date | datetime) -> Counted:
    back = rule.direction == "backward"
    day, before = (local_day(start), []) if back else counts_as(rule, calendar, start)
    counted = _by_the_end(ledger(calendar, day, n, back=back))
    late_from = counted.late_from
    if rule.cutoff is not None:
        late_from = london_instant(counted.due_date, rule.cutoff)
    return Counted(counted.due_date, late_from, (*before, *counted.ledger))


def counts_as(
    rule: Rule, calendar: Calendar, start: date | datetime
) -> tuple[date, list[LedgerDay]]:
    """The London date on which something counts as done, and the days passed over until then.

    That is the day on which it happened, unless the rule has a cut-off: from the cut-off of one
    working day until that of the next it counts as happening on the next. A date without a time of
    day came before the cut-off.
    """
    lived, cutoff = local_day(start), rule.cutoff
    if cutoff is None:
        return lived, []
    reason = calendar.why_not(lived)
    if reason is None:
        if not isinstance(start, datetime) or start < london_instant(lived, cutoff):
            return lived, []
        reason = f"came after {cutoff:%H:%M}, counts as the next working day"
    day = add_working_days(calendar, lived, 1)
    between = [lived + timedelta(days=n) for n in range(1, (day - lived).days)]
    skipped = [LedgerDay(other, 0, calendar.why_not(other)) for other in between]
    return day, [LedgerDay(lived, 0, reason), *skipped]


def _no_later(rows: list[LedgerDay], not_after: date | None) -> list[LedgerDay]:
    if not_after is None or rows[-1].day <= not_after:
        return rows
    trigger, *ends = rows
    reached = sum(row.day <= not_after for row in ends)
    before = [row for row in ends if row.day < not_after]
    return [trigger, *before, LedgerDay(not_after, reached, None, LATEST)]


def _kept_up(rows: list[LedgerDay]) -> Counted:
    """Through the day before the corresponding date, or through the end of a shorter month."""
    last = rows[-1]
    if last.day.day == rows[0].day.day:
        last = replace(last, day=last.day - timedelta(days=1))
    return _by_the_end([*rows[:-1], last])


def _hours(rule: Rule, hours: int, start: date | datetime) -> Counted:
    if not isinstance(start, datetime):
        raise RuleError(
            "instant_needed",
            f"{rule.id} counts hours: give an instant with its offset, not a date",
        )
    first = local_day(start)
    try:
        ends = start.astimezone(UTC) + timedelta(hours=hours)
    except OverflowError:
        raise CalendarOutOfRange("beyond the years that dates can have") from None
    due = london_date(ends - SMALLEST)
    rows = []
    for ahead in range((due - first).days + 1):
        day = first + timedelta(days=ahead)
        passed = min(first_late_instant(day), ends) - start
        rows.append(LedgerDay(day, passed // timedelta(hours=1), None, _said_of(day, start, ends)))
    return Counted(due, ends, tuple(rows))


def _said_of(day: date, start: datetime, ends: datetime) -> str | None:
    """Of a day that begins before the hours end, and ends after they start."""
    begins, late = london_instant(day, time()), first_late_instant(day)
    said = []
    if begins <= start:
        said.append(f"from {start.astimezone(LONDON):%H:%M} in London")
    if ends <= late:
        said.append(f"until {ends.astimezone(LONDON):%H:%M} in London")
    if late - begins != timedelta(hours=24):
        said.append(f"the clocks change: a day of {(late - begins) // timedelta(hours=1)} hours")
    return ", ".join(said) or None


def _fixed(fixed: str, start: date) -> Counted:
    due = _next(fixed, start) if fixed.startswith("--") else date.fromisoformat(fixed)
    return _by_the_end([LedgerDay(start, 0, TRIGGER_DAY), LedgerDay(due, 0, None, FIXED)])


def _next(fixed: str, start: date) -> date:
    """The first date of that month and day on or after `start`."""
    for year in range(start.year, start.year + YEARS_TO_FIND_A_DATE):
        try:
            day = date.fromisoformat(f"{year:04}-{fixed[2:]}")
        except ValueError:  # 29 February, or beyond the years that dates can have
            continue
        if day >= start:
            return day
    raise CalendarOutOfRange("beyond the years that dates can have")
