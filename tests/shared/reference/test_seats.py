"""Who holds the three seats of an area, against a second statement, on every day that matters."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest

from shared.reference.directory import areas, gaps, partners_of, seats_held
from shared.reference.errors import UnknownReference
from shared.reference.records import records
from shared.reference.rows import Coverage
from shared.reference.seats import FIRST_DAY
from tests.shared.reference import health_boards
from tests.shared.reference.england import codes, first_day, last_day, named
from tests.shared.reference.england_by_name import FORCES

FIRST_OF_THE_BOARDS = date(2022, 7, 1)
EVE_OF_THE_BOARDS = date(2022, 6, 30)
TODAY = date(2026, 11, 22)
GROUPS = {
    # Clinical commissioning groups are held for Pan-Merseyside and Barnet alone.
    ("E08000011", "ccg-01J", FIRST_DAY, EVE_OF_THE_BOARDS),
    ("E08000012", "ccg-99A", FIRST_DAY, EVE_OF_THE_BOARDS),
    ("E08000013", "ccg-01X", FIRST_DAY, EVE_OF_THE_BOARDS),
    ("E08000014", "ccg-01T", FIRST_DAY, EVE_OF_THE_BOARDS),
    ("E08000014", "ccg-01V", FIRST_DAY, EVE_OF_THE_BOARDS),
    ("E08000015", "ccg-12F", FIRST_DAY, EVE_OF_THE_BOARDS),
    ("E09000003", "ccg-07M", FIRST_DAY, date(2020, 3, 31)),
    ("E09000003", "ccg-93C", date(2020, 4, 1), EVE_OF_THE_BOARDS),
}


def rows_of(coverage: tuple[Coverage, ...]) -> set[health_boards.Stated]:
    return {
        (
            row.area,
            row.organisation,
            row.effective_from,
            row.effective_to,
            row.source,
            row.status,
        )
        for row in coverage
    }


def test_every_police_area_is_as_stated_a_second_time() -> None:
    force_of = {name: force for force, names in FORCES.items() for name in named(names)}
    stated = {
        (
            code,
            force_of[name],
            max(FIRST_DAY, first_day(code)),
            last_day(code),
            _edition(code),
            "confirmed",
        )
        for code, name in codes().items()
    }
    assert rows_of(records().police) == stated
    assert len(records().police) == len(stated)
    assert len(FORCES) == 39, "the territorial forces of England; those of Wales are outside"


def _edition(code: str) -> str:
    if first_day(code) <= FIRST_DAY:
        return "ons-pfa-2018"
    return "ons-pfa-2019" if first_day(code) == date(2019, 4, 1) else "ons-pfa-2024"


def test_every_health_area_is_as_stated_a_second_time() -> None:
    groups = {(*group, "ons-ccg-2018-2021", "confirmed") for group in GROUPS}
    assert rows_of(records().health) == groups | health_boards.stated()
    assert len(records().health) == len(groups) + len(health_boards.stated())


@pytest.mark.parametrize(
    ("on", "number"),
    [
        (FIRST_OF_THE_BOARDS, 42),
        (date(2023, 4, 1), 42),
        (date(2026, 3, 31), 42),
        (date(2026, 4, 1), 36),
        (TODAY, 36),
    ],
)
def test_forty_two_boards_became_thirty_six(on: date, number: int) -> None:
    assert len({row.organisation for row in records().health if row.holds_on(on)}) == number


def days_of_change() -> Iterator[date]:
    """Each first and last day of a row, and the day beside it, since there are partners."""
    every = [*records().areas, *records().health, *records().police]
    for row in every:
        for day in (row.effective_from, row.effective_to):
            if day is not None:
                yield from (day - timedelta(days=1), day, day + timedelta(days=1))


def test_every_area_has_all_three_seats_on_each_day_since_the_boards_began() -> None:
    days = {day for day in days_of_change() if day >= FIRST_OF_THE_BOARDS} | {TODAY}
    assert len(days) > 10
    for on in days:
        for held in areas(on):
            kinds = {seat.kind for seat in partners_of(held.code, on)}
            assert kinds == {"LA", "HEALTH", "POLICE"}, f"{held.name} on {on}"


@pytest.mark.parametrize(
    ("on", "uncertain"),
    [
        (date(2022, 7, 1), [("E10000032", "icb-QXU")]),
        (date(2023, 3, 31), [("E10000032", "icb-QXU")]),
        (date(2023, 4, 1), []),
        (date(2026, 3, 31), []),
        (TODAY, [("E06000060", "icb-S1Y5D")]),
    ],
)
def test_a_seat_that_is_not_sure_is_listed_as_a_gap(
    on: date, uncertain: list[tuple[str, str]]
) -> None:
    found = gaps(on)
    assert [(gap.area, gap.organisation) for gap in found] == uncertain
    assert {(gap.kind, gap.why) for gap in found} <= {("HEALTH", "unconfirmed")}


def test_before_the_boards_the_health_seat_is_held_for_six_areas_and_is_a_gap_elsewhere() -> None:
    held = {area for area, *_ in GROUPS}
    for on in {day for day in days_of_change() if FIRST_DAY <= day < FIRST_OF_THE_BOARDS}:
        found = gaps(on)
        assert {gap.area for gap in found} == {area.code for area in areas(on)} - held
        assert {(gap.kind, gap.why, gap.organisation) for gap in found} == {
            ("HEALTH", "not_held", None)
        }


def test_a_partner_that_is_not_held_is_refused_and_not_left_out() -> None:
    manchester, on = "E08000003", date(2019, 6, 3)
    with pytest.raises(UnknownReference) as refused:
        partners_of(manchester, on)
    assert refused.value.code == "SEAT_NOT_HELD"
    assert [(seat.kind, seat.organisation) for seat in seats_held(manchester, on)] == [
        ("LA", "la-E08000003"),
        ("POLICE", "police-greater-manchester"),
    ]


def test_a_seat_that_is_not_sure_says_so() -> None:
    seats = {seat.organisation: seat for seat in partners_of("E06000060", TODAY)}
    assert not seats["icb-S1Y5D"].confirmed
    assert all(seat.confirmed for seat in seats.values() if seat.organisation != "icb-S1Y5D")


@pytest.mark.parametrize(
    ("code", "on", "bodies"),
    [
        ("E06000065", TODAY, "la-E06000065 icb-QE1 icb-QOQ icb-QWO police-north-yorkshire"),
        ("E08000014", date(2019, 6, 3), "la-E08000014 ccg-01T ccg-01V police-merseyside"),
        ("E10000012", date(2026, 3, 31), "la-E10000012 icb-QH8 icb-QJG icb-QM7 police-essex"),
        ("E10000012", date(2026, 4, 1), "la-E10000012 icb-D7T5G police-essex"),
        ("E09000001", TODAY, "la-E09000001 icb-QMF police-city-of-london"),
        ("E10000006", date(2023, 3, 31), "la-E10000006 icb-QE1 icb-QHM police-cumbria"),
        ("E08000039", date(2025, 4, 1), "la-E08000039 icb-QF7 police-south-yorkshire"),
    ],
)
def test_each_board_any_part_of_whose_area_falls_in_it_is_a_partner(
    code: str, on: date, bodies: str
) -> None:
    assert [seat.organisation for seat in partners_of(code, on)] == bodies.split()


def test_no_body_covers_an_area_twice_at_once_or_when_either_is_no_more() -> None:
    for rows in (records().health, records().police):
        spans: dict[tuple[str, str], list[Coverage]] = {}
        for row in sorted(rows, key=lambda row: row.effective_from):
            spans.setdefault((row.area, row.organisation), []).append(row)
            area = records().areas_by_code[row.area]
            body = records().organisations[row.organisation]
            for whole in (area, body):
                assert whole.effective_from <= row.effective_from
                assert (row.effective_to or date.max) <= (whole.effective_to or date.max)
        for one in spans.values():
            for earlier, later in pairwise(one):
                assert (earlier.effective_to or date.max) < later.effective_from
