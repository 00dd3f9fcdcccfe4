"""Worked decisions of the notification criteria: who must be told, and who is not."""

from datetime import date

import pytest

from services.intake.awareness import awareness_of
from services.intake.criteria_rows import NoRuleSet
from services.intake.serious_harm import SeriousHarm
from shared.contracts.event_codes import AgeBand, Decision, Force
from shared.contracts.report_codes import AbuseNeglectStatus, Outcome
from tests.contracts.sample_report import sample_report
from tests.services.intake.sample_children import (
    BARNET,
    HEALTH,
    LIVERPOOL,
    PANEL_AND_PARTNERS,
    POLICE,
    WIRRAL,
    child,
    decide,
    told,
)


def test_suspected_head_injury_of_a_baby_is_notified_because_suspicion_suffices() -> None:
    found = decide(child())
    assert found.rows == ("N2",)
    assert (found.must_notify, found.simple, found.hold, found.rapid_review) == (1, 0, 0, 1)
    assert found.suggestion is Decision.NOTIFIABLE
    assert found.notifier_area == LIVERPOOL
    assert told(found) == PANEL_AND_PARTNERS
    forces = {o.recipient: o.force for o in found.obligations}
    assert forces == {"panel": Force.MUST, POLICE: Force.SHOULD, HEALTH: Force.SHOULD}


def test_a_looked_after_child_who_dies_of_an_illness_is_notified_without_the_panel() -> None:
    found = decide(
        child(
            age_band=AgeBand.FROM_6_TO_10,
            abuse_neglect=AbuseNeglectStatus.NOT_SUSPECTED,
            outcome=Outcome.DIED,
            looked_after=True,
            incident_area=BARNET,
            responsible_area=LIVERPOOL,
        )
    )
    assert found.rows == ("N5",)
    assert (found.must_notify, found.simple, found.rapid_review) == (False, True, False)
    assert found.suggestion is Decision.SIMPLE
    assert found.notifier_area == LIVERPOOL
    assert told(found) == {
        ("dfe", LIVERPOOL, "DL04"),
        ("ofsted", LIVERPOOL, "DL04"),
        (POLICE, LIVERPOOL, "DL02"),
        (HEALTH, LIVERPOOL, "DL02"),
        ("cdop-merseyside", LIVERPOOL, "DL20"),
    }


def test_a_road_death_without_concern_is_for_the_child_death_panel_only() -> None:
    found = decide(child(abuse_neglect=AbuseNeglectStatus.NOT_SUSPECTED, outcome=Outcome.DIED))
    assert found.rows == ("N10",)
    assert found.suggestion is Decision.NOT_NOTIFIABLE
    assert told(found) == {("cdop-merseyside", LIVERPOOL, "DL20")}


def test_suspected_suicide_with_a_concern_of_neglect_is_notified_to_both_panels() -> None:
    found = decide(child(age_band=AgeBand.FROM_11_TO_15, outcome=Outcome.DIED))
    assert found.rows == ("N1",)
    assert found.must_notify
    assert found.rapid_review
    assert told(found) == PANEL_AND_PARTNERS | {("cdop-merseyside", LIVERPOOL, "DL20")}


def test_the_area_of_the_incident_notifies_and_the_area_of_residence_is_told_by_it() -> None:
    found = decide(child(residence_area=WIRRAL))
    assert found.rows == ("N2", "N4")
    assert (found.notifier_area, found.other_areas) == (LIVERPOOL, (WIRRAL,))
    assert told(found) == PANEL_AND_PARTNERS | {
        ("la-E08000015", WIRRAL, "DL03"),
        (POLICE, WIRRAL, "DL03"),
        (HEALTH, WIRRAL, "DL03"),
    }
    assert all(o.rows == ["N2"] for o in found.obligations)


def test_placing_and_responsible_authorities_are_told_once_each() -> None:
    found = decide(
        child(
            residence_area=WIRRAL, placing_area=BARNET, responsible_area=BARNET, looked_after=True
        )
    )
    assert found.other_areas == (WIRRAL, BARNET)
    assert [o.recipient for o in found.obligations].count("la-E09000003") == 1


def test_a_visitor_harmed_in_england_is_notified_by_the_area_of_the_incident() -> None:
    found = decide(child(incident_area=BARNET, residence_area=None))
    assert found.rows == ("N2",)
    assert (found.notifier_area, found.other_areas) == (BARNET, ())


def test_a_child_harmed_by_a_parent_in_wales_is_notified_by_the_area_of_residence() -> None:
    found = decide(
        child(
            abuse_neglect=AbuseNeglectStatus.KNOWN,
            outcome=Outcome.SERIOUSLY_HARMED,
            serious_harm=SeriousHarm.MET,
            incident_area=None,
            residence_area=WIRRAL,
        )
    )
    assert found.rows == ("N3",)
    assert found.must_notify
    assert found.notifier_area == WIRRAL
    assert told(found) == {
        ("panel", WIRRAL, "DL01"),
        (POLICE, WIRRAL, "DL02"),
        (HEALTH, WIRRAL, "DL02"),
    }


def test_an_accident_without_suspicion_is_not_notified() -> None:
    bruised = child(
        abuse_neglect=AbuseNeglectStatus.NOT_SUSPECTED,
        outcome=Outcome.HARMED_NOT_SERIOUS,
        serious_harm=SeriousHarm.UNDETERMINED,
    )
    found = decide(bruised)
    assert (found.rows, found.obligations, found.hold) == ((), (), False)
    assert found.suggestion is Decision.NOT_NOTIFIABLE


def test_abuse_without_serious_harm_is_not_notified() -> None:
    found = decide(
        child(
            abuse_neglect=AbuseNeglectStatus.KNOWN,
            outcome=Outcome.HARMED_NOT_SERIOUS,
            serious_harm=SeriousHarm.NOT_MET,
        )
    )
    assert found.suggestion is Decision.NOT_NOTIFIABLE
    assert found.obligations == ()


def test_what_the_police_believe_does_not_notify_and_does_not_stop_the_clock() -> None:
    found = decide(child(abuse_neglect=AbuseNeglectStatus.NOT_SUSPECTED))
    assert not found.must_notify
    police = sample_report({"abuse_neglect_status": "known", "outcome": "died"})
    assert awareness_of(police, police.agency_aware_at).clock_start == police.agency_aware_at


def test_deciding_again_owes_nothing_twice_and_a_new_cycle_owes_anew() -> None:
    ids = {o.obligation_id for o in decide(child()).obligations}
    assert len(ids) == 3
    assert {o.obligation_id for o in decide(child(looked_after=True)).obligations} == ids
    assert ids.isdisjoint(o.obligation_id for o in decide(child(), cycle=2).obligations)


def test_partners_are_those_of_the_day_of_the_decision() -> None:
    before = decide(child(decided_on=date(2022, 6, 30)))
    after = decide(child(decided_on=date(2022, 7, 1)))
    assert (HEALTH, LIVERPOOL, "DL02") not in told(before)
    assert (HEALTH, LIVERPOOL, "DL02") in told(after)


def test_the_rules_are_those_of_the_day_the_clock_started() -> None:
    found = decide(child(clock_started_on=date(2018, 6, 29), decided_on=date(2019, 3, 1)))
    assert found.rule_set == "WT2018.0"
    with pytest.raises(NoRuleSet):
        decide(child(clock_started_on=date(2018, 6, 28)))
