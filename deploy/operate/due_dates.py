"""Due dates counted a second time, another way: day by day over a set of bank holidays.

This shares no code with the counting that it checks, and its numbers are written down here by hand
from the guidance. A rule or a version that is not in the table is a breach until it is added.
"""

import json
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

WORKING_DAYS = {
    ("DL01", "1"): 5,
    ("DL02", "1"): 5,
    ("DL03", "1"): 5,
    ("DL04", "1"): 5,
    ("DL05", "1"): 5,
    ("DL07", "1"): 15,
    ("TRIAGE", "1"): 1,
}
"""Working Together 2018, chapter 4, and the Panel's guidance: five working days to notify, fifteen
for the rapid review; one to begin triage is this product's own."""

_SATURDAY = 5
_LONDON = ZoneInfo("Europe/London")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PUBLISHED = Path(__file__).parents[2] / "shared" / "calendar"


def due_date(rule: str, version: str, calendar: str, started_at: int) -> str:
    """The ISO date, or a word that is none and says what is missing."""
    wanted = WORKING_DAYS.get((rule, version))
    holidays = _bank_holidays().get(calendar)
    if wanted is None:
        return "unknown rule"
    if holidays is None:
        return "unknown calendar"
    day = (_EPOCH + started_at * _MICROSECOND).astimezone(_LONDON).date()
    while wanted:
        day += timedelta(days=1)
        if day.weekday() < _SATURDAY and day.isoformat() not in holidays:
            wanted -= 1
    return day.isoformat()


def late_from(due: str) -> int:
    """Midnight in London after the due date."""
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
    return {
        document["version"]: frozenset(holiday["date"] for holiday in document["holidays"])
        for document in read
    }
