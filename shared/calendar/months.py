"""Counting calendar months and calendar days.

The rule of the corresponding date: a month ends on the day of that number in the next month, or on
the last day of the month if it has none. Nothing is moved off a weekend or a bank holiday. All
dates are London dates; every function raises NotALocalDate (`NOT_A_LOCAL_DATE`) for a datetime
and CalendarOutOfRange (`CALENDAR_OUT_OF_RANGE`) beyond the years that dates can have.
"""

from calendar import monthrange
from datetime import date, timedelta

from shared.calendar.bank_holidays import Calendar
from shared.calendar.errors import CalendarOutOfRange
from shared.calendar.london import local_date
from shared.calendar.working_days import TRIGGER_DAY, LedgerDay

MONTHS_IN_A_YEAR = 12


def corresponding_day(start: date, months: int) -> date:
    """The day of the same number `months` after `start`, or the last of that month."""
    local_date(start)
    ahead = start.month - 1 + months
    year, month = start.year + ahead // MONTHS_IN_A_YEAR, ahead % MONTHS_IN_A_YEAR + 1
    if not date.min.year <= year <= date.max.year:
        raise CalendarOutOfRange("beyond the years that dates can have")
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def months_ledger(start: date, months: int) -> list[LedgerDay]:
    """The trigger day and the day on which each month ends, in order."""
    rows = [LedgerDay(local_date(start), 0, TRIGGER_DAY)]
    for reached in range(1, months + 1):
        day = corresponding_day(start, reached)
        short = f"this month has no day {start.day}: its last" if day.day < start.day else None
        rows.append(LedgerDay(day, reached, None, short))
    return rows


def days_ledger(start: date, count: int) -> list[LedgerDay]:
    """The trigger day and each calendar day after it: weekends and bank holidays count."""
    if (date.max - local_date(start)).days < count:
        raise CalendarOutOfRange("beyond the years that dates can have")
    counted = [LedgerDay(start + timedelta(days=ahead), ahead, None) for ahead in range(count + 1)]
    return [LedgerDay(start, 0, TRIGGER_DAY), *counted[1:]]


def last_working_day_by(calendar: Calendar, due: date) -> date:
    """The last working day on or before `due`; raises CalendarOutOfRange beyond the data."""
    day = local_date(due)
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return day
