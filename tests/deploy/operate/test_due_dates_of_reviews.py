"""The checker's own way of counting agrees with the timer's on the limits of reviews and of yearly
reports."""

from datetime import UTC, date, datetime, timedelta

import pytest

from deploy.operate.due_dates import due_date
from services.rapid_review_timer.calculation import calculate
from services.rapid_review_timer.rules import rule_book
from shared.calendar.bank_holidays import england_and_wales

CALENDAR = england_and_wales()


FIRST = date(2019, 3, 1)
LIMITS = ["DL06", "DL07", "DL09", "DL10", "DL11", "DL12", "DL16", "DL17"]


@pytest.mark.parametrize(
    ("rule", "first"), [*((rule, FIRST) for rule in LIMITS), ("DL16", date(2023, 12, 15))]
)
def test_both_ways_of_counting_give_the_same_day_for_every_start_of_a_year(
    rule: str, first: date
) -> None:
    for days in range(366):
        started_on = first + timedelta(days=days)
        noon = datetime(started_on.year, started_on.month, started_on.day, 12, tzinfo=UTC)
        row = rule_book().rule(rule, started_on)
        made = calculate(row, CALENDAR, noon)
        started_at = int(noon.timestamp()) * 1_000_000
        counted = due_date(rule, str(row.version), CALENDAR.version, started_at)
        assert counted == made.due_date.isoformat(), started_on
