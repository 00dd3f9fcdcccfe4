import json
from datetime import UTC, date, datetime
from typing import Any

import holidays
import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays

from shared.calendar.bank_holidays import (
    Calendar,
    bundled_calendars,
    checksum,
    england_and_wales,
    parse_calendar,
)
from shared.calendar.errors import (
    CalendarChecksumMismatch,
    CalendarInvalid,
    CalendarOutOfRange,
    NotALocalDate,
)


@pytest.fixture
def calendar() -> Calendar:
    return england_and_wales()


def document(**changes: Any) -> str:
    calendar = england_and_wales()
    rows = [(day, title) for day, title in calendar.holidays.items() if day.year == 2019]
    made: dict[str, Any] = {
        "version": "england-and-wales-test",
        "issued_at": "2018-01-01T00:00:00Z",
        "number": 2,
        "source": "GOV.UK bank holidays, England and Wales",
        "obtained_through": "a test",
        "first": "2019-01-01",
        "last": "2019-12-31",
        "holidays": [{"date": day.isoformat(), "title": title} for day, title in rows],
        "sha256": checksum(date(2019, 1, 1), date(2019, 12, 31), rows),
    }
    return json.dumps(made | changes)


def test_the_bundled_days_are_those_gov_uk_publishes(calendar: Calendar) -> None:
    published = BankHolidays(use_cached_holidays=True).get_holidays(division="england-and-wales")
    assert set(calendar.holidays) == {holiday["date"] for holiday in published}
    for holiday in published:
        assert calendar.holidays[holiday["date"]].startswith(holiday["title"])


def test_a_second_source_knows_the_same_weekdays_as_bank_holidays(calendar: Calendar) -> None:
    years = range(calendar.first.year, calendar.last.year + 1)
    england = holidays.country_holidays("GB", subdiv="ENG", years=years)
    assert set(calendar.holidays) == {day for day in england if day.weekday() < 5}


def test_the_bundled_calendar_says_which_it_is_and_from_where(calendar: Calendar) -> None:
    assert calendar.version == "england-and-wales-2026-02-25"
    assert (calendar.issued_at, calendar.number) == (datetime(2026, 2, 25, tzinfo=UTC), 1)
    assert calendar.last == date(2028, 12, 31)
    assert len(calendar.holidays) == 140


def test_the_bundled_calendar_covers_whole_years_from_2012_to_the_end_of_the_data(
    calendar: Calendar,
) -> None:
    assert calendar.first == date(2012, 1, 1)
    assert calendar.last == date(max(calendar.holidays).year, 12, 31)
    assert calendar.source == "GOV.UK bank holidays, England and Wales"


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        pytest.param(date(2020, 5, 4), None, id="D45-the-early-May-holiday-left-Monday-2020"),
        pytest.param(
            date(2020, 5, 8),
            "Early May bank holiday (VE day)",
            id="D45-the-early-May-holiday-came-to-Friday-2020",
        ),
        pytest.param(date(2022, 5, 30), None, id="D46-the-spring-holiday-left-Monday-2022"),
        pytest.param(
            date(2022, 6, 2), "Spring bank holiday", id="D46-the-spring-holiday-came-to-Thursday"
        ),
        pytest.param(
            date(2022, 6, 3), "Platinum Jubilee bank holiday", id="D46-the-Jubilee-on-Friday"
        ),
        pytest.param(date(2019, 4, 22), "Easter Monday", id="Easter-Monday-is-not-UK-wide"),
        pytest.param(date(2019, 4, 20), "Saturday", id="Saturday"),
        pytest.param(date(2019, 4, 21), "Sunday", id="Sunday"),
        pytest.param(date(2021, 7, 12), None, id="no-Northern-Irish-holiday"),
    ],
)
def test_a_day_is_a_working_day_or_says_why_not(
    calendar: Calendar, day: date, reason: str | None
) -> None:
    assert calendar.why_not(day) == reason
    assert calendar.is_working_day(day) is (reason is None)


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(date(2011, 12, 31), id="D44-before-the-data"),
        pytest.param(date(2029, 1, 1), id="D44-the-day-after-the-data"),
        pytest.param(date(2031, 12, 25), id="D44-a-Christmas-nobody-has-published"),
    ],
)
def test_a_day_beyond_the_data_gets_no_answer(calendar: Calendar, day: date) -> None:
    with pytest.raises(CalendarOutOfRange) as refused:
        calendar.is_working_day(day)
    assert refused.value.code == "CALENDAR_OUT_OF_RANGE"
    assert not calendar.covers(day, day)


def test_a_window_is_covered_only_as_a_whole(calendar: Calendar) -> None:
    assert calendar.covers(calendar.first, calendar.last)
    assert not calendar.covers(calendar.last, date(2029, 1, 1))
    assert not calendar.covers(date(2011, 12, 31), calendar.first)


def test_an_instant_is_not_taken_for_a_date(calendar: Calendar) -> None:
    with pytest.raises(NotALocalDate):
        calendar.is_working_day(datetime(2019, 12, 25, tzinfo=UTC))


def test_a_moved_date_breaks_the_checksum() -> None:
    moved = document().replace("2019-05-06", "2019-05-07")
    with pytest.raises(CalendarChecksumMismatch):
        parse_calendar(moved)


def test_a_stretched_horizon_breaks_the_checksum() -> None:
    with pytest.raises(CalendarChecksumMismatch):
        parse_calendar(document(last="2020-01-31"))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"last": "2020-12-31"}, id="a-year-covered-without-holidays"),
        pytest.param({"first": "2019-02-01"}, id="a-holiday-outside-the-days-covered"),
        pytest.param({"issued_at": "2018-01-01T00:00:00"}, id="issued-at-no-instant"),
        pytest.param({"division": "scotland"}, id="an-unknown-field"),
        pytest.param({"holidays": []}, id="no-holidays"),
        pytest.param({"version": "scotland-2019"}, id="another-nation"),
    ],
)
def test_an_unfit_document_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(CalendarInvalid) as refused:
        parse_calendar(document(**changes))
    assert refused.value.code == "CALENDAR_INVALID"


def test_versions_are_ordered_by_issue_and_number() -> None:
    first, second = parse_calendar(document()), parse_calendar(document(number=3))
    later = parse_calendar(document(issued_at="2018-06-01T00:00:00Z", number=1))
    assert first.order < second.order < later.order
    assert list(bundled_calendars()) == sorted(bundled_calendars(), key=lambda held: held.order)
