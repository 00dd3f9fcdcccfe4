from datetime import date, timedelta

import pytest

from shared.reference.arrangements import (
    LAST_DAY_TO_BE_IN_PLACE,
    LAST_DAY_TO_PUBLISH,
    answerable_for,
    arrangement_of,
    relevant_agencies_of,
)
from shared.reference.errors import UnknownReference
from shared.reference.records import records

WIRRAL, LIVERPOOL, MANCHESTER = "E08000015", "E08000012", "E08000003"
EVE = timedelta(days=1)
HELD = {
    ("E08000011", "Knowsley", None, None, "partnership-pages", "unconfirmed"),
    ("E08000012", "Liverpool", None, None, "partnership-pages", "unconfirmed"),
    ("E08000013", "St Helens", None, date(2019, 5, 1), "st-helens-arrangements", "confirmed"),
    ("E08000014", "Sefton", None, None, "partnership-pages", "unconfirmed"),
    (WIRRAL, "Wirral", date(2019, 3, 26), date(2019, 9, 1), "wirral-arrangements", "confirmed"),
    ("E09000003", "Barnet", None, None, "partnership-pages", "unconfirmed"),
    ("E09000006", "Bromley", None, date(2019, 9, 1), "bromley-arrangements", "confirmed"),
}  # fmt: skip
AGENCIES = {
    ("E08000011", "cafcass", date(2019, 9, 29)),
    ("E08000012", "cafcass", date(2019, 9, 29)),
    ("E08000012", "school-larkfield", date(2019, 9, 29)),
    ("E08000012", "trust-northbank", date(2019, 9, 29)),
    ("E08000013", "cafcass", date(2019, 5, 1)),
    ("E08000014", "cafcass", date(2019, 9, 29)),
    ("E08000015", "cafcass", date(2019, 9, 1)),
    ("E08000015", "trust-eastmoor", date(2019, 9, 1)),
    ("E09000003", "cafcass", date(2019, 9, 29)),
    ("E09000003", "trust-hillview", date(2019, 9, 29)),
}


def test_the_arrangements_held_are_those_stated_a_second_time() -> None:
    held = {
        (code, row.name, row.published, row.in_place, row.source, row.status)
        for row in records().arrangements
        for code in row.areas
    }
    assert held == {
        (code, f"{place} Safeguarding Children Partnership", *rest) for code, place, *rest in HELD
    }
    assert len(records().arrangements) == len(HELD)


def test_a_confirmed_arrangement_gives_the_day_it_came_into_place_and_in_time() -> None:
    for row in records().arrangements:
        assert row.confirmed == (row.in_place is not None)
        assert (row.published or LAST_DAY_TO_PUBLISH) <= LAST_DAY_TO_PUBLISH
        assert (row.in_place or LAST_DAY_TO_BE_IN_PLACE) <= LAST_DAY_TO_BE_IN_PLACE


def test_the_board_of_wirral_answers_until_the_partnership_does() -> None:
    switch = arrangement_of(WIRRAL, date(2019, 1, 1)).in_place
    assert switch == date(2019, 9, 1)
    before, after = answerable_for(WIRRAL, switch - EVE), answerable_for(WIRRAL, switch)
    assert (before.kind, before.name, before.status) == ("BOARD", None, "confirmed")
    assert (after.kind, after.status) == ("PARTNERSHIP", "confirmed")
    assert after.name == "Wirral Safeguarding Children Partnership"
    assert before.source == after.source == "wirral-arrangements"


@pytest.mark.parametrize(
    ("on", "kind", "status"),
    [
        (date(2018, 6, 28), "BOARD", "confirmed"),
        (date(2018, 6, 29), "BOARD", "unconfirmed"),
        (date(2019, 9, 28), "BOARD", "unconfirmed"),
        (date(2019, 9, 29), "PARTNERSHIP", "confirmed"),
        (date(2026, 11, 22), "PARTNERSHIP", "confirmed"),
    ],
)
@pytest.mark.parametrize("code", [MANCHESTER, LIVERPOOL])
def test_where_the_switch_is_not_known_the_last_day_allowed_decides_and_doubt_is_said(
    code: str, on: date, kind: str, status: str
) -> None:
    found = answerable_for(code, on)
    assert (found.kind, found.status, found.source) == (kind, status, "transition-2018")


def test_a_partnership_whose_first_day_is_not_known_keeps_its_name() -> None:
    today = date(2026, 11, 22)
    assert answerable_for(LIVERPOOL, today).name == "Liverpool Safeguarding Children Partnership"
    assert answerable_for(MANCHESTER, today).name is None


def test_an_authority_made_after_the_switch_begins_with_a_partnership() -> None:
    assert answerable_for("E06000061", date(2021, 4, 1)).kind == "PARTNERSHIP"


@pytest.mark.parametrize(
    ("code", "sought"), [("UNKNOWN_AREA", "E08000099"), ("NO_ARRANGEMENT_HELD", MANCHESTER)]
)
def test_arrangements_that_are_not_held_are_refused(code: str, sought: str) -> None:
    with pytest.raises(UnknownReference) as refused:
        arrangement_of(sought, date(2020, 1, 1))
    assert refused.value.code == code


def test_who_answers_for_no_area_is_refused() -> None:
    with pytest.raises(UnknownReference) as refused:
        answerable_for("E08000099", date(2020, 1, 1))
    assert refused.value.code == "UNKNOWN_AREA"


def test_relevant_agencies_are_samples_that_say_so_with_a_reason_each() -> None:
    rows = records().relevant_agencies
    assert {(row.area, row.agency, row.effective_from) for row in rows} == AGENCIES
    assert len(rows) == len(AGENCIES)
    for row in rows:
        assert row.effective_to is None
        assert (row.source, row.status) == ("invented", "unconfirmed")
        assert row.reason.startswith("Sample: ")
        assert row.works_by.startswith("Sample: ")


def test_the_agencies_of_an_area_are_those_chosen_by_then() -> None:
    on = date(2019, 9, 29)
    assert relevant_agencies_of(LIVERPOOL, on - EVE) == []
    agencies = [row.agency for row in relevant_agencies_of(LIVERPOOL, on)]
    assert agencies == ["cafcass", "school-larkfield", "trust-northbank"]
    assert relevant_agencies_of(MANCHESTER, on) == []
