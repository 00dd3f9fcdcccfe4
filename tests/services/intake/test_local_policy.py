"""What local pages ask for stands beside the statutory answer and never changes it."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.intake.case_facts import CaseFacts
from services.intake.criteria import evaluate
from services.intake.decide_command import decision_of
from services.intake.local_policy import COPY, all_owed, asked_locally, bundled, with_copies
from shared.contracts.report_codes import AbuseNeglectStatus
from shared.reference import directory
from tests.services.intake.sample_children import CASE, child
from tests.services.intake.stated_incidents import aged, decided, facts

DARLINGTON, CROYDON, NORTHUMBERLAND, MANCHESTER, NORTH_EAST_LINCOLNSHIRE = (
    "E06000005",
    "E09000008",
    "E06000057",
    "E08000003",
    "E06000012",
)
OFFICE = "office-north-east-lincolnshire"
IN_A_HOME: dict[str, Any] = {
    "outcome": "died",
    "abuse_neglect_status": "not_suspected",
    "incident_location_type": "childrens_home",
}
OF_ONE_LOOKED_AFTER: dict[str, Any] = {
    "abuse_neglect_status": "not_suspected",
    "children": [aged(9, "full_care_order")],
}


def asked(answer: dict[str, Any]) -> list[tuple[str, bool, list[str]]]:
    return [(one["policy"], one["statutory"], one["asks"]) for one in answer["local_policies"]]


def in_area(area: str, **changes: Any) -> dict[str, Any]:
    return decided(facts(incident_area_code=area, residence_area_code=area, **changes))


@pytest.mark.parametrize(
    ("area", "stated", "policy"),
    [
        (DARLINGTON, IN_A_HOME, "darlington-regulated-setting"),
        (CROYDON, OF_ONE_LOOKED_AFTER, "croydon-looked-after-harm"),
        (NORTHUMBERLAND, IN_A_HOME, "wider-heads"),
        (MANCHESTER, OF_ONE_LOOKED_AFTER, "wider-heads"),
    ],
)
def test_a_local_page_asks_for_more_and_the_decision_stays(
    area: str, stated: dict[str, Any], policy: str
) -> None:
    answer = in_area(area, **stated)
    assert asked(answer) == [(policy, False, ["notify_as_serious_incident"])]
    assert (answer["decision"], answer["must_notify"]) == ("not_notifiable", False)
    assert not any(one["limit_rule"] == "DL01" for one in answer["obligations"])


def test_a_copy_for_the_partnerships_office_follows_a_notification_only() -> None:
    (copy,) = in_area(NORTH_EAST_LINCOLNSHIRE)["local_policies"]
    assert copy["asks"] == ["copy_to_partnership_office_same_day"]
    assert asked(in_area(NORTH_EAST_LINCOLNSHIRE, **IN_A_HOME)) == []


def test_the_office_is_told_by_local_force_beside_what_the_statute_asks_for() -> None:
    answer = in_area(NORTH_EAST_LINCOLNSHIRE)
    (policy,) = answer["local_policies"]
    (copy,) = policy["obligations"]
    assert (copy["recipient_kind"], copy["recipient"]) == ("partnership_office", OFFICE)
    assert (copy["force"], copy["limit_rule"]) == ("local", "OFFICE")
    assert copy["within"] == "the day on which the notification is submitted"
    assert copy["notifier"] == f"la-{NORTH_EAST_LINCOLNSHIRE}"
    assert OFFICE not in {one["recipient"] for one in answer["obligations"]}


def test_a_copy_is_of_what_the_areas_own_authority_submits() -> None:
    elsewhere = decided(
        facts(
            incident_area_code="E08000012",
            residence_area_code=NORTH_EAST_LINCOLNSHIRE,
            responsible_la_code=NORTH_EAST_LINCOLNSHIRE,
            children=[aged(9, "full_care_order")],
        )
    )
    (policy,) = elsewhere["local_policies"]
    assert (policy["policy"], policy["obligations"]) == ("north-east-lincolnshire-copy", [])


def test_where_no_office_is_held_a_person_has_to_find_it() -> None:
    (copies,) = [one for one in policies_without_conditions() if COPY in one.asks]
    found = evaluate(CASE, 1, [child()], directory)
    asked = asked_locally([child()], found, [copies])
    (one,) = with_copies(asked, CASE, 1, found, date(2026, 3, 4), directory)
    assert one.owed == ()
    (sought,) = one.sought
    assert (sought.who, sought.area, sought.row) == (
        "partnership_office",
        "E08000012",
        "north-east-lincolnshire-copy",
    )


def test_a_copy_follows_where_the_page_of_the_notifying_area_asks_for_one_alone() -> None:
    found = evaluate(CASE, 1, [child()], directory)
    asks = asked_locally([child()], found, policies_without_conditions())
    (copies,) = [one for one in asks if COPY in one.policy.asks]
    others = [one for one in asks if COPY not in one.policy.asks]
    elsewhere = replace(copies, areas=(DARLINGTON,))
    without = (elsewhere, *others)
    assert others
    assert with_copies(without, CASE, 1, found, date(2026, 3, 4), directory) == without


def test_what_is_owed_is_what_the_criteria_ask_for_and_then_the_copies() -> None:
    here = child(**dict.fromkeys(("incident_area", "residence_area"), NORTH_EAST_LINCOLNSHIRE))
    found = evaluate(CASE, 1, [here], directory)
    local = with_copies(asked_locally([here], found), CASE, 1, found, date(2026, 3, 4), directory)
    *statutory, copy = all_owed(found, local)
    assert statutory == list(found.obligations)
    assert (copy.recipient, copy.limit_rule) == (OFFICE, "OFFICE")


def test_a_policy_asks_in_its_own_areas_only() -> None:
    assert asked(in_area("E08000012", **IN_A_HOME)) == []
    assert asked(in_area(DARLINGTON, **OF_ONE_LOOKED_AFTER)) == []


def test_a_policy_that_was_not_read_again_says_so() -> None:
    (asks,) = in_area(NORTHUMBERLAND, **IN_A_HOME)["local_policies"]
    assert asks["confirmed"] is False
    assert {one["id"] for one in asks["sources"]} == {"NORTHUMBERLAND-PAGE", "MANCHESTER-PAGE"}


def test_a_policy_asks_nothing_of_who_harmed_another_child() -> None:
    children = [
        aged(9, part="alleged_perpetrator", legal_status="full_care_order"),
        aged(9),
    ]
    assert asked(in_area(CROYDON, abuse_neglect_status="not_suspected", children=children)) == []


def test_a_policy_asks_from_its_first_to_its_last_day() -> None:
    (first, *_) = policies_without_conditions()
    dated = first.model_copy(update={"first_day": date(2026, 3, 3), "last_day": date(2026, 3, 5)})
    days = [date(2026, 3, day) for day in (2, 3, 5, 6)]
    cases = [child(decided_on=day) for day in days]
    found = [asked_locally([one], evaluate(CASE, 1, [one], directory), [dated]) for one in cases]
    assert [bool(one) for one in found] == [False, True, True, False]


def policies_without_conditions() -> list[Any]:
    """Every policy, asking of every child in Liverpool."""
    always = {"fact": "in_england", "in": [True]}
    return [
        one.model_validate_json(
            json.dumps(
                one.model_dump(mode="json", by_alias=True, exclude={"when"})
                | {"areas": ["E08000012"], "when": always}
            )
        )
        for one in bundled().policies
    ]


@pytest.mark.parametrize("facts_", [child(), child(abuse_neglect=AbuseNeglectStatus.NOT_SUSPECTED)])
def test_no_policy_can_change_what_the_statute_answers(facts_: CaseFacts) -> None:
    before = evaluate(CASE, 1, [facts_], directory)
    found = asked_locally([facts_], before, policies_without_conditions())
    assert len(found) == len(bundled().policies)
    assert not any(one.statutory for one in found)
    assert evaluate(CASE, 1, [facts_], directory) == before


def test_the_answer_without_its_local_part_is_the_same_wherever_the_page_is() -> None:
    stated = facts(incident_area_code=DARLINGTON, residence_area_code=DARLINGTON, **IN_A_HOME)
    here = decision_of(json.dumps(stated).encode())
    elsewhere = decision_of(json.dumps(stated).replace(DARLINGTON, "E06000001").encode())
    assert here.pop("local_policies")
    assert elsewhere.pop("local_policies") == []
    assert json.dumps(here).replace(DARLINGTON, "E06000001") == json.dumps(elsewhere)
