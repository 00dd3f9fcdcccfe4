"""A second way of counting, for tests alone, that shares nothing with the calendar: working days
looked up in a table made from another source, months by walking from first to first, British
summer time by its own rule (the last Sundays of March and October, at one o'clock UTC)."""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta

import holidays

FIRST, LAST = date(2012, 1, 1), date(2028, 12, 31)
_ENGLAND = holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST.year, LAST.year + 1))
WORKING = [
    day
    for n in range((LAST - FIRST).days + 1)
    if (day := FIRST + timedelta(days=n)).isoweekday() <= 5 and day not in _ENGLAND
]


def works(day: date) -> bool:
    return day.isoweekday() <= 5 and day not in _ENGLAND


def nth_working_day_after(start: date, n: int) -> date:
    return WORKING[bisect_right(WORKING, start) + n - 1]


def nth_working_day_before(start: date, n: int) -> date:
    return WORKING[bisect_left(WORKING, start) - n]


def same_day_in_a_later_month(start: date, months: int) -> date:
    first = start.replace(day=1)
    for _ in range(months):
        first = (first + timedelta(days=32)).replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return min(first + timedelta(days=start.day - 1), after - timedelta(days=1))


def _last_sunday(year: int, month: int) -> date:
    thirty_first = date(year, month, 31)
    return thirty_first - timedelta(days=thirty_first.isoweekday() % 7)


def summer_time(instant: datetime) -> bool:
    one = time(1, tzinfo=UTC)
    begins = datetime.combine(_last_sunday(instant.year, 3), one)
    ends = datetime.combine(_last_sunday(instant.year, 10), one)
    return begins <= instant < ends


def day_in_london(instant: datetime) -> date:
    utc = instant.astimezone(UTC)
    return (utc + timedelta(hours=summer_time(utc))).date()


def end_of_day_in_london(day: date) -> datetime:
    midnight = datetime.combine(day + timedelta(days=1), time(), UTC)
    an_hour_before = midnight - timedelta(hours=1)
    return an_hour_before if summer_time(an_hour_before) else midnight
