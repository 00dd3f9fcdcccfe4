"""What is in doubt holds a case, each new fact is weighed again, and nothing closes by itself."""

import pytest

from tests.services.intake.stated_incidents import (
    LIVERPOOL,
    WIRRAL,
    aged,
    decided,
    facts,
    on,
    rows,
    told,
)

UNBORN = {"unborn": True, "legal_status": "none"}


@pytest.mark.parametrize("outcome", ["died", "seriously_harmed"])
def test_an_unknown_limb_waits_and_each_new_fact_is_weighed_again(outcome: str) -> None:
    unknown = decided(facts(outcome=outcome, abuse_neglect_status="unknown"))
    assert (unknown["decision"], unknown["held"]) == (None, True)
    assert rows(unknown) == ["N14"]
    assert unknown["waiting_for"] == ["abuse_neglect_status"]
    assert unknown["obligations"] == []
    known = decided(facts(outcome=outcome, abuse_neglect_status="suspected"))
    assert (known["decision"], known["held"]) == ("notifiable", False)
    ruled_out = decided(facts(outcome=outcome, abuse_neglect_status="not_suspected"))
    assert (ruled_out["decision"], ruled_out["held"]) == ("not_notifiable", False)


def test_a_child_whose_age_at_the_harm_is_not_known_is_held() -> None:
    answer = decided(facts(incident_date=None, children=[{"dob": "2018-01-02"}]))
    assert answer["decision"] is None
    assert answer["waiting_for"] == ["children.dob with incident_date, or children.estimated_age"]


def test_the_age_that_counts_is_that_at_the_harm_and_not_at_the_death_or_at_awareness() -> None:
    born = {"dob": "2001-06-05", "legal_status": "none"}
    still_17 = decided(facts(incident_date="2019-06-04", children=[born]))
    assert still_17["decision"] == "notifiable"
    died_later = decided(facts(incident_date="2019-06-04", outcome="died", children=[born]))
    assert rows(died_later) == ["N1"]
    of_age = decided(facts(incident_date="2019-06-05", children=[born]))
    assert rows(of_age) == ["N13"]


def test_whether_an_unborn_child_counts_is_for_a_person() -> None:
    unborn = facts(children=[UNBORN])
    waiting = decided(unborn)
    assert (waiting["decision"], rows(waiting)) == (None, ["N14", "N16"])
    assert waiting["waiting_for"] == ["children.unborn_counted_as_child"]
    counted = decided(facts(children=[UNBORN | {"unborn_counted_as_child": True}]))
    assert (counted["decision"], rows(counted)) == ("notifiable", ["N2"])
    not_counted = decided(facts(children=[UNBORN | {"unborn_counted_as_child": False}]))
    assert (not_counted["decision"], rows(not_counted)) == ("not_notifiable", [])


def test_the_residence_of_a_child_harmed_abroad_must_be_known() -> None:
    abroad = {"incident_area_code": None, "country": "FR", "residence_area_code": None}
    waiting = decided(facts(**abroad))
    assert waiting["decision"] is None
    assert waiting["waiting_for"] == ["residence_area_code or lives_outside_england"]
    elsewhere = decided(facts(**abroad, lives_outside_england=True))
    assert (elsewhere["decision"], elsewhere["rows"]) == ("not_notifiable", [])


def test_a_looked_after_child_who_died_of_abuse_is_told_of_by_both_duties() -> None:
    placed = facts(
        outcome="died",
        children=[aged(9, "full_care_order")],
        residence_area_code=WIRRAL,
        responsible_la_code=WIRRAL,
    )
    answer = decided(placed)
    assert rows(answer) == ["N1", "N4", "N6"]
    assert answer["rapid_review"] is True
    assert told(answer) >= {("panel", "DL01"), ("dfe", "DL04"), ("ofsted", "DL04")}
    by = {one["recipient"]: one["notifier"] for one in answer["obligations"]}
    assert (by["panel"], by["dfe"]) == (f"la-{LIVERPOOL}", f"la-{WIRRAL}")


def test_a_looked_after_childs_death_is_told_of_wherever_it_lived() -> None:
    abroad = facts(
        outcome="died",
        incident_area_code=None,
        country="GB-SCT",
        residence_area_code=None,
        lives_outside_england=True,
        responsible_la_code=WIRRAL,
        children=[aged(9, "full_care_order")],
    )
    answer = decided(abroad)
    assert (answer["decision"], rows(answer)) == ("simple", ["N5"])
    assert answer["notifier"]["organisation"] == f"la-{WIRRAL}"


def test_a_death_abroad_of_a_resident_is_for_the_child_death_panel_of_the_residence() -> None:
    abroad = facts(outcome="died", incident_area_code=None, country="FR")
    assert ("cdop-merseyside", "DL20") in told(decided(abroad))
    alive = facts(incident_area_code=None, country="FR")
    assert ("cdop-merseyside", "DL20") not in told(decided(alive))


@pytest.mark.parametrize(("day", "row"), [("2023-12-14", "N13"), ("2023-12-15", "N8")])
def test_care_leavers_deaths_are_told_of_from_the_day_the_rules_changed(day: str, row: str) -> None:
    leaver = aged(24, "care_leaver")
    answer = decided(on(day, outcome="died", children=[leaver]))
    assert rows(answer) == [row]


def test_a_care_leaver_of_25_is_an_adult_like_any_other() -> None:
    answer = decided(on("2024-03-04", outcome="died", children=[aged(25, "care_leaver")]))
    assert rows(answer) == ["N13"]


def test_an_adult_whose_care_leaver_status_is_unknown_is_held_since_the_rules_changed() -> None:
    unknown = aged(22, "unknown")
    assert decided(on("2024-03-04", outcome="died", children=[unknown]))["held"] is True
    assert decided(on("2020-01-15", outcome="died", children=[unknown]))["held"] is False
