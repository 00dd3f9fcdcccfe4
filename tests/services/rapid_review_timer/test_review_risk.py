"""How much danger there is that a review will be late, before it is."""

from datetime import date

import pytest

from services.rapid_review_timer.review_risk import band_of
from services.rapid_review_timer.review_shown import working_days_left
from shared.calendar.bank_holidays import england_and_wales


@pytest.mark.parametrize(
    ("left", "missing", "ready", "band"),
    [
        (15, 5, False, "on_track"),
        (10, 4, False, "on_track"),
        (10, 5, False, "at_risk"),
        (6, 1, False, "at_risk"),
        (5, 1, False, "at_risk"),
        (4, 1, False, "critical"),
        (4, 0, False, "on_track"),
        (3, 0, False, "on_track"),
        (2, 0, False, "critical"),
        (2, 0, True, "on_track"),
        (0, 0, True, "on_track"),
        (-1, 0, True, "late"),
        (-1, 3, False, "late"),
    ],
)
def test_the_days_that_are_left_against_the_summaries_that_are_missing(
    left: int, missing: int, ready: bool, band: str
) -> None:
    assert band_of(left, missing, submitted=False, ready=ready).value == band


def test_what_was_submitted_is_in_no_danger() -> None:
    assert band_of(-3, 2, submitted=True, ready=False).value == "submitted"


@pytest.mark.parametrize(
    ("today", "left"),
    [
        (date(2019, 6, 28), 2),
        (date(2019, 6, 29), 2),
        (date(2019, 7, 2), 0),
        (date(2019, 7, 3), -1),
        (date(2019, 7, 6), -3),
    ],
)
def test_working_days_are_left_until_the_due_date_and_none_on_it(today: date, left: int) -> None:
    assert working_days_left(england_and_wales(), today, date(2019, 7, 2)) == left


def test_days_that_no_calendar_reaches_are_not_guessed() -> None:
    assert working_days_left(england_and_wales(), date(2019, 6, 28), date(2119, 7, 3)) is None
    assert working_days_left(england_and_wales(), date(2019, 6, 28), None) is None
