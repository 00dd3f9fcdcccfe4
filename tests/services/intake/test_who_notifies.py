"""Which authority notifies where rows, children and areas differ, and who is told by whom."""

from dataclasses import replace
from datetime import date

import pytest

from services.intake.case_facts import CaseFacts
from shared.contracts.event_codes import AgeBand
from shared.contracts.report_codes import AbuseNeglectStatus, Outcome
from tests.services.intake.sample_children import BARNET, LIVERPOOL, WIRRAL, child, decide, told

ADULT = child(age_band=AgeBand.OVER_24)
DIED_OF_ILLNESS = child(
    abuse_neglect=AbuseNeglectStatus.NOT_SUSPECTED,
    outcome=Outcome.DIED,
    looked_after=True,
    responsible_area=WIRRAL,
)
UNHURT = child(abuse_neglect=AbuseNeglectStatus.NOT_SUSPECTED, outcome=Outcome.HARMED_NOT_SERIOUS)
WEST_SUSSEX = "E10000032"


@pytest.mark.parametrize("children", [(DIED_OF_ILLNESS, child()), (child(), DIED_OF_ILLNESS)])
def test_a_notification_to_the_panel_decides_the_notifier_before_a_simple_one(
    children: tuple[CaseFacts, ...],
) -> None:
    assert decide(*children).notifier_area == LIVERPOOL


@pytest.mark.parametrize("children", [(ADULT, DIED_OF_ILLNESS), (DIED_OF_ILLNESS, ADULT)])
def test_a_simple_notification_decides_it_before_a_row_that_asks_for_none(
    children: tuple[CaseFacts, ...],
) -> None:
    assert decide(*children).notifier_area == WIRRAL


def test_where_nothing_is_due_the_area_of_the_incident_stands() -> None:
    visitor = replace(UNHURT, incident_area=BARNET, residence_area=None)
    found = decide(visitor)
    assert (found.rows, found.notifier_area) == ((), BARNET)


def test_where_nothing_is_due_abroad_the_first_childs_residence_stands() -> None:
    abroad = replace(UNHURT, incident_area=None)
    found = decide(replace(abroad, residence_area=WIRRAL), replace(abroad, residence_area=BARNET))
    assert (found.rows, found.notifier_area) == ((), WIRRAL)


@pytest.mark.parametrize(
    ("responsible", "placing", "residence", "notifier"),
    [
        (WIRRAL, BARNET, BARNET, WIRRAL),
        (None, WIRRAL, BARNET, WIRRAL),
        (None, None, WIRRAL, WIRRAL),
        (None, None, None, LIVERPOOL),
    ],
)
def test_a_looked_after_childs_death_is_told_by_the_next_authority_that_is_known(
    responsible: str | None, placing: str | None, residence: str | None, notifier: str
) -> None:
    died = replace(
        DIED_OF_ILLNESS,
        responsible_area=responsible,
        placing_area=placing,
        residence_area=residence,
    )
    assert decide(died).notifier_area == notifier


def test_a_death_that_no_known_area_answers_for_is_told_of_all_the_same() -> None:
    nobodys = replace(
        DIED_OF_ILLNESS,
        responsible_area=None,
        residence_area=None,
        incident_area=None,
        lives_outside_england=True,
    )
    found = decide(nobodys)
    assert told(found) == {("dfe", "unknown", "DL04"), ("ofsted", "unknown", "DL04")}
    assert {(one.who, one.area) for one in found.unresolved} == {
        ("own_partners", "unknown"),
        ("cdop", "unknown"),
    }
    assert {one.notifier for one in found.obligations} == {None}


def test_what_two_authorities_owe_to_the_same_body_is_told_once_by_that_of_the_first_row() -> None:
    died = child(outcome=Outcome.DIED, residence_area=WIRRAL)
    ill = replace(DIED_OF_ILLNESS, residence_area=WIRRAL, responsible_area=BARNET)
    found = decide(died, ill)
    panel = [one for one in found.obligations if one.recipient == "cdop-merseyside"]
    assert [(one.rows, one.notifier) for one in panel] == [(["N1", "N5"], f"la-{LIVERPOOL}")]


def test_a_partner_that_may_not_hold_the_seat_is_told_and_named_as_not_sure() -> None:
    unsure = child(
        incident_area=WEST_SUSSEX, residence_area=WEST_SUSSEX, decided_on=date(2022, 9, 1)
    )
    found = decide(unsure)
    assert found.unconfirmed == ("icb-QXU",)
    assert {one.recipient: one.recipient_confirmed for one in found.obligations} == {
        "panel": True,
        "police-sussex": True,
        "icb-QNX": True,
        "icb-QXU": False,
    }
    assert decide(child()).unconfirmed == ()
