from collections.abc import Callable
from datetime import date

import pytest

from shared.reference.directory import (
    area,
    cdop_of,
    changes_of,
    la_of,
    mailbox,
    organisation,
    partners_of,
    partnership_office_of,
    regions_of,
    seats_held,
)
from shared.reference.errors import UnknownReference
from shared.reference.records import records
from shared.reference.seats import FIRST_DAY

LIVERPOOL, BARNET = "E08000012", "E09000003"
LAST_OF_THE_GROUPS, FIRST_OF_THE_BOARDS = date(2022, 6, 30), date(2022, 7, 1)
LAST_OF_NORTH_CENTRAL_LONDON = date(2026, 3, 31)
MERSEYSIDE = "cdop-merseyside"
PANELS = {
    *((f"E0800001{n}", "cdop-merseyside", FIRST_DAY, None, MERSEYSIDE, True) for n in range(1, 6)),
    ("isle-of-man", "cdop-merseyside", date(2019, 4, 1), date(2020, 12, 31), MERSEYSIDE, False),
    ("isle-of-man", "cdop-merseyside", date(2021, 1, 1), None, MERSEYSIDE, True),
    (BARNET, "cdop-barnet", FIRST_DAY, date(2019, 9, 30), "memory", False),
    *(
        (code, "cdop-north-central-london", date(2019, 10, 1), None, "cdop-ncl", True)
        for code in (BARNET, "E09000007", "E09000010", "E09000014", "E09000019")
    ),
}


def seats(code: str, on: date) -> list[tuple[str, str]]:
    return [(seat.kind, seat.organisation) for seat in partners_of(code, on)]


@pytest.mark.parametrize(
    ("code", "on", "health", "police"),
    [
        (LIVERPOOL, LAST_OF_THE_GROUPS, "ccg-99A", "police-merseyside"),
        (LIVERPOOL, FIRST_OF_THE_BOARDS, "icb-QYG", "police-merseyside"),
        (BARNET, date(2020, 3, 31), "ccg-07M", "police-metropolitan"),
        (BARNET, date(2020, 4, 1), "ccg-93C", "police-metropolitan"),
        (BARNET, LAST_OF_THE_GROUPS, "ccg-93C", "police-metropolitan"),
        (BARNET, FIRST_OF_THE_BOARDS, "icb-QMJ", "police-metropolitan"),
        (BARNET, LAST_OF_NORTH_CENTRAL_LONDON, "icb-QMJ", "police-metropolitan"),
        (BARNET, date(2026, 4, 1), "icb-Z9B2Z", "police-metropolitan"),
    ],
)
def test_the_health_seat_passes_to_the_integrated_care_board_and_on_to_its_successor(
    code: str, on: date, health: str, police: str
) -> None:
    assert seats(code, on) == [("LA", f"la-{code}"), ("HEALTH", health), ("POLICE", police)]
    assert all(seat.confirmed for seat in partners_of(code, on))


def test_the_child_death_panels_held_are_those_stated_a_second_time() -> None:
    rows = records().child_death_coverage
    assert {
        (
            row.area,
            row.organisation,
            row.effective_from,
            row.effective_to,
            row.source,
            row.confirmed,
        )
        for row in rows
    } == PANELS
    assert len(rows) == len(PANELS)


def test_a_partnership_whose_local_page_names_its_office_has_one() -> None:
    office = partnership_office_of("E06000012", date(2018, 6, 29))
    assert office == partnership_office_of("E06000012", date(2026, 3, 4))
    assert organisation(office).kind == "PARTNERSHIP_OFFICE"
    assert len(records().partnership_offices) == 1


def test_the_isle_of_man_shares_the_child_death_panel_and_is_no_safeguarding_area() -> None:
    on = date(2021, 1, 1)
    assert cdop_of("isle-of-man", on) == cdop_of(LIVERPOOL, on) == "cdop-merseyside"
    with pytest.raises(UnknownReference) as refused:
        partners_of("isle-of-man", on)
    assert refused.value.code == "UNKNOWN_AREA"


def test_an_area_is_named_and_has_its_own_local_authority() -> None:
    assert area(LIVERPOOL, date(2019, 6, 3)).name == "Liverpool"
    assert la_of(BARNET) == "la-E09000003"
    assert organisation(la_of(BARNET)).name == "London Borough of Barnet"
    assert cdop_of(BARNET, date(2019, 10, 1)) == "cdop-north-central-london"


NOT_HELD: list[tuple[str, Callable[[], object]]] = [
    ("UNKNOWN_AREA", lambda: area("E08000099", date(2019, 6, 3))),
    ("UNKNOWN_AREA", lambda: area(LIVERPOOL, date(2011, 12, 31))),
    ("UNKNOWN_AREA", lambda: la_of("E08000099")),
    ("UNKNOWN_AREA", lambda: regions_of("E08000099", date(2019, 6, 3))),
    ("UNKNOWN_ORGANISATION", lambda: organisation("trust-nowhere")),
    ("UNKNOWN_ORGANISATION", lambda: mailbox("trust-nowhere")),
    ("NO_SAFEGUARDING_PARTNERS", lambda: partners_of(LIVERPOOL, date(2018, 6, 28))),
    ("UNKNOWN_AREA", lambda: changes_of("E08000099")),
    ("UNKNOWN_AREA", lambda: seats_held(LIVERPOOL, date(2011, 12, 31))),
    ("NO_CHILD_DEATH_OVERVIEW_PANEL", lambda: cdop_of("isle-of-man", date(2019, 3, 31))),
    ("NO_CHILD_DEATH_OVERVIEW_PANEL", lambda: cdop_of("E08000003", date(2026, 11, 22))),
    (
        "UNCONFIRMED_CHILD_DEATH_OVERVIEW_PANEL",
        lambda: cdop_of("isle-of-man", date(2020, 12, 31)),
    ),
    ("UNCONFIRMED_CHILD_DEATH_OVERVIEW_PANEL", lambda: cdop_of(BARNET, date(2019, 9, 30))),
    ("NO_PARTNERSHIP_OFFICE", lambda: partnership_office_of(LIVERPOOL, date(2026, 3, 4))),
    ("NO_PARTNERSHIP_OFFICE", lambda: partnership_office_of("E06000012", date(2018, 6, 28))),
]


@pytest.mark.parametrize(("code", "look_up"), NOT_HELD)
def test_what_is_not_held_is_refused_and_never_an_empty_answer(
    code: str, look_up: Callable[[], object]
) -> None:
    with pytest.raises(UnknownReference) as refused:
        look_up()
    assert refused.value.code == code


def test_a_name_sent_in_place_of_a_code_is_not_repeated() -> None:
    with pytest.raises(UnknownReference) as refused:
        organisation("Sample Child One")
    assert "Sample" not in str(refused.value)
