from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from shared.calendar.bank_holidays import england_and_wales
from shared.calendar.errors import CalendarOutOfRange, NotALocalDate
from shared.calendar.working_days import (
    add_working_days,
    ledger,
    subtract_working_days,
    working_days_between,
)

CALENDAR = england_and_wales()
SECOND_SOURCE = holidays.country_holidays("GB", subdiv="ENG", years=range(2012, 2029))
starts = st.dates(date(2012, 6, 1), date(2028, 6, 30))
counts = st.integers(1, 60)
repeatable = settings(database=None, print_blob=True, max_examples=150)


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in SECOND_SOURCE


@pytest.mark.parametrize(
    ("planned", "send_by", "a_day_earlier"),
    [
        pytest.param(date(2019, 10, 14), date(2019, 10, 3), date(2019, 10, 2), id="D33-plain"),
        pytest.param(date(2021, 1, 7), date(2020, 12, 24), date(2020, 12, 23), id="D34-Christmas"),
        pytest.param(date(2024, 1, 4), date(2023, 12, 21), date(2023, 12, 20), id="D35-New-Year"),
    ],
)
def test_counting_back_seven_working_days_from_a_publication(
    planned: date, send_by: date, a_day_earlier: date
) -> None:
    assert subtract_working_days(CALENDAR, planned, 7) == send_by
    assert subtract_working_days(CALENDAR, planned, 8) == a_day_earlier


def test_a_ledger_says_of_each_day_whether_it_counts_and_why_not() -> None:
    days = ledger(CALENDAR, date(2019, 4, 18), 2)
    assert [(row.day.day, row.reached, row.skipped_because) for row in days] == [
        (18, 0, "day of the trigger, day 0"),
        (19, 0, "Good Friday"),
        (20, 0, "Saturday"),
        (21, 0, "Sunday"),
        (22, 0, "Easter Monday"),
        (23, 1, None),
        (24, 2, None),
    ]


def test_counting_no_days_stays_on_the_trigger_day() -> None:
    saturday = date(2019, 6, 1)
    assert add_working_days(CALENDAR, saturday, 0) == saturday
    assert subtract_working_days(CALENDAR, saturday, 0) == saturday


def test_working_days_between_two_dates_leave_the_first_out() -> None:
    assert working_days_between(CALENDAR, date(2019, 4, 18), date(2019, 4, 29)) == 5
    assert working_days_between(CALENDAR, date(2019, 4, 29), date(2019, 4, 18)) == -5
    assert working_days_between(CALENDAR, date(2019, 4, 18), date(2019, 4, 18)) == 0


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="count back instead"):
        add_working_days(CALENDAR, date(2019, 6, 3), -1)


def test_a_count_that_runs_beyond_the_data_gives_no_date() -> None:
    with pytest.raises(CalendarOutOfRange):
        add_working_days(CALENDAR, date(2028, 12, 27), 5)
    with pytest.raises(CalendarOutOfRange):
        subtract_working_days(CALENDAR, date(2012, 1, 4), 5)
    with pytest.raises(CalendarOutOfRange):
        working_days_between(CALENDAR, date(2028, 12, 27), date(2029, 1, 2))


def test_a_trigger_beyond_the_data_gives_no_date_even_if_the_days_after_are_covered() -> None:
    with pytest.raises(CalendarOutOfRange):
        add_working_days(CALENDAR, date(2011, 12, 31), 1)
    with pytest.raises(CalendarOutOfRange):
        working_days_between(CALENDAR, date(2011, 12, 31), date(2012, 1, 3))


def test_an_instant_is_not_taken_for_a_date() -> None:
    with pytest.raises(NotALocalDate):
        add_working_days(CALENDAR, datetime(2019, 6, 3, tzinfo=UTC), 5)


@seed(20180629)
@repeatable
@given(starts, counts)
def test_counting_back_from_a_due_date_returns_to_the_start(start: date, count: int) -> None:
    last_worked = start
    while not works(last_worked):
        last_worked -= timedelta(days=1)
    due = add_working_days(CALENDAR, start, count)
    assert subtract_working_days(CALENDAR, due, count) == last_worked


@seed(20180629)
@repeatable
@given(starts, counts)
def test_a_due_date_agrees_with_a_count_made_from_the_second_source(
    start: date, count: int
) -> None:
    day, left = start, count
    while left:
        day += timedelta(days=1)
        left -= works(day)
    assert add_working_days(CALENDAR, start, count) == day


@seed(20180629)
@repeatable
@given(starts, counts, st.booleans())
def test_a_ledger_holds_every_day_once_and_counts_as_many_as_asked(
    start: date, count: int, back: bool
) -> None:
    days = ledger(CALENDAR, start, count, back=back)
    step = timedelta(days=-1 if back else 1)
    assert [row.day for row in days] == [start + step * n for n in range(len(days))]
    assert [row.reached for row in days if row.counted] == list(range(1, count + 1))
    assert all(works(row.day) == row.counted for row in days[1:])


@seed(20180629)
@repeatable
@given(starts, counts)
def test_as_many_working_days_lie_between_start_and_due_as_were_counted(
    start: date, count: int
) -> None:
    due = add_working_days(CALENDAR, start, count)
    assert working_days_between(CALENDAR, start, due) == count
