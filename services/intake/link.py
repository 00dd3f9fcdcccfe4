"""A person says that two reports are about the same incident, or that they are not."""

from uuid import UUID

from services.intake import case_store
from services.intake.assess import publish_assessment
from services.intake.case_store import Group
from services.intake.commands import Answer
from services.intake.enter_stage import enter_merged, enter_stage
from shared.calendar.london import london_date
from shared.contracts.envelope import case_stream
from shared.contracts.intake_events import IncidentLinked
from shared.messaging.audit import audit
from shared.messaging.outbox import emit
from shared.messaging.store import Tx
from shared.reference.succession import standing_areas
from shared.telemetry.tracing import Tracing, case_root
from shared.web.problem import Problem


async def link(tx: Tx, tracing: Tracing, group: Group, loser_id: UUID, by: str) -> Answer:
    """Links a loser to this case; both are locked. The earliest clock start of the group counts.

    The loser's stream ends with the link. Raises Problem: 404, 409 `loser_is_merged`,
    `loser_has_losers`, `loser_decided`, 422 `same_case`.
    """
    survivor = group.survivor
    if loser_id == survivor["case_id"]:
        raise Problem("same_case", 422)
    losers = await case_store.lock_groups(tx, [loser_id])
    loser_group = losers.get(loser_id)
    today = london_date(tx.now)
    area = standing_areas(survivor["owner_area"], today)
    if loser_group is None or standing_areas(loser_group.asked["owner_area"], today) != area:
        raise Problem("case_not_found", 404)
    if loser_group.asked["synthetic"] != survivor["synthetic"]:
        raise Problem("case_not_found", 404)
    loser = loser_group.asked
    if loser["survivor"] == survivor["case_id"]:
        return Answer(200, {"case_id": str(survivor["case_id"]), "version": survivor["version"]})
    if loser["survivor"] is not None:
        raise Problem("loser_is_merged", 409)
    if loser_group.losers:
        raise Problem("loser_has_losers", 409, detail="Link its cases to this one first.")
    if loser["decided_cycle"] is not None:
        raise Problem("loser_decided", 409, detail="Make the decided case the survivor.")
    await case_store.answer_candidates(tx, group.ids, [loser_id], "same", by)
    with tracing.span(
        "link to survivor",
        parent=case_root(loser_id),
        links=(case_root(survivor["case_id"]),),
        attributes={"vigil.survivor.id": str(survivor["case_id"])},
    ):
        await enter_merged(tx, loser_id, loser["cycle"])
        await emit(
            tx,
            IncidentLinked(survivor=survivor["case_id"], reason="same_incident"),
            case_stream(loser_id),
            happened_at=tx.now,
        )
        await case_store.set_survivor(tx, loser_id, survivor["case_id"])
    await publish_assessment(tx, survivor["case_id"])
    await enter_stage(tx, survivor["case_id"])
    await audit(tx, "case.linked", str(loser_id), survivor=str(survivor["case_id"]))
    version = await case_store.count_change(tx, survivor["case_id"])
    return Answer(200, {"case_id": str(survivor["case_id"]), "version": version})


async def answer_not_the_same(tx: Tx, group: Group, other: UUID, by: str) -> Answer:
    """Says that a candidate is another incident. Raises Problem 404 `candidate_not_found`."""
    others = await case_store.lock_groups(tx, [other])
    if other not in others or not await case_store.answer_candidates(
        tx, group.ids, others[other].ids, "not_the_same", by
    ):
        raise Problem("candidate_not_found", 404)
    await audit(tx, "candidate.not_the_same", str(group.survivor["case_id"]), other=str(other))
    version = await case_store.count_change(tx, group.survivor["case_id"])
    return Answer(200, {"case_id": str(group.survivor["case_id"]), "version": version})
