"""Worked decisions of the notification criteria: who must be told, and who is not."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.intake.awareness import awareness_of
from services.intake.case_facts import (
    CaseFacts,
    HarmDomain,
    JudgementIncomplete,
    SeriousHarm,
    SeriousHarmJudgement,
)
from services.intake.criteria import Evaluation, evaluate
from services.intake.criteria_rows import NoRuleSet, Who
from services.intake.obligations import Unresolved
from shared.contracts.event_codes import AgeBand, Decision, Force
from shared.contracts.report_codes import AbuseNeglectStatus, Outcome
from shared.reference import directory
from tests.contracts.sample_report import sample_report

CASE = UUID("19dba115-c6ff-4fd5-a3fe-800f5d010f96")
LIVERPOOL, WIRRAL, BARNET, MANCHESTER = "E08000012", "E08000015", "E09000003", "E08000003"
POLICE, HEALTH = "police-merseyside", "icb-QYG"

INJURED_BABY = CaseFacts(
    age_band=AgeBand.UNDER_1,
    abuse_neglect=AbuseNeglectStatus.SUSPECTED,
    outcome=Outcome.SERIOUSLY_HARMED,
    serious_harm=SeriousHarm.MET,
    decided_on=date(2026, 3, 4),
    looked_after=False,
    care_leaver=False,
    incident_area=LIVERPOOL,
    residence_area=LIVERPOOL,
)


def child(**changes: Any) -> CaseFacts:
    return replace(INJURED_BABY, **changes)


def decide(*children: CaseFacts, cycle: int = 1) -> Evaluation:
    return evaluate(CASE, cycle, children, directory)


def told(found: Evaluation) -> set[tuple[str, str, str]]:
    return {(o.recipient, o.area, o.limit_rule) for o in found.obligations}


PANEL_AND_PARTNERS = {
    ("panel", LIVERPOOL, "DL01"),
    (POLICE, LIVERPOOL, "DL02"),
    (HEALTH, LIVERPOOL, "DL02"),
}


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


def test_recovery_does_not_decide_but_a_persons_judgement_does() -> None:
    near_drowning = child(age_band=AgeBand.FROM_1_TO_5, outcome=Outcome.NEAR_MISS)
    waiting = decide(replace(near_drowning, serious_harm=SeriousHarm.UNDETERMINED))
    assert (waiting.hold, waiting.suggestion) == (True, None)
    judged = decide(near_drowning)
    assert (judged.must_notify, judged.rapid_review) == (True, True)


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


@pytest.mark.parametrize(
    "unknown",
    [
        {"abuse_neglect": AbuseNeglectStatus.UNKNOWN},
        {"abuse_neglect": AbuseNeglectStatus.UNKNOWN, "outcome": Outcome.DIED},
        {"serious_harm": SeriousHarm.UNDETERMINED},
        {"serious_harm": SeriousHarm.UNDETERMINED, "outcome": Outcome.HARMED_NOT_SERIOUS},
        {"age_band": AgeBand.UNKNOWN},
        {"age_band": AgeBand.UNBORN},
        {
            "looked_after": None,
            "outcome": Outcome.DIED,
            "abuse_neglect": AbuseNeglectStatus.NOT_SUSPECTED,
        },
    ],
)
def test_a_missing_fact_holds_the_case_and_never_closes_it(unknown: dict[str, Any]) -> None:
    found = decide(child(**unknown))
    assert found.rows == ("N14",)
    assert (found.hold, found.must_notify, found.suggestion) == (True, False, None)
    assert found.may_match
    assert found.rows_that_may_match == ("N14", *found.may_match)
    assert found.obligations == ()


@pytest.mark.parametrize(
    "excluded",
    [
        {"abuse_neglect": AbuseNeglectStatus.UNKNOWN, "serious_harm": SeriousHarm.NOT_MET},
        {"abuse_neglect": AbuseNeglectStatus.UNKNOWN, "age_band": AgeBand.OVER_24},
    ],
)
def test_a_doubt_that_could_change_nothing_holds_nothing(excluded: dict[str, Any]) -> None:
    assert decide(child(**excluded)).suggestion is Decision.NOT_NOTIFIABLE


def test_two_siblings_are_one_notification_to_everybody_once() -> None:
    both = decide(child(), child(age_band=AgeBand.FROM_1_TO_5))
    assert both.obligations == decide(child()).obligations


def test_a_sibling_who_died_adds_a_row_and_not_a_second_notice() -> None:
    found = decide(child(), child(outcome=Outcome.DIED))
    assert found.rows == ("N2", "N1")
    panel = [o for o in found.obligations if o.recipient == "panel"]
    assert [sorted(o.rows) for o in panel] == [["N1", "N2"]]


def test_a_doubt_about_one_child_does_not_delay_what_is_due_for_another() -> None:
    found = decide(child(), child(abuse_neglect=AbuseNeglectStatus.UNKNOWN))
    assert (found.must_notify, found.hold) == (True, True)
    assert found.suggestion is Decision.NOTIFIABLE


def test_a_case_the_panel_considers_is_not_simple_but_still_owes_the_other_notice() -> None:
    died_of_illness = child(
        abuse_neglect=AbuseNeglectStatus.NOT_SUSPECTED, outcome=Outcome.DIED, looked_after=True
    )
    found = decide(child(), died_of_illness)
    assert found.rows == ("N2", "N5")
    assert (found.must_notify, found.simple) == (True, False)
    assert {"panel", "dfe", "ofsted"} <= {o.recipient for o in found.obligations}


def test_deciding_again_owes_nothing_twice_and_a_new_cycle_owes_anew() -> None:
    ids = {o.obligation_id for o in decide(child()).obligations}
    assert len(ids) == 3
    assert {o.obligation_id for o in decide(child(looked_after=True)).obligations} == ids
    assert ids.isdisjoint(o.obligation_id for o in decide(child(), cycle=2).obligations)


def test_a_partner_the_directory_does_not_know_is_left_to_a_person_not_left_out() -> None:
    found = decide(child(residence_area=MANCHESTER, outcome=Outcome.DIED))
    assert ("panel", LIVERPOOL, "DL01") in told(found)
    assert set(found.unresolved) == {
        Unresolved("N1", Who.OTHER_PARTNERS, MANCHESTER, "DL03"),
        Unresolved("N1", Who.CDOP, MANCHESTER, "DL20"),
    }


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


def test_serious_harm_is_judged_by_a_person_with_reasons() -> None:
    physical = frozenset({HarmDomain.PHYSICAL_HEALTH})
    judged = SeriousHarmJudgement(SeriousHarm.MET, "officer-1", "Sample reasons", physical)
    assert "Sample" not in repr(judged)
    incomplete: list[dict[str, Any]] = [
        {"reasons": " "},
        {"decided_by": ""},
        {"domains": frozenset()},
    ]
    for missing in incomplete:
        with pytest.raises(JudgementIncomplete):
            replace(judged, **missing)
