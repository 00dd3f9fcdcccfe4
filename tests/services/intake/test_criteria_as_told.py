"""Every date, code, number and flag of the criteria stands in a text that a person has read.

Whoever changes the data changes the text beside it, and both are looked at together.
"""

import difflib
import json
from pathlib import Path

import pytest

from services.intake import criteria_rows, facts_file, local_policy, sources
from services.intake.criteria_rows import Criteria
from services.intake.facts_file import read_facts
from services.intake.local_policy import LocalPolicies
from services.intake.sources import Sources
from shared.contracts.strict_json import Invalid
from tests.services.intake.stated_incidents import BABY, facts
from tests.services.intake.told_criteria import told

AS_TOLD = Path(__file__).with_name("criteria_as_told.txt")
NOT_LOOKED_AT = {
    "incident": "report_id reporter_agency_type reporter_org_id reporter_name role phone email "
    "incident_time date_certainty incident_address harm_types siblings household_members parents "
    "alleged_perpetrators immediate_safety_actions case_outline media_interest parallel_processes "
    "rr_threshold_met linked_notification_ids late_reason attachments",
    "child": "surname forenames other_names nhs_number upn la_child_id consistent_identifier sex "
    "gender ethnicity disability health religion first_language interpreter_needed cp_plan_status "
    "cp_category known_to_agencies vulnerability_factors education_status injuries condition_now",
}


def test_the_data_is_what_the_text_beside_it_tells() -> None:
    found = told(
        Criteria.model_validate_json(criteria_rows.BUNDLED.read_bytes()),
        Sources.model_validate_json(sources.BUNDLED.read_bytes()),
        LocalPolicies.model_validate_json(local_policy.BUNDLED.read_bytes()),
    )
    expected = AS_TOLD.read_text(encoding="utf-8")
    differences = difflib.unified_diff(expected.splitlines(), found.splitlines(), n=0)
    assert found == expected, "\n".join(differences)


@pytest.mark.parametrize("field", NOT_LOOKED_AT["incident"].split())
def test_a_field_of_the_incident_that_decides_nothing_may_stand_there(field: str) -> None:
    assert read_facts(facts(**{field: ["whatever"]})) == read_facts(facts())


@pytest.mark.parametrize("field", NOT_LOOKED_AT["child"].split())
def test_a_field_of_the_child_that_decides_nothing_may_stand_there(field: str) -> None:
    with_it = facts(children=[BABY | {field: ["whatever"]}])
    assert read_facts(with_it) == read_facts(facts(children=[BABY]))


def test_no_other_field_is_passed_over() -> None:
    path = Path(facts_file.__file__).with_name("criteria") / "fields_not_looked_at.json"
    held = json.loads(path.read_text(encoding="utf-8"))
    assert held == {where: names.split() for where, names in NOT_LOOKED_AT.items()}
    with pytest.raises(Invalid):
        read_facts(facts(surname="Zebedee"))
