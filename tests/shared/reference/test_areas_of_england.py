"""Every local authority with children's services in England, against a second statement."""

import re
from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from shared.reference.directory import area, areas, changes_of, la_of, members_of, regions_of
from shared.reference.errors import UnknownReference
from shared.reference.records import records
from shared.reference.rows import Area
from tests.shared.reference.england import (
    GAVE_WAY,
    HELD_FROM,
    codes,
    first_day,
    last_day,
    named,
    standing,
)
from tests.shared.reference.england_by_name import REGIONS

EDITIONS = (
    (date(2019, 3, 31), "ons-utla-2018"),
    (date(2020, 3, 31), "ons-utla-2019"),
    (date(2023, 3, 31), "ons-utla-2021"),
    (date(2025, 3, 31), "ons-utla-2023"),
    (date.max, "si-2024-1328"),
)
ORDERS = {
    "Bournemouth": "si-2018-648",
    "Poole": "si-2018-648",
    "Dorset": "si-2018-648",
    "Buckinghamshire": "si-2019-957",
    "Northamptonshire": "si-2020-156",
    "Cumbria": "si-2022-331",
    "North Yorkshire": "si-2022-328",
    "Somerset": "si-2022-329",
    "Barnsley": "si-2024-1328",
    "Sheffield": "si-2024-1328",
}


@pytest.mark.parametrize(
    ("on", "number"),
    [
        (date(2018, 6, 29), 152),
        (date(2019, 3, 31), 152),
        (date(2019, 4, 1), 151),
        (date(2020, 3, 31), 151),
        (date(2020, 4, 1), 151),
        (date(2021, 3, 31), 151),
        (date(2021, 4, 1), 152),
        (date(2023, 3, 31), 152),
        (date(2023, 4, 1), 153),
        (date(2025, 4, 1), 153),
        (date(2026, 11, 22), 153),
    ],
)
def test_there_are_as_many_authorities_on_a_day_as_the_official_lists_have(
    on: date, number: int
) -> None:
    assert len(areas(on)) == number == len(standing(on))
    assert len({held.name for held in areas(on)}) == number, "no name twice on one day"


def test_every_area_is_as_stated_a_second_time() -> None:
    stated = {
        (code, name, f"la-{code}", first_day(code), last_day(code), _edition(code), "confirmed")
        for code, name in codes().items()
    }
    held = {
        (
            row.code,
            row.name,
            row.local_authority,
            row.effective_from,
            row.effective_to,
            row.source,
            row.status,
        )
        for row in records().areas
    }
    assert held == stated
    assert len(records().areas) == len(stated) == 163


def _edition(code: str) -> str:
    return next(source for day, source in EDITIONS if first_day(code) <= day)


def test_every_change_of_an_area_is_as_stated_a_second_time() -> None:
    stated = set()
    for day, gone, became, same_council in GAVE_WAY:
        on = date.fromisoformat(day)
        before, after = standing(on - timedelta(days=1)), standing(on)
        how = "same_council" if same_council else "new_council"
        status = "unconfirmed" if gone == "North Yorkshire" else "confirmed"
        for heir in re.split(r"; ", became):
            stated.add((on, before[gone], after[heir], how, ORDERS[gone], status))
    held = {
        (row.on, row.gone, row.became, row.how, row.source, row.status)
        for row in records().area_changes
    }
    assert held == stated
    assert len(records().area_changes) == len(stated) == 13


def test_an_area_ends_on_the_eve_of_its_successors_first_day_and_only_then() -> None:
    by_code = records().areas_by_code
    for change in records().area_changes:
        assert by_code[change.gone].effective_to == change.on - timedelta(days=1)
        assert by_code[change.became].effective_from == change.on
    ended = {row.code for row in records().areas if row.effective_to is not None}
    assert ended == {change.gone for change in records().area_changes}
    begun = {row.code for row in records().areas if row.effective_from > date(2018, 6, 29)}
    assert begun == {change.became for change in records().area_changes}


def test_what_became_of_an_area_can_be_asked_after_it_is_gone() -> None:
    cumbria = changes_of("E10000006")
    assert [change.became for change in cumbria] == ["E06000063", "E06000064"]
    assert la_of("E10000006") == "la-E10000006"
    assert changes_of("E08000012") == []
    with pytest.raises(UnknownReference) as refused:
        area("E10000006", date(2023, 4, 1))
    assert refused.value.code == "UNKNOWN_AREA"


@pytest.mark.parametrize("code", ["E07000223", "W06000015", "E0600001", "e06000001", "E12000007"])
def test_a_district_or_another_nation_or_a_misprint_is_no_area(code: str) -> None:
    row = {
        "code": code,
        "name": "Somewhere",
        "local_authority": "la-somewhere",
        "from": HELD_FROM,
        "to": None,
        "source": "memory",
        "status": "unconfirmed",
    }
    Area.model_validate(row | {"code": "E06000001"})
    with pytest.raises(ValidationError):
        Area.model_validate(row)


def test_every_area_lies_in_one_region_of_england_for_its_whole_life() -> None:
    region_of = {name: region for region, names in REGIONS.items() for name in named(names)}
    stated = {
        (region_of[name], _written(region_of[name]), code, first_day(code), last_day(code))
        for code, name in codes().items()
    }
    rows = [row for row in records().regions if row.kind == "REGION_OF_ENGLAND"]
    assert {
        (row.id, row.name, row.area, row.effective_from, row.effective_to) for row in rows
    } == stated
    assert len(rows) == len(stated)
    assert {(row.source, row.status) for row in rows} == {("ons-regions", "confirmed")}


def _written(region: str) -> str:
    words = region.replace("-", " ").title()
    return words.replace(" And The ", " and the ").replace(" Of ", " of ")


@pytest.mark.parametrize(
    ("region", "in_2018", "in_2026"),
    [
        ("east-midlands", 9, 10),
        ("east-of-england", 11, 11),
        ("london", 33, 33),
        ("north-east", 12, 12),
        ("north-west", 23, 24),
        ("south-east", 19, 19),
        ("south-west", 16, 15),
        ("west-midlands", 14, 14),
        ("yorkshire-and-the-humber", 15, 15),
    ],
)
def test_the_nine_regions_have_as_many_areas_as_the_changes_leave_them(
    region: str, in_2018: int, in_2026: int
) -> None:
    assert len(members_of(region, date(2018, 6, 29))) == in_2018
    assert len(members_of(region, date(2026, 11, 22))) == in_2026


def test_pan_merseyside_is_five_areas_that_work_jointly() -> None:
    rows = [row for row in records().regions if row.kind == "JOINT_WORK"]
    assert {(row.id, row.name, row.effective_from, row.effective_to) for row in rows} == {
        ("pan-merseyside", "Pan-Merseyside", date(2018, 6, 29), None)
    }
    assert {(row.source, row.status) for row in rows} == {("pan-merseyside", "confirmed")}
    on = date(2019, 9, 1)
    assert members_of("pan-merseyside", on) == [f"E0800001{n}" for n in range(1, 6)]
    assert [row.id for row in regions_of("E08000012", on)] == ["pan-merseyside", "north-west"]
    assert [row.id for row in regions_of("E09000003", on)] == ["london"]
