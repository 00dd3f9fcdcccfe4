"""Rules, days and the calendar with which tests calculate."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from services.rapid_review_timer.rule_row import Rule
from services.rapid_review_timer.rules import rule
from shared.calendar.bank_holidays import england_and_wales

CALENDAR = england_and_wales()
Change = Callable[[Any], None]


def a_rule(rule_id: str, on: date = date(2019, 6, 3), **changes: Any) -> Rule:
    return rule(rule_id, on).model_copy(update=changes)


def day(text: str) -> date:
    """Read "Mon 2 Jul 2018", and check that the weekday is the right one."""
    read = datetime.strptime(text, "%a %d %b %Y").date()  # noqa: DTZ007
    assert f"{read:%a}" == text[:3], f"{text} is a {read:%A}"
    return read


def edit(path: Path, change: Change) -> None:
    """Changes a JSON document in its place."""
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")
