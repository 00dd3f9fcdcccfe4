"""Counting working days.

The sources give numbers of working days and no way of counting; these are our choices, after the
usual reading of time limits and of the Children Act 1989 Representations Procedure (England)
Regulations 2006, reg. 2 (what a working day is):

* the day of the trigger is day 0, working day or not; day 1 is the next working day;
* the due date is the Nth working day. Counting back is the mirror image.

All dates are London dates. Every function raises CalendarOutOfRange (`CALENDAR_OUT_OF_RANGE`)
when a day it must look at, the trigger day included, is beyond the calendar's data, and
NotALocalDate (`NOT_A_LOCAL_DATE`) for a datetime.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from shared.calendar.bank_holidays import Calendar
from shared.calendar.london import local_date

TRIGGER_DAY = "day of the trigger, day 0"


@dataclass(frozen=True)
class LedgerDay:
    """One calendar day of a count: what was `reached` so far, and why it was skipped; `note` is
    what else there is to say of it."""

    day: date
    reached: int
    skipped_because: str | None
    note: str | None = None

    @property
    def counted(self) -> bool:
        return self.skipped_because is None


def ledger(calendar: Calendar, start: date, count: int, *, back: bool = False) -> list[LedgerDay]:
    """Each day from `start` (day 0, never counted) to the `count`th working day after it, or
    before it with `back`, in the order of counting.

    Raises ValueError for a negative count.
    """
    if count < 0:
        raise ValueError("a count of working days cannot be negative; count back instead")
    calendar.why_not(local_date(start))
    days = [LedgerDay(start, 0, TRIGGER_DAY)]
    step = timedelta(days=-1 if back else 1)
    while days[-1].reached < count:
        day = days[-1].day + step
        reason = calendar.why_not(day)
        days.append(LedgerDay(day, days[-1].reached + (reason is None), reason))
    return days


def add_working_days(calendar: Calendar, start: date, count: int) -> date:
    """The `count`th working day after `start`; `start` itself for 0. Raises as `ledger`."""
    return ledger(calendar, start, count)[-1].day


def subtract_working_days(calendar: Calendar, start: date, count: int) -> date:
    """The `count`th working day before `start`; `start` itself for 0. Raises as `ledger`."""
    return ledger(calendar, start, count, back=True)[-1].day


def working_days_between(calendar: Calendar, start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; negative, counted the other way
    round, if `end` is the earlier."""
    if local_date(end) < local_date(start):
        return -working_days_between(calendar, end, start)
    calendar.why_not(start)
    days = (start + timedelta(days=ahead) for ahead in range(1, (end - start).days + 1))
    return sum(calendar.is_working_day(day) for day in days)
