"""Whose case it is, also where the authority that owned it is no more."""

from datetime import UTC, date, datetime

import pytest

from services.rapid_review_timer.leading_authority import areas_now, owns
from services.rapid_review_timer.review_desk import holds_a_seat
from shared.web.machine_caller import Caller

EVE, FIRST_DAY = datetime(2021, 3, 31, 12, tzinfo=UTC), datetime(2021, 4, 1, 12, tzinfo=UTC)
NORTHAMPTONSHIRE, NORTH, WEST = "E10000021", "E06000061", "E06000062"


def caller(area: str) -> Caller:
    return Caller("la-cases", f"la-{area}", "sample", FIRST_DAY)


from_day_to_day = pytest.mark.parametrize(
    ("area", "at", "answers"),
    [
        (NORTHAMPTONSHIRE, EVE, True),
        (NORTH, EVE, False),
        (NORTHAMPTONSHIRE, FIRST_DAY, False),
        (NORTH, FIRST_DAY, True),
        (WEST, FIRST_DAY, True),
        ("E06000063", FIRST_DAY, False),
    ],
)


@from_day_to_day
def test_from_the_first_day_of_its_successors_they_answer_for_the_cases_of_an_authority(
    area: str, at: datetime, answers: bool
) -> None:
    assert owns(caller(area), NORTHAMPTONSHIRE, at) is answers


@from_day_to_day
def test_from_that_day_their_partners_speak_for_its_yearly_reports(
    area: str, at: datetime, answers: bool
) -> None:
    assert holds_a_seat(caller(area), NORTHAMPTONSHIRE, at) is answers


def test_a_case_that_nobody_owns_yet_is_nobodys() -> None:
    assert not owns(caller(NORTH), None, FIRST_DAY)


def test_the_day_is_that_of_london() -> None:
    last_hour = datetime(2021, 3, 31, 23, 30, tzinfo=UTC)
    assert owns(caller(NORTH), NORTHAMPTONSHIRE, last_hour), "it is past midnight in London"


def test_an_area_that_is_not_held_stands_for_itself() -> None:
    assert areas_now("E08000099", date(2026, 1, 1)) == ("E08000099",)
    assert areas_now(NORTHAMPTONSHIRE, date(2026, 1, 1)) == (NORTH, WEST)
