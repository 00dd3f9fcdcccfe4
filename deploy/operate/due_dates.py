"""Due dates counted a second time, another way: day by day over a set of bank holidays.

This shares no code with the counting that it checks, and its numbers are written down here by hand
from the guidance. A rule or a version that is not in the table is a breach until it is added.
"""

import json
from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

WORKING_DAYS = {
    ("DL01", "1"): 5,
    ("DL02", "1"): 5,
    ("DL03", "1"): 5,
    ("DL04", "1"): 5,
    ("DL05", "1"): 5,
    ("DL06", "1"): 5,
    ("DL07", "1"): 15,
    ("DL09", "1"): 15,
    ("DL10", "1"): 5,
    ("DL12", "1"): -7,
    ("TRIAGE", "1"): 1,
}
"""Working Together 2018, chapter 4, and the Panel's guidance: five working days to notify, fifteen
for the rapid review and for the Panel's reply; copies of a local review seven before publication.
Cafcass's alert: five for early findings. One to begin triage and five to tell of a local review are
this product's own."""

MONTHS = {("DL11", "1"): 6, ("DL16", "1"): 12, ("DL16", "2"): 12}
"""Working Together 2018, chapter 4: a local review is published within six months. Children Act
2004, section 16G: a yearly report at least once in every period of twelve months."""

HOURS = {("DL20", "1"): 24}
"""Hours that pass, on any day: the child death overview panel is told of a death within 24."""

DAYS = {("OFFICE", "1"): 0, ("DL17", "1"): 7}
"""Days on any calendar: a local page asks for a copy on the day of the notification. Working
Together 2018, chapter 3: copies of a yearly report within seven days."""

_SATURDAY = 5
_LONDON = ZoneInfo("Europe/London")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HOUR = 3_600_000_000
_PUBLISHED = Path(__file__).parents[2] / "shared" / "calendar"


def due_date(
    rule: str,
    version: str,
    calendar: str,
    started_at: int,
    sent: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> str:
    """The ISO date, or a word that is none and says what is missing. `sent`: the bank holidays of
    each version that was sent to the timer, beside those that are published with the code."""
    started_on = (_EPOCH + started_at * _MICROSECOND).astimezone(_LONDON).date()
    if (rule, version) in HOURS:
        ends = started_at + HOURS[rule, version] * _HOUR - 1
        return (_EPOCH + ends * _MICROSECOND).astimezone(_LONDON).date().isoformat()
    if (rule, version) in DAYS:
        return (started_on + timedelta(days=DAYS[rule, version])).isoformat()
    if (rule, version) in MONTHS:
        return _months_on(started_on, MONTHS[rule, version]).isoformat()
    wanted = WORKING_DAYS.get((rule, version))
    holidays = sent.get(calendar) or _bank_holidays().get(calendar)
    if wanted is None:
        return "unknown rule"
    if holidays is None:
        return "unknown calendar"
    day, step = started_on, timedelta(days=1 if wanted > 0 else -1)
    left = abs(wanted)
    while left:
        day += step
        if day.weekday() < _SATURDAY and day.isoformat() not in holidays:
            left -= 1
    return day.isoformat()


def _months_on(day: date, months: int) -> date:
    """The same day of the month, or the last one there is."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def late_from(due: str, rule: str, version: str, started_at: int) -> int:
    """Midnight in London after the due date, or the end of the hours."""
    if (rule, version) in HOURS:
        return started_at + HOURS[rule, version] * _HOUR
    following = date.fromisoformat(due) + timedelta(days=1)
    return _instant(following, hour=0)


def heard_at(day: str) -> int:
    """Eight in the morning in London."""
    return _instant(date.fromisoformat(day), hour=8)


def _instant(day: date, hour: int) -> int:
    local = datetime(day.year, day.month, day.day, hour, tzinfo=_LONDON)
    return (local.astimezone(UTC) - _EPOCH) // _MICROSECOND


@cache
def _bank_holidays() -> dict[str, frozenset[str]]:
    """By calendar version, as published."""
    read = [json.loads(file.read_bytes()) for file in _PUBLISHED.glob("england_and_wales-*.json")]
    return {document["version"]: bank_holidays_of(document) for document in read}


def bank_holidays_of(document: dict[str, Any]) -> frozenset[str]:
    """The days of a version, as ISO dates."""
    return frozenset(holiday["date"] for holiday in document["holidays"])
