"""By which day's rules a reported case is decided, and how many forms its children need."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.intake.criteria import Evaluation, evaluate
from services.intake.incident import ReceivedReport, awareness_in, facts_in, with_judgement
from services.intake.receive_report import Refused, read_report
from services.intake.serious_harm import SeriousHarm
from services.intake.stated_facts import StatedFacts
from shared.contracts.event_codes import Decision
from shared.contracts.report import Report
from shared.contracts.report_codes import AbuseNeglectStatus, Outcome
from shared.contracts.strict_json import validate
from shared.reference import directory

CASE = UUID("3a0f8d0e-6f0b-4a53-9a36-0d1b0e6a2c11")
LIVERPOOL = "E08000012"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def reported(aware_at: str, outcome: str, abuse: str, *children: dict[str, Any]) -> Report:
    """By the authority itself."""
    return validate(
        Report,
        {
            "reporter": {
                "agency_type": "local_authority",
                "organisation": f"la-{LIVERPOOL}",
                "name": "Sample Social Worker",
                "phone": "0151 496 0106",
            },
            "agency_aware_at": aware_at,
            "la_incident_aware_at": aware_at,
            "incident": {
                "date_certainty": "exact",
                "date": aware_at[:10],
                "location_type": "home",
                "area_code": LIVERPOOL,
            },
            "residence_area_code": LIVERPOOL,
            "responsible_la_code": LIVERPOOL,
            "outcome": outcome,
            "abuse_neglect_status": abuse,
            "children": list(children),
            "immediate_danger": False,
            "case_outline": "Invented.",
        },
    )


def evaluated(report: Report, said: StatedFacts) -> Evaluation:
    """As intake does when the authority decides, in November 2026."""
    reports = [ReceivedReport(CASE, CASE, NOW, report)]
    facts = facts_in(reports, [said], awareness_in(CASE, reports, [said]), NOW)
    return evaluate(CASE, 1, with_judgement(facts, said.serious_harm), directory)


def died_after_care(aware_at: str) -> Evaluation:
    young = {"surname": "Sample", "estimated_age": 22, "legal_status": "care_leaver"}
    said = StatedFacts(
        abuse_neglect=AbuseNeglectStatus.NOT_SUSPECTED, outcome=Outcome.DIED, care_leaver=True
    )
    return evaluated(reported(aware_at, "died", "not_suspected", young), said)


def test_without_a_clock_the_rules_are_those_of_the_day_the_authority_learnt_of_it() -> None:
    before = died_after_care("2020-01-15T10:00:00Z")
    assert (before.rule_set, before.suggestion) == ("WT2018.1", Decision.NOT_NOTIFIABLE)
    assert before.obligations == ()
    since = died_after_care("2024-03-04T10:00:00Z")
    assert (since.rule_set, since.suggestion) == ("WT2023.0", Decision.SIMPLE)


def test_what_was_learnt_before_there_were_criteria_is_decided_by_those_of_the_decision() -> None:
    found = died_after_care("2018-05-15T10:00:00Z")
    assert (found.rule_set, found.suggestion) == ("WT2023.0", Decision.SIMPLE)


def test_abuse_stated_at_the_decision_starts_its_clock_there_and_so_its_rules() -> None:
    young = {"surname": "Sample", "estimated_age": 4, "legal_status": "none"}
    report = reported("2018-08-20T10:00:00Z", "seriously_harmed", "unknown", young)
    said = StatedFacts(abuse_neglect=AbuseNeglectStatus.SUSPECTED, serious_harm=SeriousHarm.MET)
    assert evaluated(report, said).rule_set == "WT2023.0"


def test_a_report_of_a_clock_that_started_before_there_were_criteria_is_refused_by_a_code() -> None:
    young = {"surname": "Sample", "estimated_age": 4, "legal_status": "none"}
    content = reported("2018-05-15T10:00:00Z", "seriously_harmed", "suspected", young)
    with pytest.raises(Refused) as refused:
        read_report(content.model_dump(mode="json"), f"la-{LIVERPOOL}", NOW)
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [
        ("/la_incident_aware_at", "before_the_criteria")
    ]


def harmed_in_2018(**said: Any) -> Evaluation:
    children = [
        {"surname": "Sample", "estimated_age": age, "legal_status": "none"} for age in (3, 5)
    ]
    report = reported("2018-08-20T10:00:00Z", "seriously_harmed", "suspected", *children)
    return evaluated(report, StatedFacts(serious_harm=SeriousHarm.MET, **said))


def test_siblings_harmed_together_share_a_form_once_the_authority_says_that_they_are() -> None:
    assert len(harmed_in_2018().notifications) == 2, "nobody said that they are siblings"
    (one,) = harmed_in_2018(sibling_group="all").notifications
    assert one.children == (0, 1)
