"""A case goes to another authority when both say so. No due date moves by it."""

from collections.abc import Sequence

from services.intake import case_store, change_store
from services.intake.assess import known_of, publish_assessment
from services.intake.case_changes import Handover, handover
from services.intake.case_store import Group
from services.intake.commands import Answer
from services.intake.enter_stage import enter_stage, stage_now
from services.intake.stated_changes import AnswerTransfer, Transfer
from services.intake.stated_facts import StatedFacts
from shared.calendar.london import london_date
from shared.contracts.envelope import case_stream
from shared.contracts.event_codes import Stage
from shared.contracts.intake_events import IncidentTransferred, ObligationOwed
from shared.messaging.audit import audit
from shared.messaging.outbox import emit
from shared.messaging.store import Row, Tx
from shared.reference.directory import la_of, seats_held
from shared.reference.errors import UnknownReference
from shared.web.machine_caller import Caller
from shared.web.problem import Problem


async def propose(tx: Tx, group: Group, said: Transfer, by: str) -> Answer:
    """The owner proposes; nothing changes until the other authority accepts.

    Raises Refused: `not_in_this_stage`, `merged`, `same_area`; Problem 409 `already_proposed`,
    422 `unknown_area`.
    """
    survivor = group.survivor
    _told(tx, group, await stage_now(tx, group), said.to_area, ())
    if await change_store.open_transfer(tx, survivor["case_id"]):
        raise Problem("already_proposed", 409, detail="The other authority has yet to answer.")
    record = said.model_dump_json().encode()
    await change_store.propose_transfer(
        tx, survivor["case_id"], said.to_area, said.reason, by, record
    )
    await audit(tx, "transfer.proposed", str(survivor["case_id"]), to=said.to_area)
    version = await case_store.count_change(tx, survivor["case_id"])
    return Answer(202, {"case_id": str(survivor["case_id"]), "version": version})


async def asked_to_take(tx: Tx, group: Group, caller: Caller) -> bool:
    """Whether the case was proposed to this authority, which may then answer."""
    proposed = await change_store.open_transfer(tx, group.survivor["case_id"])
    return proposed is not None and caller.organisation == la_of(proposed["to_area"])


async def answer(tx: Tx, group: Group, said: AnswerTransfer, by: str) -> Answer:
    """The other authority accepts, and owns the case from now on, or refuses.

    Raises Refused: `not_in_this_stage`, `merged`; Problem 404 `transfer_not_found`.
    """
    case_id = group.survivor["case_id"]
    proposed = await change_store.open_transfer(tx, case_id)
    if proposed is None or by != la_of(proposed["to_area"]):
        raise Problem("transfer_not_found", 404)
    await change_store.answer_transfer(tx, case_id, proposed["number"], said.answer, by)
    if said.answer == "accepted":
        await _hand_over(tx, group, proposed, said, by)
    await audit(tx, f"transfer.{said.answer}", str(case_id))
    version = await case_store.count_change(tx, case_id)
    return Answer(200, {"case_id": str(case_id), "version": version})


async def _hand_over(tx: Tx, group: Group, proposed: Row, said: AnswerTransfer, by: str) -> None:
    case_id, cycle = group.survivor["case_id"], group.survivor["cycle"]
    from_area, to_area = group.survivor["owner_area"], proposed["to_area"]
    stage = await stage_now(tx, group)
    await change_store.set_owner(tx, case_id, to_area)
    if proposed["reason"] == "area_corrected":
        corrected = StatedFacts(incident_area=to_area)
        await case_store.insert_statement(tx, case_id, cycle, by, corrected)
    moved = (await case_store.lock_groups(tx, [case_id]))[case_id]
    known = await known_of(tx, moved)
    event = IncidentTransferred(
        cycle=cycle,
        reason=proposed["reason"],
        from_area=from_area,
        to_area=to_area,
        proposed_at=proposed["proposed_at"],
        accepted_at=tx.now,
        other_areas=list(known.awareness.other_areas),
        obligations=_told(tx, group, stage, to_area, known.evaluation().rows),
    )
    record = said.model_dump_json().encode()
    await change_store.insert_change(
        tx, case_id, cycle, "transferred", proposed["reason"], by, (), record
    )
    await emit(tx, event, case_stream(case_id), happened_at=tx.now)
    await publish_assessment(tx, case_id)
    await enter_stage(tx, case_id)


def _told(
    tx: Tx, group: Group, stage: Stage | None, to_area: str, rows: Sequence[str]
) -> list[ObligationOwed]:
    survivor, today = group.survivor, london_date(tx.now)
    from_area = survivor["owner_area"]
    try:
        seats = {area: seats_held(area, today) for area in (from_area, to_area)}
    except UnknownReference:
        raise Problem("unknown_area", 422) from None
    handed = Handover(
        survivor["case_id"], survivor["cycle"], from_area, to_area, tx.now, tuple(rows)
    )
    return handover(stage, handed, seats)
