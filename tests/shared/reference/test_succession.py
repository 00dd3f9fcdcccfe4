"""What became of each authority that was abolished since 2018, by name and by day."""

from datetime import date, timedelta

import pytest

from shared.reference.directory import partners_of, regions_of, seats_held
from shared.reference.errors import SuccessorToBeChosen, UnknownReference
from shared.reference.records import records
from shared.reference.succession import (
    answers_for,
    areas_stood_for,
    authorities_of,
    standing_area,
    standing_areas,
)
from tests.shared.reference.england import GAVE_WAY, named, standing

ONE_FOR_ONE = {
    "E06000028": "E06000058",
    "E06000029": "E06000058",
    "E10000002": "E06000060",
    "E10000023": "E06000065",
    "E10000027": "E06000066",
    "E08000016": "E08000038",
    "E08000019": "E08000039",
}
DIVIDED = {
    "E10000009": ("E06000058", "E06000059"),
    "E10000021": ("E06000061", "E06000062"),
    "E10000006": ("E06000063", "E06000064"),
}
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(("day", "name", "became"), [row[:3] for row in GAVE_WAY])
def test_an_authority_answers_to_its_last_day_and_its_successors_from_the_next(
    day: str, name: str, became: str
) -> None:
    on = date.fromisoformat(day)
    eve = on - timedelta(days=1)
    gone, heirs = standing(eve)[name], sorted(standing(on)[heir] for heir in named(became))
    assert standing_areas(gone, eve) == (gone,)
    assert authorities_of(gone, eve) == (f"la-{gone}",)
    assert list(standing_areas(gone, on)) == list(standing_areas(gone, TODAY)) == heirs
    assert authorities_of(gone, on) == tuple(f"la-{heir}" for heir in heirs)
    assert answers_for(f"la-{gone}", gone, eve)
    assert not answers_for(f"la-{gone}", gone, on)
    for heir in heirs:
        assert answers_for(f"la-{heir}", gone, on)
        assert gone in areas_stood_for(heir, on)
        assert gone not in areas_stood_for(heir, eve)


def test_every_area_that_is_no_more_is_one_for_one_or_divided() -> None:
    gone = {row.code for row in records().areas if row.effective_to is not None}
    assert gone == ONE_FOR_ONE.keys() | DIVIDED.keys()
    assert len(gone) == len(GAVE_WAY)


@pytest.mark.parametrize(("gone", "heir"), ONE_FOR_ONE.items())
def test_the_partners_of_an_area_that_one_other_replaced_are_those_of_the_other(
    gone: str, heir: str
) -> None:
    assert standing_area(gone, TODAY) == heir
    assert seats_held(gone, TODAY) == seats_held(heir, TODAY)
    assert partners_of(gone, TODAY) == partners_of(heir, TODAY)
    assert {seat.area for seat in seats_held(gone, TODAY)} == {heir}


@pytest.mark.parametrize(("gone", "heirs"), DIVIDED.items())
def test_of_a_divided_area_no_row_says_which_part_is_meant_and_the_parts_are_named(
    gone: str, heirs: tuple[str, ...]
) -> None:
    for look_up in (standing_area, seats_held, partners_of):
        with pytest.raises(SuccessorToBeChosen) as refused:
            look_up(gone, TODAY)
        assert (refused.value.code, refused.value.areas) == ("SUCCESSOR_TO_BE_CHOSEN", heirs)


@pytest.mark.parametrize("gone", [*ONE_FOR_ONE, *DIVIDED])
def test_all_that_took_the_place_of_an_area_lie_in_its_region(gone: str) -> None:
    eve = records().areas_by_code[gone].effective_to
    assert eve is not None
    before = [row.id for row in regions_of(gone, eve)]
    for heir in standing_areas(gone, TODAY):
        assert [row.id for row in regions_of(heir, TODAY)] == before
    assert [row.id for row in regions_of(gone, TODAY)] == before


def test_an_area_that_stands_stands_for_itself() -> None:
    assert standing_areas("E08000012", TODAY) == ("E08000012",)
    assert areas_stood_for("E08000012", TODAY) == ["E08000012"]
    assert areas_stood_for("E06000058", TODAY) == [
        "E06000028", "E06000029", "E06000058", "E10000009",
    ]  # fmt: skip


def test_a_code_that_is_not_held_stands_for_nothing() -> None:
    for look_up in (standing_areas, standing_area, areas_stood_for, authorities_of):
        with pytest.raises(UnknownReference) as refused:
            look_up("E08000099", TODAY)
        assert refused.value.code == "UNKNOWN_AREA"
