"""The authority decides, with its partners' positions. What follows is computed, not decided."""

from collections.abc import Sequence
from typing import Any

from services.intake import case_store
from services.intake.assess import Known, known_of, publish_assessment
from services.intake.case_store import Group
from services.intake.commands import Answer
from services.intake.criteria import Evaluation
from services.intake.enter_stage import enter_stage
from services.intake.incident import incident_month, with_judgement
from services.intake.local_policy import Asked, all_owed
from services.intake.positions import Standing, standing_of
from services.intake.stated_facts import Decide
from shared.calendar.london import london_date
from shared.contracts.envelope import case_stream
from shared.contracts.event_codes import Decision
from shared.contracts.intake_events import IncidentDecided, PartnerPosition, RecipientSought
from shared.contracts.report_codes import Outcome
from shared.contracts.strict_json import FieldFault
from shared.messaging.audit import audit
from shared.messaging.outbox import emit
from shared.messaging.store import Tx
from shared.reference.directory import seats_held
from shared.web.problem import Problem


async def decide(tx: Tx, group: Group, said: Decide, content: bytes, by: str) -> Answer:
    """Records the decision of the present cycle and publishes it with its obligations.

    Raises Problem: 409 `already_decided`, `open_candidates`, `facts_unknown`; 422
    `judgement_required`, `not_a_partner`, `decision_contradicts_facts`.
    """
    survivor = group.survivor
    case_id, cycle = survivor["case_id"], survivor["cycle"]
    if survivor["decided_cycle"] == cycle:
        raise Problem("already_decided", 409)
    await _refuse_open_candidates(tx, group, said)
    standing = standing_of(said.positions, seats_held(survivor["owner_area"], london_date(tx.now)))
    _refuse_strangers(standing)
    stated = said.facts.model_dump(exclude_none=True)
    judgement = said.serious_harm.decision if said.serious_harm else None
    if stated or judgement:
        # The judgement counts for what is corrected later; by itself it changes no assessment.
        held = said.facts.model_copy(update={"serious_harm": judgement} if judgement else {})
        await case_store.insert_statement(tx, case_id, cycle, by, held)
    if stated:
        await publish_assessment(tx, case_id)
    known = await known_of(tx, group)
    facts = with_judgement(known.facts, judgement)
    if judgement is None and any(one.outcome is not Outcome.DIED for one in facts):
        raise Problem(
            "judgement_required",
            422,
            detail="Whether the harm was serious is for a person to judge, with reasons.",
            errors=[FieldFault("/serious_harm", "required")],
        )
    evaluation = known.evaluation(facts)
    _refuse_contradiction(said.decision, evaluation)
    local = known.asked_locally(evaluation, facts)
    version = await case_store.insert_decision(tx, case_id, cycle, by, said.decision, content)
    await emit(
        tx,
        _event(tx, known, said, evaluation, local, standing, version),
        case_stream(case_id),
        happened_at=tx.now,
    )
    await enter_stage(tx, case_id)
    await audit(tx, "case.decided", str(case_id), decision=said.decision, dissent=standing.dissent)
    changed = await case_store.set_decided(tx, case_id, cycle)
    return Answer(201, _answer(str(case_id), changed, evaluation, local, standing))


async def _refuse_open_candidates(tx: Tx, group: Group, said: Decide) -> None:
    if said.decision is Decision.NOT_NOTIFIABLE:
        return
    if await case_store.open_candidates(tx, group.ids):
        raise Problem(
            "open_candidates",
            409,
            detail="Say of each candidate whether it is the same incident, then decide.",
        )


def _refuse_strangers(standing: Standing) -> None:
    if standing.strangers:
        faults = [
            FieldFault(f"/positions/{place}/organisation", "not_a_partner")
            for place in standing.strangers
        ]
        raise Problem("not_a_partner", 422, errors=faults)


def _refuse_contradiction(decision: Decision, evaluation: Evaluation) -> None:
    suggestion = evaluation.suggestion
    if suggestion is None:
        raise Problem(
            "facts_unknown",
            409,
            detail="A fact that could make this notifiable is not known: state it, then decide.",
        )
    if decision is not suggestion:
        raise Problem(
            "decision_contradicts_facts",
            422,
            detail="The stated facts lead to another decision: correct the facts or the decision.",
            errors=[FieldFault("/decision", f"facts_say_{suggestion}")],
        )


def _event(
    tx: Tx,
    known: Known,
    said: Decide,
    evaluation: Evaluation,
    local: Sequence[Asked],
    standing: Standing,
    content_version: int,
) -> IncidentDecided:
    survivor = known.group.survivor
    awareness = known.awareness
    return IncidentDecided(
        cycle=survivor["cycle"],
        decision=said.decision,
        rows=list(evaluation.rows),
        obligations=all_owed(evaluation, local),
        rapid_review=evaluation.rapid_review,
        content_version=content_version,
        positions=[
            PartnerPosition(
                kind=position.kind,
                organisation=position.organisation,
                position=position.position,
            )
            for position in said.positions
        ],
        decided_at=tx.now,
        rule_set=evaluation.rule_set,
        owner_area=awareness.owner_area,
        other_areas=list(evaluation.other_areas),
        la_incident_aware_at=awareness.la_incident_aware_at,
        clock_start=awareness.clock_start,
        late_reason=said.late_reason,
        age_band=known.facts[0].age_band,
        nature=known.facts[0].outcome,
        incident_month=incident_month(known.reports),
        notifications=len(evaluation.notifications),
        escalated_to=list(standing.escalated_to),
        recipients_sought=_sought(evaluation, local),
    )


def _sought(evaluation: Evaluation, local: Sequence[Asked]) -> list[RecipientSought]:
    of_rows = [
        RecipientSought(row=one.row, who=one.who.value, area=one.area, limit_rule=one.limit_rule)
        for one in evaluation.unresolved
    ]
    return [*of_rows, *(seek for one in local for seek in one.sought)]


def _answer(
    case_id: str,
    version: int,
    evaluation: Evaluation,
    local: Sequence[Asked],
    standing: Standing,
) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "version": version,
        "rows": list(evaluation.rows),
        "rapid_review": evaluation.rapid_review,
        "obligations": [one.model_dump(mode="json") for one in all_owed(evaluation, local)],
        "unconfirmed_recipients": list(evaluation.unconfirmed),
        "recipients_sought": [one.model_dump(mode="json") for one in _sought(evaluation, local)],
        "notifications": len(evaluation.notifications),
        "learning_review_possible": evaluation.learning_review_possible,
        "dissenting": list(standing.dissenting),
        "escalated_to": list(standing.escalated_to),
        "local_policies": [one.policy.id for one in local],
    }
