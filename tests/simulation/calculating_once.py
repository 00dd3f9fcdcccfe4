"""Due dates counted once for each start, because a schedule asks for the same ones all the time."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

from services.rapid_review_timer import deadline
from services.rapid_review_timer.calculation import Calculation, calculate
from services.rapid_review_timer.rule_row import Rule
from shared.calendar.bank_holidays import Calendar

MOST_KEPT = 20_000


@contextmanager
def calculating_once() -> Iterator[None]:
    """The same function with the same answers, for as long as the block lasts."""
    kept: dict[Any, Calculation] = {}

    def calculated(
        rule: Rule,
        calendar: Calendar,
        start: date | datetime,
        *,
        alternative_starts: Mapping[str, date | datetime] = MappingProxyType({}),
    ) -> Calculation:
        key = (rule.id, rule.version, calendar.version, start, *alternative_starts.items())
        if key not in kept:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            kept[key] = calculate(rule, calendar, start, alternative_starts=alternative_starts)
        return kept[key]

    with patch.object(deadline, "calculate", calculated):
        yield
