"""What a document has to hold to be a calendar: whole years, and days in order."""

import json
from datetime import date
from typing import Any

import pytest

from shared.calendar import bank_holidays
from shared.calendar.bank_holidays import (
    Calendar,
    checksum,
    england_and_wales,
    parse_calendar,
)
from shared.calendar.errors import CalendarInvalid

Row = tuple[date, str]
NEW_YEAR, BOXING_DAY = date(2019, 1, 1), date(2019, 12, 26)
YEAR = [row for row in england_and_wales().holidays.items() if row[0].year == 2019]


def document(rows: list[Row], first: str = "2019-01-01", last: str = "2019-12-31") -> str:
    """Of these days, with their checksum."""
    ends = date.fromisoformat(first), date.fromisoformat(last)
    made: dict[str, Any] = {
        "version": "england-and-wales-test",
        "issued_at": "2018-01-01T00:00:00Z",
        "number": 2,
        "source": "GOV.UK bank holidays, England and Wales",
        "obtained_through": "a test",
        "first": first,
        "last": last,
        "holidays": [{"date": day.isoformat(), "title": title} for day, title in rows],
        "sha256": checksum(*ends, rows),
    }
    return json.dumps(made)


def without(day: date) -> list[Row]:
    return [row for row in YEAR if row[0] != day]


def refusal(text: str) -> str:
    with pytest.raises(CalendarInvalid) as refused:
        parse_calendar(text)
    return str(refused.value)


def changed(**members: Any) -> str:
    return json.dumps(json.loads(document(YEAR)) | members)


def test_a_whole_year_has_eight_bank_holidays_and_is_refused_with_seven() -> None:
    assert len(parse_calendar(document(YEAR)).holidays) == 8
    for day, _ in YEAR:
        assert refusal(document(without(day))) == "not a calendar, see: document"


def test_a_year_that_is_covered_in_part_may_have_fewer() -> None:
    after_new_year = document(without(NEW_YEAR), first="2019-01-02")
    assert parse_calendar(after_new_year).first == date(2019, 1, 2)
    but_its_last_day = document(without(NEW_YEAR), last="2019-12-30")
    assert parse_calendar(but_its_last_day).last == date(2019, 12, 30)


def test_the_days_covered_may_end_with_a_bank_holiday_and_not_before_it() -> None:
    assert parse_calendar(document(YEAR, last="2019-12-26")).last == BOXING_DAY
    refusal(document(YEAR, last="2019-12-25"))


def test_days_out_of_order_or_given_twice_are_refused() -> None:
    refusal(document(YEAR[::-1]))
    refusal(document([*YEAR, YEAR[-1]]))


@pytest.mark.parametrize(
    ("members", "at"),
    [
        pytest.param({"number": "2"}, "number", id="a-number-as-text"),
        pytest.param({"number": 0, "source": ""}, "number, source", id="two-fields"),
        pytest.param(
            {"holidays": [{"date": 1546300800, "title": "New Year"}]},
            "holidays.0.date",
            id="a-day-in-seconds",
        ),
        pytest.param(
            {"holidays": [{"date": "2019-01-01", "title": ""}]},
            "holidays.0.title",
            id="a-day-without-a-name",
        ),
    ],
)
def test_a_refusal_names_the_fields_at_fault_and_no_values(
    members: dict[str, Any], at: str
) -> None:
    assert refusal(changed(**members)) == f"not a calendar, see: {at}"


def test_what_is_logged_of_a_calendar_is_its_version_and_not_each_day() -> None:
    told = repr(parse_calendar(document(YEAR)))
    assert "england-and-wales-test" in told
    assert "Good Friday" not in told


def test_calendars_can_be_kept_in_a_set() -> None:
    one, same = parse_calendar(document(YEAR)), parse_calendar(document(YEAR))
    assert {one, same, england_and_wales()} == {one, england_and_wales()}


def test_of_several_that_come_with_the_code_the_newest_is_in_force(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    older, newer = parse_calendar(document(YEAR)), england_and_wales()

    def oldest_first() -> tuple[Calendar, ...]:
        return older, newer

    monkeypatch.setattr(bank_holidays, "bundled_calendars", oldest_first)
    assert england_and_wales() == newer
