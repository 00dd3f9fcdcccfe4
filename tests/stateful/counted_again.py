"""Due dates counted a second time, from the rule files as they are written and by other code than
the service's: what a deadline keeps is held against it."""

import json
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from services.rapid_review_timer import rules
from tests.shared.calendar import second_count
from tests.stateful.calendars import DIFFERS

LONDON = ZoneInfo("Europe/London")
A_DAY = timedelta(days=1)


@cache
def rule_row(rule: str) -> dict[str, Any]:
    """The last version of a rule, as its file has it."""
    rows: list[dict[str, Any]] = json.loads((rules.BUNDLED / f"{rule}.json").read_bytes())
    return rows[-1]


def due_date(rule: str, started_at: datetime, calendar: str) -> tuple[date, datetime]:
    """The due date and the first late instant."""
    row = rule_row(rule)
    if row["unit"] == "elapsed_hours":
        ends = started_at.astimezone(UTC) + timedelta(hours=row["count"])
        return (ends - timedelta(microseconds=1)).astimezone(LONDON).date(), ends
    start = started_at.astimezone(LONDON).date()
    if row["unit"] == "working_days":
        day = working_days_on(start, row["count"], calendar, back=row["direction"] == "backward")
    else:
        day = second_count.same_day_in_a_later_month(start, row["count"])
    return day, midnight_after(day)


@cache
def working_days_on(start: date, count: int, calendar: str, *, back: bool = False) -> date:
    day = start
    while count:
        day += -A_DAY if back else A_DAY
        count -= works(day, calendar)
    return day


def works(day: date, calendar: str) -> bool:
    return second_count.works(day) is not (day in DIFFERS[calendar])


def midnight_after(day: date) -> datetime:
    return datetime.combine(day + A_DAY, time(), LONDON).astimezone(UTC)


def morning_of(day: date) -> datetime:
    return datetime.combine(day, time(8), LONDON).astimezone(UTC)
