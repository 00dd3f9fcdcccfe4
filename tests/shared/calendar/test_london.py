from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from shared.calendar.errors import NaiveInstant, NoSuchLondonTime, NotALocalDate
from shared.calendar.london import first_late_instant, london_date, london_instant


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        pytest.param("2019-06-02T23:30:00+00:00", date(2019, 6, 3), id="D40-summer-after-midnight"),
        pytest.param("2019-12-02T23:30:00+00:00", date(2019, 12, 2), id="D41-winter-same-day"),
        pytest.param("2019-06-03T01:30:00+02:00", date(2019, 6, 3), id="another-zone"),
        pytest.param("2019-03-31T00:59:59+00:00", date(2019, 3, 31), id="before-clocks-go-forward"),
    ],
)
def test_the_date_is_the_one_people_in_london_lived(instant: str, day: date) -> None:
    assert london_date(datetime.fromisoformat(instant)) == day


@pytest.mark.parametrize(
    ("due", "late_from"),
    [
        pytest.param(date(2019, 4, 29), datetime(2019, 4, 29, 23, tzinfo=UTC), id="D42-summer"),
        pytest.param(date(2019, 10, 28), datetime(2019, 10, 29, tzinfo=UTC), id="D43-winter"),
        pytest.param(date(2019, 3, 30), datetime(2019, 3, 31, tzinfo=UTC), id="eve-of-summer-time"),
        pytest.param(
            date(2019, 10, 26), datetime(2019, 10, 26, 23, tzinfo=UTC), id="eve-of-winter-time"
        ),
    ],
)
def test_a_deadline_is_late_from_midnight_in_london(due: date, late_from: datetime) -> None:
    assert first_late_instant(due) == late_from
    assert first_late_instant(due).utcoffset() == timedelta(0)


def test_eight_in_the_morning_in_london_moves_with_the_clocks() -> None:
    assert london_instant(date(2019, 6, 3), time(8)) == datetime(2019, 6, 3, 7, tzinfo=UTC)
    assert london_instant(date(2019, 12, 3), time(8)) == datetime(2019, 12, 3, 8, tzinfo=UTC)


def test_a_time_the_clocks_skip_is_refused() -> None:
    with pytest.raises(NoSuchLondonTime):
        london_instant(date(2019, 3, 31), time(1, 30))


def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    twice = london_instant(date(2019, 10, 27), time(1, 30))
    assert twice == datetime(2019, 10, 27, 0, 30, tzinfo=UTC)


def test_a_naive_datetime_is_no_instant() -> None:
    with pytest.raises(NaiveInstant) as refused:
        london_date(datetime(2019, 6, 2, 23, 30))  # noqa: DTZ001
    assert refused.value.code == "NAIVE_INSTANT"


def test_an_instant_is_no_due_date() -> None:
    with pytest.raises(NotALocalDate):
        first_late_instant(datetime(2019, 6, 2, tzinfo=UTC))
    with pytest.raises(NotALocalDate):
        london_instant(datetime(2019, 6, 2, tzinfo=UTC), time(8))


def test_a_london_time_of_day_has_no_zone_of_its_own() -> None:
    with pytest.raises(NotALocalDate):
        london_instant(date(2019, 6, 2), time(8, tzinfo=timezone(timedelta(hours=2))))


@seed(20180629)
@settings(database=None, print_blob=True, max_examples=200)
@given(st.dates(date(2012, 1, 1), date(2028, 12, 31)))
def test_the_last_moment_of_a_day_is_on_time_and_the_next_is_not(due: date) -> None:
    late = first_late_instant(due)
    assert london_date(late - timedelta(microseconds=1)) == due
    assert london_date(late) == due + timedelta(days=1)
