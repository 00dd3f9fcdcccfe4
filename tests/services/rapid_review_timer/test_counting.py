"""How each unit is counted, day by day, where it is easily counted wrong."""

from datetime import UTC, date, datetime

import pytest

from services.rapid_review_timer.counting import Counted, count
from services.rapid_review_timer.rules import rule
from shared.calendar.errors import CalendarOutOfRange
from tests.services.rapid_review_timer.sample_rules import CALENDAR, a_rule, day


def rows(counted: Counted) -> list[tuple[date, int, str | None]]:
    return [(row.day, row.reached, row.note) for row in counted.ledger]


def test_a_fixed_date_is_shown_as_itself_after_the_day_of_the_trigger() -> None:
    year_end = day("Sun 31 Mar 2024")
    counted = count(rule("DL18", year_end), CALENDAR, year_end)
    due = day("Mon 30 Sep 2024")
    assert rows(counted) == [(year_end, 0, None), (due, 0, "the date itself")]
    assert [row.counted for row in counted.ledger] == [False, True]


@pytest.mark.parametrize(
    ("start", "due"),
    [
        pytest.param(date(2019, 3, 1), date(2020, 2, 29), id="the-next-year"),
        pytest.param(date(2020, 2, 29), date(2020, 2, 29), id="the-day-itself"),
        pytest.param(date(2020, 3, 1), date(2024, 2, 29), id="four-years-on"),
        pytest.param(date(2096, 3, 1), date(2104, 2, 29), id="2100-has-no-such-day"),
    ],
)
def test_a_fixed_29_february_is_the_next_that_there_is(start: date, due: date) -> None:
    assert count(a_rule("DL24", fixed="--02-29"), CALENDAR, start).due_date == due


def test_a_fixed_date_that_never_comes_again_is_refused() -> None:
    with pytest.raises(CalendarOutOfRange):
        count(a_rule("DL24", fixed="--02-29"), CALENDAR, date(9997, 1, 1))


def test_a_count_that_ends_on_the_latest_date_is_counted_in_full() -> None:
    counted = count(a_rule("DL26"), CALENDAR, day("Sun 29 Sep 2019"))
    assert rows(counted)[-1] == (day("Tue 29 Sep 2020"), 12, None)


def test_a_month_that_ends_on_the_latest_date_is_counted_and_shown_once() -> None:
    counted = count(a_rule("DL26B"), CALENDAR, day("Fri 29 Nov 2019"))
    assert rows(counted) == [
        (day("Fri 29 Nov 2019"), 0, None),
        (day("Sun 29 Dec 2019"), 1, None),
        (day("Wed 29 Jan 2020"), 2, "the latest date there is"),
    ]


def test_what_starts_after_the_latest_date_was_due_before() -> None:
    counted = count(a_rule("DL26B"), CALENDAR, day("Mon 3 Feb 2020"))
    assert rows(counted) == [
        (day("Mon 3 Feb 2020"), 0, None),
        (day("Wed 29 Jan 2020"), 0, "the latest date there is"),
    ]


def test_a_year_from_the_end_of_january_is_kept_up_through_the_day_before() -> None:
    counted = count(a_rule("DL13"), CALENDAR, day("Fri 31 Jan 2020"))
    assert counted.due_date == day("Sat 30 Jan 2021")
    assert [row.reached for row in counted.ledger] == list(range(13))


def test_hours_from_midnight_to_midnight_say_both() -> None:
    counted = count(a_rule("DL20"), CALENDAR, datetime(2019, 12, 2, tzinfo=UTC))
    both = "from 00:00 in London, until 00:00 in London"
    assert rows(counted) == [(day("Mon 2 Dec 2019"), 24, both)]


def test_hours_that_end_a_moment_after_midnight_end_on_that_day() -> None:
    start = datetime(2019, 12, 2, 0, 0, 0, 1, tzinfo=UTC)
    assert count(a_rule("DL20"), CALENDAR, start).due_date == day("Tue 3 Dec 2019")


def test_a_whole_day_between_two_others_says_nothing_of_its_hours() -> None:
    counted = count(a_rule("DL20", count=48), CALENDAR, datetime(2019, 12, 2, 9, tzinfo=UTC))
    assert [note for _, _, note in rows(counted)] == [
        "from 09:00 in London",
        None,
        "until 09:00 in London",
    ]
