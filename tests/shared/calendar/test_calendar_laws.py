"""What holds for every start, count, month and night, checked against a second way of counting."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from shared.calendar.bank_holidays import england_and_wales
from shared.calendar.errors import CalendarOutOfRange, NotALocalDate
from shared.calendar.london import first_late_instant, london_date
from shared.calendar.months import (
    corresponding_day,
    days_ledger,
    last_working_day_by,
    months_ledger,
)
from shared.calendar.working_days import (
    add_working_days,
    subtract_working_days,
    working_days_between,
)
from tests.shared.calendar import second_count

CALENDAR = england_and_wales()
starts = st.dates(date(2012, 7, 1), date(2028, 6, 30))
counts = st.integers(1, 60)
months = st.integers(1, 60)
instants = st.datetimes(datetime(2012, 1, 2), datetime(2028, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
repeatable = settings(database=None, print_blob=True, max_examples=150)


@seed(20180629)
@repeatable
@given(starts, counts)
def test_forward_and_back_agree_with_the_second_count(start: date, count: int) -> None:
    assert add_working_days(CALENDAR, start, count) == second_count.nth_working_day_after(
        start, count
    )
    assert subtract_working_days(CALENDAR, start, count) == second_count.nth_working_day_before(
        start, count
    )


@seed(20180629)
@repeatable
@given(starts, st.integers(1, 30), st.integers(0, 30))
def test_counting_in_two_steps_is_counting_in_one(start: date, first: int, then: int) -> None:
    halfway = add_working_days(CALENDAR, start, first)
    assert add_working_days(CALENDAR, halfway, then) == add_working_days(
        CALENDAR, start, first + then
    )


@seed(20180629)
@repeatable
@given(starts, counts)
def test_to_start_a_day_later_never_makes_it_due_earlier(start: date, count: int) -> None:
    tomorrow = start + timedelta(days=1)
    assert add_working_days(CALENDAR, start, count) <= add_working_days(CALENDAR, tomorrow, count)
    assert subtract_working_days(CALENDAR, start, count) <= subtract_working_days(
        CALENDAR, tomorrow, count
    )


@seed(20180629)
@repeatable
@given(starts, counts)
def test_counting_back_and_forward_again_returns_to_a_working_day(start: date, count: int) -> None:
    back = subtract_working_days(CALENDAR, start, count)
    first_worked = last_working_day_by(CALENDAR, start)
    returned = add_working_days(CALENDAR, back, count)
    assert returned == (
        start if first_worked == start else second_count.nth_working_day_after(start, 1)
    )


@seed(20180629)
@repeatable
@given(starts, starts)
def test_days_between_are_counted_the_same_from_either_end(one: date, other: date) -> None:
    early, late = min(one, other), max(one, other)
    between = sum(early < day <= late for day in second_count.WORKING)
    assert working_days_between(CALENDAR, early, late) == between
    assert working_days_between(CALENDAR, late, early) == -between


@seed(20180629)
@repeatable
@given(starts)
def test_the_last_working_day_by_a_date_leaves_none_between(day: date) -> None:
    last = last_working_day_by(CALENDAR, day)
    assert second_count.works(last)
    assert last <= day
    assert working_days_between(CALENDAR, last, day) == 0


@seed(20180629)
@repeatable
@given(starts, months)
def test_a_month_ends_where_the_second_count_ends_it(start: date, count: int) -> None:
    end = corresponding_day(start, count)
    assert end == second_count.same_day_in_a_later_month(start, count)
    assert end.day == start.day or (end + timedelta(days=1)).day == 1
    assert end.day <= start.day


@seed(20180629)
@repeatable
@given(starts, months)
def test_each_row_of_months_is_a_month_after_the_last_and_counted_from_the_start(
    start: date, count: int
) -> None:
    rows = months_ledger(start, count)
    assert [row.reached for row in rows] == list(range(count + 1))
    assert [row.day for row in rows] == sorted({row.day for row in rows})
    assert all(corresponding_day(start, row.reached) == row.day for row in rows)
    assert [row.note is not None for row in rows] == [row.day.day != start.day for row in rows]


@seed(20180629)
@repeatable
@given(starts, months)
def test_to_start_a_day_later_never_ends_a_month_earlier(start: date, count: int) -> None:
    assert corresponding_day(start, count) <= corresponding_day(start + timedelta(days=1), count)


@seed(20180629)
@repeatable
@given(starts, st.integers(1, 40))
def test_calendar_days_are_all_counted(start: date, count: int) -> None:
    rows = days_ledger(start, count)
    assert rows[-1].day == start + timedelta(days=count)
    assert [row.reached for row in rows if row.counted] == list(range(1, count + 1))


@seed(20180629)
@repeatable
@given(instants)
def test_the_day_in_london_follows_the_rule_of_summer_time(instant: datetime) -> None:
    assert london_date(instant) == second_count.day_in_london(instant)


@pytest.mark.parametrize("year", range(2012, 2029))
def test_on_the_nights_on_which_the_clocks_change_a_day_ends_at_its_own_midnight(
    year: int,
) -> None:
    for month in (3, 10):
        for n in range(20, 32):
            day = date(year, month, n)
            late = first_late_instant(day)
            assert late == second_count.end_of_day_in_london(day)
            hours = (late - first_late_instant(day - timedelta(days=1))) / timedelta(hours=1)
            changes = day.weekday() == 6 and n >= 25
            assert hours == (24 + (1 if month == 10 else -1) * changes)


def test_months_and_days_take_dates_and_no_instants() -> None:
    with pytest.raises(NotALocalDate):
        corresponding_day(datetime(2019, 6, 3, tzinfo=UTC), 6)
    with pytest.raises(NotALocalDate):
        days_ledger(datetime(2019, 6, 3, tzinfo=UTC), 7)
    with pytest.raises(NotALocalDate):
        last_working_day_by(CALENDAR, datetime(2019, 6, 3, tzinfo=UTC))


def test_the_day_of_the_trigger_is_day_0_of_the_calendar_days() -> None:
    rows = days_ledger(date(2019, 6, 3), 3)
    assert [(row.day.day, row.reached, row.counted) for row in rows] == [
        (3, 0, False),
        (4, 1, True),
        (5, 2, True),
        (6, 3, True),
    ]


def test_days_and_months_are_counted_to_the_end_of_all_dates_and_not_beyond() -> None:
    assert days_ledger(date(9999, 12, 24), 7)[-1].day == date.max
    with pytest.raises(CalendarOutOfRange):
        days_ledger(date(9999, 12, 24), 8)
    assert corresponding_day(date(9999, 6, 30), 6) == date(9999, 12, 30)
    with pytest.raises(CalendarOutOfRange):
        corresponding_day(date(9999, 6, 30), 7)


def test_months_are_counted_back_to_the_beginning_of_all_dates_and_not_beyond() -> None:
    assert corresponding_day(date(1, 12, 31), -11) == date(1, 1, 31)
    with pytest.raises(CalendarOutOfRange):
        corresponding_day(date(1, 12, 31), -12)


def test_beyond_the_data_there_is_no_last_working_day() -> None:
    with pytest.raises(CalendarOutOfRange):
        last_working_day_by(CALENDAR, date(2029, 1, 1))
