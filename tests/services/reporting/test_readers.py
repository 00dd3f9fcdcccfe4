"""Which cases a body may follow, by the day."""

from datetime import date, timedelta

import pytest

from services.reporting.plain_words import area_name
from services.reporting.readers import areas_it_follows
from shared.reference.records import records

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("gone", "heirs"),
    [
        ("E10000021", ("E06000061", "E06000062")),
        ("E10000006", ("E06000063", "E06000064")),
        ("E10000009", ("E06000058", "E06000059")),
        ("E10000002", ("E06000060",)),
        ("E08000019", ("E08000039",)),
    ],
)
def test_who_took_the_place_of_an_authority_follows_its_cases(
    gone: str, heirs: tuple[str, ...]
) -> None:
    eve = records().areas_by_code[gone].effective_to
    assert eve is not None
    assert areas_it_follows(f"la-{gone}", eve) == [gone]
    assert areas_it_follows(f"la-{gone}", eve + timedelta(days=1)) == []
    for heir in heirs:
        assert {gone, heir} <= set(areas_it_follows(f"la-{heir}", TODAY))
        assert gone not in areas_it_follows(f"la-{heir}", eve)


def test_the_police_follow_the_cases_of_every_area_that_stood_where_they_are() -> None:
    followed = areas_it_follows("police-northamptonshire", TODAY)
    assert followed == ["E06000061", "E06000062", "E10000021"]


def test_an_area_that_is_no_more_keeps_its_name() -> None:
    assert area_name("E10000021", TODAY) == "Northamptonshire"
    assert area_name("E08000012", TODAY) == "Liverpool"
    assert area_name("E08000099", TODAY) == "E08000099"
