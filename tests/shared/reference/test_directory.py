from collections.abc import Callable
from datetime import date

import pytest

from shared.reference.directory import (
    area,
    areas,
    cdop_of,
    la_of,
    mailbox,
    members_of,
    organisation,
    partners_of,
    regions_of,
)
from shared.reference.errors import UnknownReference
from shared.reference.records import records

LIVERPOOL, BARNET = "E08000012", "E09000003"
LAST_OF_THE_GROUPS, FIRST_OF_THE_BOARDS = date(2022, 6, 30), date(2022, 7, 1)


def seats(code: str, on: date) -> list[tuple[str, str]]:
    return [(seat.kind, seat.organisation) for seat in partners_of(code, on)]


@pytest.mark.parametrize(
    ("code", "on", "health", "police"),
    [
        (LIVERPOOL, LAST_OF_THE_GROUPS, "ccgs-merseyside", "police-merseyside"),
        (LIVERPOOL, FIRST_OF_THE_BOARDS, "icb-QYG", "police-merseyside"),
        (BARNET, LAST_OF_THE_GROUPS, "ccg-barnet", "police-metropolitan"),
        (BARNET, FIRST_OF_THE_BOARDS, "icb-QMJ", "police-metropolitan"),
    ],
)
def test_the_health_seat_passes_to_the_integrated_care_board(
    code: str, on: date, health: str, police: str
) -> None:
    assert seats(code, on) == [("LA", f"la-{code}"), ("HEALTH", health), ("POLICE", police)]


def test_every_area_has_all_three_kinds_of_partner_on_every_day_of_change() -> None:
    changes = {seat.effective_from for seat in records().seats}
    ends = {seat.effective_to for seat in records().seats if seat.effective_to}
    for on in changes | ends | {date(2028, 1, 1)}:
        for held in areas(on):
            kinds = [seat.kind for seat in partners_of(held.code, on)]
            assert kinds == ["LA", "HEALTH", "POLICE"], f"{held.name} on {on}"


def test_pan_merseyside_is_five_areas() -> None:
    on = date(2019, 9, 1)
    assert members_of("pan-merseyside", on) == [f"E0800001{n}" for n in range(1, 6)]
    assert [region.id for region in regions_of(LIVERPOOL, on)] == ["pan-merseyside"]
    assert [region.id for region in regions_of(BARNET, on)] == ["london"]


def test_the_isle_of_man_shares_the_child_death_panel_and_is_no_safeguarding_area() -> None:
    on = date(2020, 6, 1)
    assert cdop_of("isle-of-man", on) == cdop_of(LIVERPOOL, on) == "cdop-merseyside"
    with pytest.raises(UnknownReference) as refused:
        partners_of("isle-of-man", on)
    assert refused.value.code == "UNKNOWN_AREA"


def test_an_area_is_named_and_has_its_own_local_authority() -> None:
    assert area(LIVERPOOL, date(2019, 6, 3)).name == "Liverpool"
    assert la_of(BARNET) == "la-E09000003"
    assert organisation(la_of(BARNET)).name == "London Borough of Barnet"
    assert cdop_of(BARNET, date(2019, 6, 3)) == "cdop-north-central-london"


def test_every_organisation_has_an_invented_mailbox_of_its_own() -> None:
    boxes = [mailbox(held) for held in records().organisations]
    assert len(set(boxes)) == len(boxes)
    assert all(box.endswith((".example", ".example.org")) for box in boxes)
    assert mailbox("panel") == "panel@panel.example"


NOT_HELD: list[tuple[str, Callable[[], object]]] = [
    ("UNKNOWN_AREA", lambda: area("E08000099", date(2019, 6, 3))),
    ("UNKNOWN_AREA", lambda: area(LIVERPOOL, date(2011, 12, 31))),
    ("UNKNOWN_AREA", lambda: la_of("E08000099")),
    ("UNKNOWN_AREA", lambda: regions_of("E08000099", date(2019, 6, 3))),
    ("UNKNOWN_ORGANISATION", lambda: organisation("trust-nowhere")),
    ("UNKNOWN_ORGANISATION", lambda: mailbox("trust-nowhere")),
    ("NO_SAFEGUARDING_PARTNERS", lambda: partners_of(LIVERPOOL, date(2018, 6, 28))),
    ("NO_CHILD_DEATH_OVERVIEW_PANEL", lambda: cdop_of("isle-of-man", date(2019, 3, 31))),
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
