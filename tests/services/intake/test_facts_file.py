"""What may be said of an incident, in which words, and when its clock starts by what is said."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from services.intake.facts_file import FactsFile, read_facts
from shared.contracts.report_codes import Outcome
from tests.services.intake.stated_incidents import BABY, SERIOUS, decided, facts, rows

AWARE = "2019-06-05T10:00:00Z"
UNBORN = {"unborn": True, "unborn_counted_as_child": True}
DOMAINS = "mental_health intellectual emotional social behavioural physical_health"


def clock(**changes: Any) -> dict[str, Any]:
    """Of an authority that states when it knew of the incident, and no more about itself."""
    found: dict[str, Any] = decided(facts(la_criteria_known_at=None, **changes))["clock"]
    return found


def test_an_account_of_both_limbs_starts_the_clock_when_the_authority_hears_it() -> None:
    assert clock()["clock_start"] == AWARE
    assert clock(outcome="died", abuse_neglect_status="known")["clock_start"] == AWARE


@pytest.mark.parametrize(
    "missing",
    [
        {"abuse_neglect_status": "unknown"},
        {"abuse_neglect_status": "not_suspected"},
        {"outcome": "near_miss"},
        {"outcome": "harmed_not_serious"},
    ],
)
def test_an_account_of_one_limb_starts_no_clock(missing: dict[str, str]) -> None:
    assert clock(**missing)["clock_start"] is None


def test_what_is_said_of_one_of_the_children_is_said_with_the_account() -> None:
    suspected = BABY | {"abuse_neglect_status": "suspected"}
    of_one = {"abuse_neglect_status": "not_suspected", "children": [BABY, suspected]}
    assert clock(**of_one)["clock_start"] == AWARE
    died = {"outcome": "near_miss", "children": [BABY, BABY | {"outcome": "died"}]}
    assert clock(**died)["clock_start"] == AWARE


def test_without_the_authoritys_own_awareness_there_is_no_clock() -> None:
    answer = decided(facts(la_incident_aware_at=None))
    assert answer["clock"]["clock_start"] is None


def test_while_no_clock_runs_the_day_is_that_on_which_the_authority_knew() -> None:
    without_clock = {"abuse_neglect_status": "unknown", "incident_date": "2019-06-04"}
    assert clock(**without_clock)["decided_on"] == "2019-06-05"
    assert clock(**without_clock, la_incident_aware_at=None)["decided_on"] == "2019-06-04"


def test_a_case_that_was_not_reopened_is_in_its_first_cycle() -> None:
    named = {"case_id": "19dba115-c6ff-4fd5-a3fe-800f5d010f96"}
    first, again, reopened = (
        {one["obligation_id"] for one in decided(facts(**named, **cycle))["obligations"]}
        for cycle in ({}, {"cycle": 1}, {"cycle": 2})
    )
    assert first == again
    assert first.isdisjoint(reopened)


def test_nobody_is_told_to_ring_999_without_being_told_of_danger() -> None:
    assert decided(facts())["call_999"] is False


@pytest.mark.parametrize("domain", DOMAINS.split())
def test_any_domain_of_harm_that_the_guidance_names_may_be_impaired(domain: str) -> None:
    assert decided(facts(serious_harm=SERIOUS | {"domains": [domain]}))["rapid_review"] is True


@pytest.mark.parametrize(
    ("certainty", "missing"), [("certain", []), ("likely", []), ("unknown", ["certainty"])]
)
def test_how_sure_long_term_harm_is_may_be_said(certainty: str, missing: list[str]) -> None:
    lasting = {"domains": ["emotional"], "qualifiers": ["long_term"], "certainty": certainty}
    (harm,) = decided(facts(serious_harm=lasting))["serious_harm"]
    assert (harm["decision"], harm["prepared"]["missing"]) == ("undetermined", missing)


@pytest.mark.parametrize(
    ("said", "row"),
    [
        (BABY | {"birth": "live"}, "N2"),
        (UNBORN | {"birth": "not_yet"}, "N2"),
        ({"birth": "stillbirth"}, "N15"),
        ({"birth": "lawful_termination"}, "N15"),
        (BABY | {"part": "harmed"}, "N2"),
    ],
)
def test_a_childs_birth_and_part_are_said_in_these_words(said: dict[str, Any], row: str) -> None:
    assert rows(decided(facts(children=[said]))) == [row]


def test_facts_that_were_read_stay_as_they_were_said() -> None:
    said = read_facts(facts())
    with pytest.raises(ValidationError):
        said.outcome = Outcome.DIED  # type: ignore[misc]


def test_facts_are_silent_about_their_values_wherever_they_are_printed() -> None:
    said = read_facts(facts(serious_harm=SERIOUS | {"reasons": "Zebedee"}))
    assert (repr(said), str(said.serious_harm)) == ("FactsFile(…)", "HarmSaid(…)")
    with pytest.raises(ValidationError) as refused:
        FactsFile.model_validate_json(json.dumps(facts(outcome="Zebedee")))
    assert "Zebedee" not in str(refused.value)
