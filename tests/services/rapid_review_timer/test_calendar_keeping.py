"""A version of the bank holidays is read, checked and put beside those that are held."""

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.rapid_review_timer.calendar_keeping import read_version, received
from shared.calendar.bank_holidays import england_and_wales
from shared.calendar.errors import CalendarError
from shared.calendar.versions import bundled_versions
from tests.services.rapid_review_timer.sample_calendars import (
    WITH_A_HOLIDAY,
    WITHOUT_EASTER,
    document_of,
)

HELD = bundled_versions()
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_document_is_read_as_the_calendar_it_was_made_from() -> None:
    assert read_version(document_of(WITH_A_HOLIDAY), WITH_A_HOLIDAY.version) == WITH_A_HOLIDAY


def test_a_newer_version_wins_and_the_very_same_again_changes_nothing() -> None:
    came = received(WITH_A_HOLIDAY, HELD, NOW)
    assert (came.is_new, came.wins) == (True, True)
    again = received(WITH_A_HOLIDAY, HELD.having(WITH_A_HOLIDAY), NOW)
    assert (again.is_new, again.wins) == (False, False)


def test_a_version_that_is_not_the_newest_is_kept_and_does_not_win() -> None:
    came = received(WITH_A_HOLIDAY, HELD.having(WITHOUT_EASTER), NOW)
    assert (came.is_new, came.wins) == (True, False)


def test_in_whatever_order_they_come_the_same_one_is_in_force() -> None:
    third = replace(
        WITHOUT_EASTER, version="england-and-wales-third", number=WITHOUT_EASTER.number + 1
    )
    for order in itertools.permutations((WITH_A_HOLIDAY, WITHOUT_EASTER, third)):
        held = HELD
        for calendar in order:
            held = held.receiving(calendar)
        assert held.newest == third


def test_a_newer_version_that_covers_less_than_the_one_in_force_is_refused() -> None:
    newest = england_and_wales()
    shorter = replace(WITH_A_HOLIDAY, last=newest.last - timedelta(days=1))
    begins_later = replace(WITH_A_HOLIDAY, first=newest.first + timedelta(days=1))
    for calendar in (shorter, begins_later):
        with pytest.raises(CalendarError) as refused:
            received(calendar, HELD, NOW)
        assert refused.value.code == "CALENDAR_COVERS_LESS"


def test_an_older_version_may_cover_less() -> None:
    shorter = replace(WITH_A_HOLIDAY, last=england_and_wales().last - timedelta(days=1))
    assert received(shorter, HELD.having(WITHOUT_EASTER), NOW).wins is False


@pytest.mark.parametrize("ahead", [timedelta(days=1, seconds=1), timedelta(days=3650)])
def test_a_version_issued_later_than_clocks_differ_is_refused(ahead: timedelta) -> None:
    with pytest.raises(CalendarError) as refused:
        received(replace(WITH_A_HOLIDAY, issued_at=NOW + ahead), HELD, NOW)
    assert refused.value.code == "CALENDAR_ISSUED_IN_FUTURE"


def test_a_version_from_a_clock_that_is_a_little_ahead_is_taken() -> None:
    ahead = replace(WITH_A_HOLIDAY, issued_at=NOW + timedelta(days=1))
    assert received(ahead, HELD, NOW).wins


def test_a_version_that_is_held_is_answered_whatever_the_clock_says() -> None:
    before = WITH_A_HOLIDAY.issued_at - timedelta(days=30)
    again = received(WITH_A_HOLIDAY, HELD.having(WITH_A_HOLIDAY), before)
    assert (again.is_new, again.wins) == (False, False)


def _without_a_checksum(said: dict[str, Any]) -> None:
    said["sha256"] = "0" * 64


def _twice_the_same_day(said: dict[str, Any]) -> None:
    said["holidays"].insert(0, said["holidays"][0])


def _an_unknown_field(said: dict[str, Any]) -> None:
    said["division"] = "scotland"


def _a_year_without_holidays(said: dict[str, Any]) -> None:
    said["holidays"] = [each for each in said["holidays"] if not each["date"].startswith("2019")]


def _another_name(said: dict[str, Any]) -> None:
    said["version"] = "england-and-wales-another"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_without_a_checksum, "CALENDAR_CHECKSUM_MISMATCH"),
        (_twice_the_same_day, "CALENDAR_INVALID"),
        (_an_unknown_field, "CALENDAR_INVALID"),
        (_a_year_without_holidays, "CALENDAR_INVALID"),
        (_another_name, "CALENDAR_NAME_MISMATCH"),
    ],
)
def test_what_cannot_be_relied_on_is_refused_with_a_code(change: Any, code: str) -> None:
    said = json.loads(document_of(WITH_A_HOLIDAY))
    change(said)
    with pytest.raises(CalendarError) as refused:
        read_version(json.dumps(said).encode(), WITH_A_HOLIDAY.version)
    assert refused.value.code == code


@pytest.mark.parametrize("changed", [{"number": 9}, {"source": "somebody else"}])
def test_other_content_under_a_name_that_is_held_is_refused(changed: dict[str, Any]) -> None:
    held = HELD.having(WITH_A_HOLIDAY)
    with pytest.raises(CalendarError) as refused:
        received(replace(WITH_A_HOLIDAY, **changed), held, NOW)
    assert refused.value.code == "CALENDAR_VERSION_CONFLICT"
