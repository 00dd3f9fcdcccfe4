"""The authorities' decisions on the samples, and in what order their client works."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from deploy.samples.case_desk import CaseView
from deploy.samples.decide import by_precedence, cases_about, others_that_look_alike
from deploy.samples.decisions import decision_on
from deploy.samples.incidents import BARNET, INCIDENTS, LIVERPOOL, WIRRAL
from deploy.samples.kept import KeptSamples
from services.intake.criteria import Evaluation, evaluate
from services.intake.incident import ReceivedReport, awareness_in, facts_in, with_judgement
from services.intake.stated_facts import Decide
from shared.calendar.london import london_date
from shared.contracts.event_codes import RecipientKind
from shared.contracts.report import Report
from shared.contracts.strict_json import parse, validate
from shared.reference import directory

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
AUTHORITY = f"la-{LIVERPOOL}"


def said_about(incident: str) -> Decide:
    return validate(Decide, dict(decision_on(incident, london_date(NOW))))


def followed_from(incident: str, directory_: Path) -> Evaluation:
    """What intake makes of the reports and the decision together."""
    case_id, said = uuid4(), said_about(incident)
    reports = [
        ReceivedReport(uuid4(), case_id, NOW, validate(Report, parse(one.content.encode())))
        for one in KeptSamples(directory_).reports(NOW)
        if one.incident == incident
    ]
    awareness = awareness_in(case_id, reports, [said.facts])
    facts = facts_in(reports, [said.facts], awareness, NOW)
    judgement = said.serious_harm.decision if said.serious_harm else None
    return evaluate(case_id, 1, with_judgement(facts, judgement), directory)


@pytest.mark.parametrize(
    ("incident", "decision", "row", "rapid_review"),
    [
        ("toddler", "notifiable", "N2", True),
        ("collision", "not_notifiable", "N10", False),
        ("looked_after", "simple", "N5", False),
        ("away_from_home", "notifiable", "N4", True),
        ("late", "notifiable", "N1", True),
        ("dissent", "notifiable", "N2", True),
        ("two_reporters", "notifiable", "N2", True),
        ("died_later", "notifiable", "N2", True),
        ("withdrawn", "notifiable", "N2", True),
        ("corrected", "notifiable", "N1", True),
        ("care_leaver", "simple", "N8", False),
        ("placed_away", "notifiable", "N2", True),
        ("abroad", "notifiable", "N3", True),
    ],
)
def test_the_facts_lead_to_the_decision_that_is_made(
    tmp_path: Path, incident: str, decision: str, row: str, rapid_review: bool
) -> None:
    evaluation = followed_from(incident, tmp_path)
    assert evaluation.suggestion == said_about(incident).decision == decision
    assert row in evaluation.rows
    assert evaluation.rapid_review is rapid_review
    assert evaluation.unresolved == ()


def test_wirrals_partners_are_told_of_the_child_hurt_in_liverpool(tmp_path: Path) -> None:
    told = followed_from("away_from_home", tmp_path).obligations
    of_wirral = {one.recipient for one in told if one.area == WIRRAL}
    assert of_wirral == {f"la-{WIRRAL}", "police-merseyside", "icb-QYG"}


def test_the_panel_is_told_of_notifiable_samples_alone(tmp_path: Path) -> None:
    for incident in INCIDENTS.keys() - {"pupil"}:
        kinds = {one.recipient_kind for one in followed_from(incident, tmp_path).obligations}
        notifiable = said_about(incident).decision == "notifiable"
        assert (RecipientKind.PANEL in kinds) is notifiable


def test_only_the_late_decision_says_why_it_is_late() -> None:
    with_reason = {name for name in INCIDENTS if said_about(name).late_reason}
    assert with_reason == {"late"}


def test_positions_are_those_of_the_partners_of_the_area() -> None:
    positions = {one.kind: one.organisation for one in said_about("late").positions}
    assert positions == {
        "local_authority": f"la-{BARNET}",
        "health": "icb-Z9B2Z",
        "police": "police-metropolitan",
    }


def case(number: int, *reporters: str, **more: object) -> CaseView:
    """A case opened `number` minutes after the first."""
    reports = [
        {
            "organisation": reporter,
            "sender_report_id": f"report-{number}-{reporter}",
            "received_at": (NOW + timedelta(minutes=number)).isoformat(),
        }
        for reporter in reporters
    ]
    return CaseView.model_validate(
        {"case_id": UUID(int=number), "version": 1, "reports": reports, **more}
    )


def test_other_reports_are_linked_to_the_authoritys_own() -> None:
    police, own = case(1, "police-merseyside"), case(2, AUTHORITY)
    assert by_precedence([police, own], AUTHORITY)[0] == own


def test_a_decided_case_always_survives() -> None:
    decided = case(2, "police-merseyside", decision="notifiable")
    assert by_precedence([case(1, AUTHORITY), decided], AUTHORITY)[0] == decided


def test_a_linked_report_leads_to_the_case_that_goes_on() -> None:
    survivor = case(1, AUTHORITY)
    loser = case(2, "police-merseyside", survivor=survivor.case_id)
    stranger = case(3, "trust-northbank")
    about = cases_about([survivor, loser, stranger], frozenset(loser.report_ids))
    assert about == [survivor]


def test_a_candidate_of_a_linked_case_is_asked_about_once() -> None:
    other = UUID(int=9)
    survivor = case(1, AUTHORITY, open_candidates=[{"case_id": str(other)}])
    loser = case(
        2,
        "police-merseyside",
        survivor=survivor.case_id,
        open_candidates=[{"case_id": str(other)}, {"case_id": str(survivor.case_id)}],
    )
    assert others_that_look_alike([survivor, loser], survivor.case_id) == [other]
