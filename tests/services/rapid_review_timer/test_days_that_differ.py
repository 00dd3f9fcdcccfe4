"""Of a deadline that a calendar moves it is told which days of its count made the difference."""

from datetime import date

import pytest

from services.rapid_review_timer.calendar_change import Move, may_be_moved_by, revised
from services.rapid_review_timer.rules import rule_book
from shared.calendar.versions import CalendarVersions, bundled_versions
from tests.services.rapid_review_timer.sample_deadlines import kept_deadline
from tests.shared.calendar.test_versions import version

BUNDLED = bundled_versions()


def moved(rule: str, start: str, *new_holidays: str) -> Move:
    """The only move under a version with more holidays, ISO dates."""
    titles = {f"d{day.replace('-', '')}": "Invented" for day in new_holidays}
    newer = version("next", "2026-06-01", 1, **titles)
    versions = CalendarVersions.of((*BUNDLED.held, newer))
    (move,) = revised([kept_deadline(rule, start)], versions, rule_book()).moves
    return move


def test_forward_the_days_up_to_the_new_due_date_count() -> None:
    move = moved("DL01", "2019-06-05", "2019-06-10", "2019-06-13", "2019-06-17", "2019-12-02")
    assert (move.previous_due_date, move.due_date) == (date(2019, 6, 12), date(2019, 6, 14))
    assert move.differing == (date(2019, 6, 10), date(2019, 6, 13))
    assert (move.previous_calendar, move.calendar) == (
        BUNDLED.newest.version,
        "england-and-wales-next",
    )


def test_counted_back_the_days_down_to_the_new_due_date_count() -> None:
    move = moved("DL12", "2019-10-14", "2019-10-08", "2019-10-02", "2019-09-02", "2019-10-21")
    assert (move.previous_due_date, move.due_date) == (date(2019, 10, 3), date(2019, 10, 1))
    assert move.differing == (date(2019, 10, 2), date(2019, 10, 8))


@pytest.mark.parametrize(
    ("start", "due", "days", "may"),
    [
        ("2019-06-05", "2019-06-12", ["2019-06-12"], True),
        ("2019-06-05", "2019-06-12", ["2019-06-13"], False),
        ("2019-06-05", "2019-06-12", ["2019-06-05"], False),
        ("2019-06-05", "2019-06-12", ["2019-06-04"], False),
        ("2019-06-05", "2019-06-12", ["2019-12-25", "2019-06-10"], True),
        ("2019-10-14", "2019-10-03", ["2019-10-03"], True),
        ("2019-10-14", "2019-10-03", ["2019-10-02"], False),
        ("2019-10-14", "2019-10-03", ["2019-10-14"], False),
    ],
)
def test_a_count_holds_its_due_date_and_never_the_day_of_its_start(
    start: str, due: str, days: list[str], may: bool
) -> None:
    ends = date.fromisoformat(start), date.fromisoformat(due)
    assert may_be_moved_by(*ends, map(date.fromisoformat, days)) is may
