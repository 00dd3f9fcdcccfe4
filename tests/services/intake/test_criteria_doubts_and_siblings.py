"""What the criteria decide while something is in doubt, and about several children of one case."""

from dataclasses import replace
from typing import Any

import pytest

from services.intake.criteria_rows import Who
from services.intake.obligations import Unresolved
from services.intake.serious_harm import (
    HarmDomain,
    JudgementIncomplete,
    SeriousHarm,
    SeriousHarmJudgement,
)
from shared.contracts.event_codes import AgeBand, Decision
from shared.contracts.report_codes import AbuseNeglectStatus, Outcome
from tests.services.intake.sample_children import LIVERPOOL, NOWHERE, child, decide, told


def test_recovery_does_not_decide_but_a_persons_judgement_does() -> None:
    near_drowning = child(age_band=AgeBand.FROM_1_TO_5, outcome=Outcome.NEAR_MISS)
    waiting = decide(replace(near_drowning, serious_harm=SeriousHarm.UNDETERMINED))
    assert (waiting.hold, waiting.suggestion) == (True, None)
    judged = decide(near_drowning)
    assert (judged.must_notify, judged.rapid_review) == (True, True)


def test_serious_harm_is_judged_by_a_person_with_reasons() -> None:
    physical = frozenset({HarmDomain.PHYSICAL_HEALTH})
    judged = SeriousHarmJudgement(SeriousHarm.MET, "officer-1", "Sample reasons", physical)
    assert "Sample" not in repr(judged)
    incomplete: list[tuple[dict[str, Any], str]] = [
        ({"reasons": " "}, "reasons_required"),
        ({"decided_by": ""}, "decided_by_required"),
        ({"domains": frozenset()}, "domain_required"),
    ]
    for missing, code in incomplete:
        with pytest.raises(JudgementIncomplete, match=code):
            replace(judged, **missing)


@pytest.mark.parametrize(
    "unknown",
    [
        {"abuse_neglect": AbuseNeglectStatus.UNKNOWN},
        {"abuse_neglect": AbuseNeglectStatus.UNKNOWN, "outcome": Outcome.DIED},
        {"serious_harm": SeriousHarm.UNDETERMINED},
        {"serious_harm": SeriousHarm.UNDETERMINED, "outcome": Outcome.HARMED_NOT_SERIOUS},
        {"age_band": AgeBand.UNKNOWN},
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


def test_a_partner_the_directory_does_not_know_is_left_to_a_person_not_left_out() -> None:
    found = decide(child(residence_area=NOWHERE, outcome=Outcome.DIED))
    assert ("panel", LIVERPOOL, "DL01") in told(found)
    assert set(found.unresolved) == {
        Unresolved("N1", Who.OTHER_PARTNERS, NOWHERE, "DL03"),
        Unresolved("N1", Who.CDOP, NOWHERE, "DL20"),
    }


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


def test_harm_that_is_not_serious_may_be_learnt_from_beside_a_siblings_notification() -> None:
    bruised = child(serious_harm=SeriousHarm.NOT_MET, outcome=Outcome.HARMED_NOT_SERIOUS)
    found = decide(child(), bruised)
    assert (found.must_notify, found.learning_review_possible) == (True, True)
    assert decide(child()).learning_review_possible is False


def test_an_unborn_child_of_whom_it_is_open_whether_it_counts_waits_for_both_reasons_once() -> None:
    found = decide(child(age_band=AgeBand.UNBORN))
    assert (found.rows, found.may_match) == (("N14", "N16"), ("N2",))
    assert [row.id for row in found.matched[0]] == ["N14", "N16"]


def test_a_case_the_panel_considers_is_not_simple_but_still_owes_the_other_notice() -> None:
    died_of_illness = child(
        abuse_neglect=AbuseNeglectStatus.NOT_SUSPECTED, outcome=Outcome.DIED, looked_after=True
    )
    found = decide(child(), died_of_illness)
    assert found.rows == ("N2", "N5")
    assert (found.must_notify, found.simple) == (True, False)
    assert {"panel", "dfe", "ofsted"} <= {o.recipient for o in found.obligations}
