"""The decisions of a drill are those that its facts lead to, under the rules of their day."""

import json
from datetime import date
from uuid import UUID, uuid4

import pytest

from deploy.drill import bodies
from deploy.drill.incident import Incident, Planned
from deploy.drill.plan import Plan, plan
from services.intake.criteria import Evaluation, evaluate
from services.intake.incident import ReceivedReport, awareness_in, facts_in, with_judgement
from services.intake.stated_facts import Decide
from shared.calendar.london import london_date
from shared.contracts.event_codes import RecipientKind
from shared.contracts.report import Report
from shared.contracts.strict_json import parse, validate
from shared.reference import directory

Decided = tuple[Incident, Planned, Decide, Evaluation]


@pytest.fixture(scope="module")
def decided() -> list[Decided]:
    planned = plan(date(2018, 6, 29), date(2024, 12, 31), 90, 11)
    acts = [act for act in planned.acts if act.act == "decide"]
    return [_decided(planned, act) for act in acts]


def _decided(planned: Plan, act: Planned) -> Decided:
    """What intake makes of the authority's report and its decision together."""
    incident, case_id = planned.incidents[act.incident - 1], uuid4()
    told = next(
        each for each in planned.acts if each.act == "report" and each.incident == act.incident
    )
    content = bodies.decision(incident, london_date(act.at), late=act.says["late"])
    said = validate(Decide, parse(json.dumps(content).encode()))
    by = bodies.partners(incident, london_date(told.at))[0]
    event = json.loads(bodies.report(incident, by, UUID(int=1), told.says["known_at"], told.at))
    read = validate(Report, parse(json.dumps(event["data"]).encode()))
    reports = [ReceivedReport(uuid4(), case_id, told.at, read)]
    awareness = awareness_in(case_id, reports, [said.facts])
    facts = facts_in(reports, [said.facts], awareness, act.at)
    judgement = said.serious_harm.decision if said.serious_harm else None
    return incident, act, said, evaluate(case_id, 1, with_judgement(facts, judgement), directory)


def test_every_decision_is_the_one_that_the_facts_lead_to(decided: list[Decided]) -> None:
    wrong = [
        (incident.number, incident.kind, said.decision, evaluation.suggestion)
        for incident, _, said, evaluation in decided
        if said.decision is not evaluation.suggestion
    ]
    assert not wrong


def test_a_review_follows_where_the_plan_has_one(decided: list[Decided]) -> None:
    for incident, _, _, evaluation in decided:
        notifiable = incident.kind in ("review", "forgotten", "withdrawn")
        assert evaluation.rapid_review is notifiable, incident
        kinds = {one.recipient_kind for one in evaluation.obligations}
        assert (RecipientKind.PANEL in kinds) is notifiable


def test_rules_are_those_of_the_day_and_the_switches_are_crossed(decided: list[Decided]) -> None:
    by_set = {evaluation.rule_set for *_, evaluation in decided}
    assert by_set == {"WT2018.0", "WT2018.1", "WT2018.2", "WT2023.0"}
    for incident, _, _, evaluation in decided:
        if incident.kind == "care_leaver":
            assert (evaluation.rule_set, "N8" in evaluation.rows) == ("WT2023.0", True)


def test_whoever_lives_elsewhere_has_partners_there_who_are_told(decided: list[Decided]) -> None:
    elsewhere = [one for one in decided if one[0].residence != one[0].area]
    assert elsewhere
    for incident, _, _, evaluation in elsewhere:
        told = {one.area for one in evaluation.obligations if one.limit_rule == "DL03"}
        assert incident.residence in told
