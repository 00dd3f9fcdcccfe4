"""Versions of the bank holidays: which one is in force, in whatever order they come."""

import itertools
import random
from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

import pytest

from shared.calendar.bank_holidays import Calendar, bundled_calendars, england_and_wales
from shared.calendar.errors import CalendarCoversLess, CalendarUnknown, CalendarVersionConflict
from shared.calendar.versions import CalendarVersions, bundled_versions, days_that_differ
from shared.calendar.working_days import add_working_days

FUNERAL = date(2022, 9, 19)


def version(name: str, issued: str, number: int = 1, **days: str | None) -> Calendar:
    """As the bundled one, with days added (`d20220919="Funeral"`) or taken away (None)."""
    holidays = dict(england_and_wales().holidays)
    for key, title in days.items():
        day = datetime.strptime(key, "d%Y%m%d").date()  # noqa: DTZ007
        holidays.pop(day, None)
        if title:
            holidays[day] = title
    return replace(
        england_and_wales(),
        version=f"england-and-wales-{name}",
        issued_at=datetime.fromisoformat(issued).replace(tzinfo=UTC),
        number=number,
        holidays=MappingProxyType(dict(sorted(holidays.items()))),
    )


BEFORE = version("before", "2022-01-01", d20220919=None)
FIRST = version("first", "2022-09-10", 1)
SECOND = version("second", "2022-09-10", 2)


def test_the_newest_is_in_force_in_whatever_order_they_come() -> None:
    for order in itertools.permutations((BEFORE, FIRST, SECOND)):
        versions = CalendarVersions.of(order)
        assert versions.newest == SECOND
        assert versions.held == (BEFORE, FIRST, SECOND)


def test_the_number_decides_between_two_of_one_instant() -> None:
    assert CalendarVersions.of((SECOND, FIRST)).newest == SECOND


def test_the_same_version_twice_is_one_version() -> None:
    versions = CalendarVersions.of((BEFORE, FIRST))
    assert versions.having(FIRST) == versions


def test_other_days_under_a_known_name_are_refused() -> None:
    other = replace(version("x", "2023-01-01"), version=FIRST.version)
    with pytest.raises(CalendarVersionConflict) as refused:
        CalendarVersions.of((FIRST,)).having(other)
    assert refused.value.code == "CALENDAR_VERSION_CONFLICT"


def test_two_names_at_one_place_of_the_order_are_refused() -> None:
    twin = replace(FIRST, version="england-and-wales-twin")
    with pytest.raises(CalendarVersionConflict):
        CalendarVersions.of((FIRST,)).having(twin)


def test_a_version_is_found_by_its_name_or_refused_with_those_there_are() -> None:
    versions = CalendarVersions.of((BEFORE, FIRST))
    assert versions.named(BEFORE.version) == BEFORE
    with pytest.raises(CalendarUnknown, match=f": {BEFORE.version}, {FIRST.version}$") as refused:
        versions.named("england-and-wales-none")
    assert refused.value.code == "CALENDAR_UNKNOWN"


def test_no_versions_at_all_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        CalendarVersions.of(())


def test_a_newer_version_takes_over_if_it_covers_all_days_of_the_one_in_force() -> None:
    longer = replace(SECOND, last=SECOND.last.replace(year=2030))
    assert CalendarVersions.of((FIRST,)).receiving(SECOND).newest == SECOND
    assert CalendarVersions.of((FIRST,)).receiving(longer).newest == longer


@pytest.mark.parametrize("covers", [{"last": date(2028, 12, 30)}, {"first": date(2012, 1, 2)}])
def test_a_newer_version_that_covers_a_day_less_is_refused(covers: dict[str, Any]) -> None:
    with pytest.raises(CalendarCoversLess):
        CalendarVersions.of((FIRST,)).receiving(replace(SECOND, **covers))


def test_an_older_version_may_cover_less_since_it_is_not_in_force() -> None:
    shorter = replace(BEFORE, last=date(2022, 12, 31))
    versions = CalendarVersions.of((FIRST,)).receiving(shorter)
    assert versions.held == (shorter, FIRST)


def test_those_that_come_with_the_code_are_held() -> None:
    assert bundled_versions().held == bundled_calendars()
    assert bundled_versions().newest == england_and_wales()


def test_only_the_days_on_which_two_versions_disagree_differ() -> None:
    assert days_that_differ(BEFORE, FIRST) == days_that_differ(FIRST, BEFORE) == (FUNERAL,)
    assert days_that_differ(FIRST, SECOND) == ()


def test_of_the_days_of_a_week_all_but_the_weekend_can_differ() -> None:
    whole_week: dict[str, Any] = {f"d202209{day}": "Invented" for day in range(12, 19)}
    differ = days_that_differ(version("week", "2024-01-01", **whole_week), FIRST)
    assert [f"{day:%a}" for day in differ] == ["Mon", "Tue", "Wed", "Thu", "Fri"]


def test_a_holiday_at_a_weekend_or_with_another_name_makes_no_difference() -> None:
    at_a_weekend = version("weekend", "2024-01-01", d20230506="Coronation", d20230508="Renamed")
    assert days_that_differ(at_a_weekend, england_and_wales()) == ()


def test_days_that_one_version_does_not_cover_are_not_compared() -> None:
    shorter = replace(BEFORE, last=date(2022, 9, 18))
    assert days_that_differ(shorter, FIRST) == ()
    assert days_that_differ(replace(BEFORE, last=FUNERAL), FIRST) == (FUNERAL,)
    assert days_that_differ(replace(BEFORE, first=date(2022, 9, 20)), FIRST) == ()
    assert days_that_differ(replace(BEFORE, first=FUNERAL), FIRST) == (FUNERAL,)


@pytest.mark.parametrize("seed", range(5))
def test_a_count_without_a_differing_day_in_it_is_the_same_in_both(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(200):
        start = date(2022, 8, 1).replace(day=chance.randint(1, 31))
        count = chance.randint(1, 60)
        before, after = (add_working_days(held, start, count) for held in (BEFORE, FIRST))
        touched = start < FUNERAL <= before
        assert (before != after) is touched, f"seed {seed}: {count} from {start}"
