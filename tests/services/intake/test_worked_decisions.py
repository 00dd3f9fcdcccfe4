"""The worked examples of the notification criteria, C01 to C16: who must be told, and why."""

from datetime import date

from shared.reference.directory import partners_of
from tests.services.intake.stated_incidents import (
    BABY,
    BARNET,
    LIVERPOOL,
    NOT_SERIOUS,
    SERIOUS,
    WIRRAL,
    aged,
    decided,
    facts,
    on,
    rows,
    told,
)

PANEL = ("panel", "DL01")
OF_A_LOOKED_AFTER_DEATH = {("dfe", "DL04"), ("ofsted", "DL04")}
OF_A_CARE_LEAVERS_DEATH = {("dfe", "DL05"), ("ofsted", "DL05")}
MERSEYSIDE_CDOP = ("cdop-merseyside", "DL20")


def test_c01_a_suspected_head_injury_of_a_baby_is_notified_because_suspicion_suffices() -> None:
    answer = decided(facts())
    assert rows(answer) == ["N2"]
    assert answer["decision"] == "notifiable"
    assert answer["rapid_review"] is True
    assert PANEL in told(answer)


def test_c02_a_looked_after_child_who_dies_of_an_illness_is_told_of_without_a_review() -> None:
    dying = aged(9, "full_care_order")
    answer = decided(
        facts(
            outcome="died",
            abuse_neglect_status="not_suspected",
            children=[dying],
            responsible_la_code=LIVERPOOL,
        )
    )
    assert rows(answer) == ["N5"]
    assert (answer["decision"], answer["rapid_review"]) == ("simple", False)
    assert told(answer) >= OF_A_LOOKED_AFTER_DEATH | {MERSEYSIDE_CDOP}
    assert PANEL not in told(answer)


def test_c03_a_looked_after_child_who_breaks_an_arm_at_football_is_not_notified() -> None:
    answer = decided(
        facts(
            outcome="harmed_not_serious",
            abuse_neglect_status="not_suspected",
            children=[aged(9, "full_care_order")],
        )
    )
    assert rows(answer) == ["N7"]
    assert (answer["decision"], answer["obligations"]) == ("not_notifiable", [])
    (duty,) = answer["duties_of_others"]
    assert (duty["who"], duty["limit_rule"]) == ("placement_provider", "DL22")


def test_c04_a_road_death_without_concern_is_for_the_child_death_panel_only() -> None:
    answer = decided(facts(outcome="died", abuse_neglect_status="not_suspected"))
    assert rows(answer) == ["N10"]
    assert answer["decision"] == "not_notifiable"
    assert told(answer) == {MERSEYSIDE_CDOP}


def test_c05_a_suspected_suicide_with_a_concern_of_neglect_is_notified() -> None:
    answer = decided(facts(outcome="died", children=[aged(15)]))
    assert rows(answer) == ["N1"]
    assert (answer["decision"], answer["rapid_review"]) == ("notifiable", True)
    assert told(answer) >= {PANEL, MERSEYSIDE_CDOP}


def test_c06_the_area_of_the_incident_notifies_and_tells_the_area_of_residence() -> None:
    answer = decided(facts(residence_area_code=WIRRAL))
    assert rows(answer) == ["N2", "N4"]
    assert answer["notifier"]["area"] == LIVERPOOL
    assert (f"la-{WIRRAL}", "DL03") in told(answer)
    assert {one["notifier"] for one in answer["obligations"]} == {f"la-{LIVERPOOL}"}


def test_c07_wales_is_outside_england_so_the_area_of_residence_notifies() -> None:
    in_wales = facts(incident_area_code=None, country="GB-WLS", residence_area_code=WIRRAL)
    answer = decided(in_wales)
    assert rows(answer) == ["N3"]
    assert (answer["decision"], answer["notifier"]["area"]) == ("notifiable", WIRRAL)


def test_c08_a_visitor_from_france_is_notified_by_the_area_of_the_incident() -> None:
    visiting = facts(
        incident_area_code=BARNET, residence_area_code=None, lives_outside_england=True
    )
    answer = decided(visiting)
    assert rows(answer) == ["N2"]
    assert answer["notifier"]["area"] == BARNET
    assert answer["decision"] == "notifiable"


def test_c09_long_term_harm_may_be_judged_likely_though_not_certain() -> None:
    likely = {"qualifiers": ["long_term"], "certainty": "likely", "domains": ["mental_health"]}
    answer = decided(facts(serious_harm=SERIOUS | likely, children=[aged(12)]))
    assert rows(answer) == ["N2"]
    assert answer["decision"] == "notifiable"
    (prepared,) = [one["prepared"] for one in answer["serious_harm"]]
    assert prepared["to_weigh"] == ["likely_is_enough"]


def test_c10_recovery_decides_nothing_but_a_person_does() -> None:
    drowned = {"domains": ["physical_health"], "qualifiers": ["serious"], "recovered": True}
    waiting = decided(facts(serious_harm=drowned, outcome="near_miss", children=[aged(2)]))
    assert (waiting["decision"], waiting["held"]) == (None, True)
    assert waiting["waiting_for"] == ["serious_harm.decision"]
    assert waiting["serious_harm"][0]["prepared"]["to_weigh"] == ["recovery_does_not_undo_it"]
    judged = decided(facts(serious_harm=SERIOUS | drowned, outcome="near_miss"))
    assert (judged["decision"], judged["rapid_review"]) == ("notifiable", True)


def test_c11_a_bruise_found_to_be_accidental_is_not_notified_and_it_is_said_why() -> None:
    answer = decided(facts(outcome="harmed_not_serious", abuse_neglect_status="not_suspected"))
    assert (answer["decision"], answer["rows"]) == ("not_notifiable", [])
    why = {one["row"]: one["because"] for one in answer["considered"]}
    assert "abuse_neglect" in why["N2"]


def test_c12_an_adult_who_was_never_a_care_leaver_is_not_notified() -> None:
    answer = decided(on("2024-03-04", outcome="died", children=[aged(18)]))
    assert rows(answer) == ["N13"]
    assert (answer["decision"], answer["obligations"]) == ("not_notifiable", [])


def test_c13_a_care_leavers_death_in_january_2020_was_not_told_to_anybody() -> None:
    answer = decided(
        on(
            "2020-01-15",
            outcome="died",
            abuse_neglect_status="not_suspected",
            children=[aged(22, "care_leaver")],
        )
    )
    assert (answer["decision"], answer["obligations"]) == ("not_notifiable", [])
    assert rows(answer) == ["N13"]


def test_c14_a_care_leavers_death_in_march_2024_is_told_without_a_review() -> None:
    answer = decided(
        on(
            "2024-03-04",
            outcome="died",
            abuse_neglect_status="not_suspected",
            children=[aged(22, "care_leaver")],
            responsible_la_code=LIVERPOOL,
        )
    )
    assert rows(answer) == ["N8"]
    assert (answer["decision"], answer["rapid_review"]) == ("simple", False)
    assert told(answer) == OF_A_CARE_LEAVERS_DEATH
    assert {one["force"] for one in answer["obligations"]} == {"should"}


def test_c15_a_care_leaver_under_18_is_a_child_like_any_other_and_a_care_leaver_too() -> None:
    answer = decided(on("2024-03-04", outcome="died", children=[aged(17, "care_leaver")]))
    assert set(rows(answer)) == {"N1", "N8", "N9"}
    assert (answer["decision"], answer["rapid_review"]) == ("notifiable", True)
    assert told(answer) >= {PANEL, MERSEYSIDE_CDOP} | OF_A_CARE_LEAVERS_DEATH


def test_c16_a_natural_death_in_a_childrens_home_is_no_longer_notified() -> None:
    answer = decided(
        facts(
            outcome="died",
            abuse_neglect_status="not_suspected",
            incident_location_type="childrens_home",
        )
    )
    assert rows(answer) == ["N10", "N12"]
    assert answer["decision"] == "not_notifiable"
    assert told(answer) == {MERSEYSIDE_CDOP}
    assert "ofsted" in answer["duties_of_others"][0]["tells"]


def test_c21_what_the_police_believe_does_not_notify_but_goes_to_all_three_partners() -> None:
    positions = [
        {"kind": "local_authority", "organisation": f"la-{LIVERPOOL}", "position": "agree"},
        {"kind": "health", "position": "agree"},
        {"kind": "police", "organisation": "police-merseyside", "position": "disagree"},
    ]
    answer = decided(facts(abuse_neglect_status="not_suspected", decision_makers=positions))
    assert answer["decision"] == "not_notifiable"
    assert answer["positions"]["dissenting"] == ["police"]
    seats = {seat.organisation for seat in partners_of(LIVERPOOL, date(2019, 6, 5))}
    assert set(answer["positions"]["escalated_to"]) == seats
    assert len(seats) >= 3
    assert answer["clock"]["clock_start"] == "2019-06-05T10:00:00Z"


def test_c22_a_stillbirth_is_outside_both_duties() -> None:
    answer = decided(
        facts(outcome="died", abuse_neglect_status="unknown", children=[{"birth": "stillbirth"}])
    )
    assert rows(answer) == ["N15"]
    assert (answer["decision"], answer["obligations"]) == ("not_notifiable", [])


def test_c23_abuse_with_bruises_only_is_not_notified_but_may_be_learnt_from() -> None:
    answer = decided(
        facts(
            outcome="harmed_not_serious",
            abuse_neglect_status="known",
            serious_harm=NOT_SERIOUS,
            children=[BABY],
        )
    )
    assert rows(answer) == ["N11"]
    assert (answer["decision"], answer["learning_review_possible"]) == ("not_notifiable", True)
