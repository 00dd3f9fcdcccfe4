"""The authority changes a case that stands: corrects it, withdraws it, opens it again."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.intake import case_store, change_store
from services.intake.assess import Known, known_of, publish_assessment
from services.intake.case_changes import (
    Correction,
    correction,
    held_by,
    newly_owed,
    reopening,
    withdrawal,
)
from services.intake.case_flow import Refused
from services.intake.case_store import Group
from services.intake.commands import Answer
from services.intake.enter_stage import enter_stage, stage_now
from services.intake.local_policy import LIMIT_OF_COPY, all_owed
from services.intake.positions import standing_of
from services.intake.stated_changes import Correct, Reopen, Withdraw
from services.intake.transfer import take
from shared.calendar.london import london_date
from shared.contracts.envelope import case_stream
from shared.contracts.event_codes import Decision, RecipientKind
from shared.contracts.intake_events import (
    IncidentCorrected,
    IncidentDecided,
    IncidentReopened,
    IncidentTransferred,
    IncidentWithdrawn,
    ObligationOwed,
    PartnerPosition,
)
from shared.contracts.payload import Payload
from shared.contracts.strict_json import FieldFault
from shared.messaging.audit import audit
from shared.messaging.facts import of_type, own_facts_of
from shared.messaging.outbox import emit
from shared.messaging.store import Tx
from shared.reference.directory import seats_held
from shared.web.problem import Problem


@dataclass(frozen=True)
class Decided:
    """What this cycle owes so far, and everybody who was to be told of anything in it."""

    decision: Decision
    owed: tuple[ObligationOwed, ...]
    to_be_told: tuple[ObligationOwed, ...]


_DETAIL = {
    "not_in_this_stage": "The case is in a stage in which this is not possible: read it again.",
    "merged": "This case was linked to another; read the case to see which.",
    "nothing_changes": "Everything that was sent is held already.",
    "transfer_required": "Another area of the incident is another owner: propose a transfer.",
    "in_the_future": "Send instants that have passed.",
    "still_open": "Something of this case is still to be done: see the errors.",
    "partner_disagrees": "The partners close a case together.",
    "before_the_criteria": "There are no criteria before 29 June 2018.",
    "same_area": "The case belongs to that area already.",
}
_CONFLICTS = frozenset({"not_in_this_stage", "merged", "still_open"})


def problem_of(refused: Refused) -> Problem:
    status = 409 if refused.code in _CONFLICTS else 422
    faults = [FieldFault(place, code) for place, code in refused.because]
    return Problem(refused.code, status, detail=_DETAIL.get(refused.code), errors=faults)


async def correct(tx: Tx, group: Group, said: Correct, by: str) -> Answer:
    """Keeps what is corrected beside what was held, and publishes both with what follows.

    Raises Refused as `correction`; NoRuleSet for a clock before there were criteria.
    """
    case_id, cycle = group.survivor["case_id"], group.survivor["cycle"]
    stage = await stage_now(tx, group)
    before = await known_of(tx, group)
    held = held_by(before.facts, before.awareness)
    found = correction(stage, held, said.facts, details=bool(said.details))
    record = said.model_dump_json().encode()
    number = await change_store.insert_change(
        tx, case_id, cycle, "corrected", said.reason, by, found.changed, record
    )
    if found.changed:
        await case_store.insert_statement(tx, case_id, cycle, by, said.facts)
    after = await known_of(tx, group)
    event = _corrected(tx, after, said, found, number, await _decided(tx, group))
    await emit(tx, event, case_stream(case_id), happened_at=tx.now)
    if found.changed:
        await publish_assessment(tx, case_id)
    await enter_stage(tx, case_id)
    await audit(tx, "case.corrected", str(case_id), reason=said.reason)
    return Answer(200, await answer_with(tx, group, event))


async def withdraw(tx: Tx, group: Group, said: Withdraw, by: str) -> Answer:
    """Ends this cycle because its criteria proved unmet.

    Raises Refused as `withdrawal`; Problem 422 `not_a_partner`.
    """
    survivor = group.survivor
    case_id, cycle = survivor["case_id"], survivor["cycle"]
    seats = seats_held(survivor["owner_area"], london_date(tx.now))
    refuse_strangers(standing_of(said.positions, seats).strangers)
    decided = await _decided(tx, group)
    found = withdrawal(
        await stage_now(tx, group), case_id, cycle, decided.to_be_told if decided else ()
    )
    event = IncidentWithdrawn(
        cycle=cycle,
        reason=said.reason,
        withdrawn_at=tx.now,
        from_stage=found.from_stage,
        positions=[
            PartnerPosition(kind=one.kind, organisation=one.organisation, position=one.position)
            for one in said.positions
        ],
        panel_acknowledges=found.panel_acknowledges,
        obligations=list(found.obligations),
    )
    record = said.model_dump_json().encode()
    await change_store.insert_change(tx, case_id, cycle, "withdrawn", said.reason, by, (), record)
    await emit(tx, event, case_stream(case_id), happened_at=tx.now)
    await enter_stage(tx, case_id)
    await audit(tx, "case.withdrawn", str(case_id), reason=said.reason)
    return Answer(200, await answer_with(tx, group, event))


async def reopen(tx: Tx, group: Group, said: Reopen, by: str) -> Answer:
    """Begins a new cycle with a clock of its own. Raises Refused as `reopening`; Problem 409
    `successor_to_be_chosen`."""
    case_id = group.survivor["case_id"]
    stage = await stage_now(tx, group)
    known = await known_of(tx, group)
    begun = reopening(stage, group.survivor["cycle"], known.awareness, said.facts, tx.now)
    record = said.model_dump_json().encode()
    await change_store.insert_change(
        tx, case_id, begun.cycle, "reopened", said.reason, by, (), record
    )
    await change_store.begin_cycle(tx, case_id, begun.cycle)
    await case_store.insert_statement(tx, case_id, begun.cycle, by, said.facts)
    event = IncidentReopened(
        cycle=begun.cycle,
        reason=said.reason,
        reopened_at=tx.now,
        from_stage=begun.from_stage,
        la_incident_aware_at=said.facts.la_incident_aware_at
        or known.awareness.la_incident_aware_at,
        la_criteria_known_at=begun.la_criteria_known_at,
        clock_start=begun.clock_start,
        owner_area=known.awareness.owner_area,
    )
    await emit(tx, event, case_stream(case_id), happened_at=tx.now)
    await publish_assessment(tx, case_id)
    await enter_stage(tx, case_id)
    begun_anew = (await case_store.lock_groups(tx, [case_id]))[case_id]
    await take(tx, begun_anew, by, said.explanation)
    await audit(tx, "case.reopened", str(case_id), reason=said.reason, cycle=begun.cycle)
    return Answer(200, await answer_with(tx, group, event))


def _corrected(
    tx: Tx,
    known: Known,
    said: Correct,
    found: Correction,
    number: int,
    decided: Decided | None,
) -> IncidentCorrected:
    """Obligations only once the case was decided: before that nothing is owed."""
    evaluation = known.evaluation()
    awareness = known.awareness
    asked = all_owed(evaluation, known.asked_locally(evaluation))
    if decided:
        asked = [one for one in asked if _of_what_was_submitted(one, decided)]
    owed = newly_owed(decided.owed, asked, decided.decision) if decided else []
    return IncidentCorrected(
        cycle=known.group.survivor["cycle"],
        number=number,
        reason=said.reason,
        corrected_at=tx.now,
        changed=list(found.changed),
        details_changed=sorted({one.detail for one in said.details}),
        clock_changed=found.clock_changed,
        la_incident_aware_at=awareness.la_incident_aware_at,
        la_criteria_known_at=awareness.la_criteria_known_at,
        clock_start=awareness.clock_start,
        owner_area=awareness.owner_area,
        other_areas=list(evaluation.other_areas),
        rule_set=evaluation.rule_set,
        rows=list(evaluation.rows),
        suggestion=evaluation.suggestion,
        obligations=owed,
    )


def _of_what_was_submitted(owed: ObligationOwed, decided: Decided) -> bool:
    """A local page asks the authority that told the Panel for a copy of what it submitted."""
    told = {one.area for one in decided.owed if one.recipient_kind is RecipientKind.PANEL}
    return owed.limit_rule != LIMIT_OF_COPY or owed.area in told


async def _decided(tx: Tx, group: Group) -> Decided | None:
    """None while this cycle is not decided."""
    own = await own_facts_of(tx, [group.survivor["case_id"]])
    cycle = group.survivor["cycle"]
    decided = [data for _, data in of_type(own, IncidentDecided) if data.cycle == cycle]
    if not decided:
        return None
    added = [data for _, data in of_type(own, IncidentCorrected) if data.cycle == cycle]
    handed = [data for _, data in of_type(own, IncidentTransferred) if data.cycle == cycle]
    lists = [data.obligations for data in decided] + [data.obligations for data in added]
    owed = tuple(one for obligations in lists for one in obligations)
    told = tuple(one for data in handed for one in data.obligations)
    return Decided(decided[-1].decision, owed, (*owed, *told))


def refuse_strangers(places: Sequence[int]) -> None:
    if places:
        faults = [FieldFault(f"/positions/{n}/organisation", "not_a_partner") for n in places]
        raise Problem("not_a_partner", 422, errors=faults)


async def answer_with(tx: Tx, group: Group, event: Payload) -> dict[str, object]:
    """What was published, with the version of the case after it."""
    case_id = group.survivor["case_id"]
    version = await case_store.count_change(tx, case_id)
    return {"case_id": str(case_id), "version": version, **event.model_dump(mode="json")}
