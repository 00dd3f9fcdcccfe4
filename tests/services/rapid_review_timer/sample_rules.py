"""Rules, days and the calendar with which tests calculate."""

from datetime import date, datetime
from typing import Any

from services.rapid_review_timer.rules import Rule, rule
from shared.calendar.bank_holidays import england_and_wales

CALENDAR = england_and_wales()


def a_rule(rule_id: str, on: date = date(2019, 6, 3), **changes: Any) -> Rule:
    return rule(rule_id, on).model_copy(update=changes)


def day(text: str) -> date:
    """Read "Mon 2 Jul 2018", and check that the weekday is the right one."""
    read = datetime.strptime(text, "%a %d %b %Y").date()  # noqa: DTZ007
    assert f"{read:%a}" == text[:3], f"{text} is a {read:%A}"
    return read
