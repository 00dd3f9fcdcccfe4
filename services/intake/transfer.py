"""A case goes to another authority when both say so. No due date moves by it.

Of an authority that is no more nobody can say so: a successor takes the case by itself.
"""

from collections.abc import Sequence

from services.intake import case_store, change_store
from services.intake.assess import known_of, publish_assessment
from services.intake.case_changes import Handover, handover
from services.intake.case_store import Group
from services.intake.commands import Answer
from services.intake.enter_stage import enter_stage, stage_now
from services.intake.stated_changes import (
    AUTHORITY_ABOLISHED,
    PLACES_THE_INCIDENT,
    AnswerTransfer,
    Transfer,
)
from services.intake.stated_facts import StatedFacts
from services.intake.successors import owns, successors_of, to_be_chosen
from shared.calendar.london import london_date
from shared.contracts.envelope import case_stream
from shared.contracts.event_codes import Stage
from shared.contracts.intake_events import IncidentTransferred, ObligationOwed
from shared.messaging.audit import audit
from shared.messaging.outbox import emit
from shared.messaging.store import Row, Tx
from shared.reference.directory import la_of, seats_held
from shared.reference.errors import UnknownReference
from shared.reference.succession import standing_areas
from shared.web.machine_caller import Caller
from shared.web.problem import Problem


async def propose(tx: Tx, group: Group, said: Transfer, by: str) -> Answer:
    """The owner proposes; nothing changes until the other authority accepts. The successor of an
    authority that is no more takes the case for its own area at once.

    Raises Refused: `not_in_this_stage`, `merged`, `same_area`; Problem 409 `already_proposed`,
    `successor_to_be_chosen`, 422 `unknown_area`, `area_stands`.
    """
    survivor = group.survivor
    heirs = await successors_of(tx, group)
    if said.reason == AUTHORITY_ABOLISHED and not heirs:
        raise Problem("area_stands", 422, detail="Its authority has not been abolished.")
    divided = len(standing_areas(survivor["owner_area"], london_date(tx.now))) > 1
    if divided and said.to_area not in heirs:
        raise to_be_chosen(heirs)
    _told(tx, group, await stage_now(tx, group), said.to_area, ())
    if await change_store.open_transfer(tx, survivor["case_id"]):
        raise Problem("already_proposed", 409, detail="The other authority has yet to answer.")
    record = said.model_dump_json().encode()
    await change_store.propose_transfer(
        tx, survivor["case_id"], said.to_area, said.reason, by, record
    )
    await audit(tx, "transfer.proposed", str(survivor["case_id"]), to=said.to_area)
    if said.to_area in heirs and by == la_of(said.to_area):
        taken = await answer(tx, group, AnswerTransfer(answer="accepted"), by)
        return Answer(202, taken.body)
    version = await case_store.count_change(tx, survivor["case_id"])
    return Answer(202, {"case_id": str(survivor["case_id"]), "version": version})


async def take(tx: Tx, group: Group, by: str, explanation: str) -> None:
    """The successor that opens a case of a divided area again has it from now on; nothing is done
    for any other case. Raises as `propose`."""
    areas = standing_areas(group.survivor["owner_area"], london_date(tx.now))
    if len(areas) > 1:
        own = next(area for area in areas if la_of(area) == by)
        said = Transfer(to_area=own, reason=AUTHORITY_ABOLISHED, explanation=explanation)
        await propose(tx, group, said, by)


async def asked_to_take(tx: Tx, group: Group, caller: Caller) -> bool:
    """Whether the case was proposed to this authority, which may then answer."""
    proposed = await change_store.open_transfer(tx, group.survivor["case_id"])
    return proposed is not None and owns(
        caller.organisation, proposed["to_area"], london_date(tx.now)
    )


async def answer(tx: Tx, group: Group, said: AnswerTransfer, by: str) -> Answer:
    """The other authority accepts, and owns the case from now on, or refuses.

    Raises Refused: `not_in_this_stage`, `merged`; Problem 404 `transfer_not_found`, 409
    `successor_to_be_chosen`.
    """
    case_id = group.survivor["case_id"]
    proposed = await change_store.open_transfer(tx, case_id)
    if proposed is None or not owns(by, proposed["to_area"], london_date(tx.now)):
        raise Problem("transfer_not_found", 404)
    await change_store.answer_transfer(tx, case_id, proposed["number"], said.answer, by)
    if said.answer == "accepted":
        await _hand_over(tx, group, proposed, said, by)
    await audit(tx, f"transfer.{said.answer}", str(case_id))
    version = await case_store.count_change(tx, case_id)
    return Answer(200, {"case_id": str(case_id), "version": version})


async def _hand_over(tx: Tx, group: Group, proposed: Row, said: AnswerTransfer, by: str) -> None:
    case_id, cycle = group.survivor["case_id"], group.survivor["cycle"]
    today = london_date(tx.now)
    from_area, to_area = group.survivor["owner_area"], proposed["to_area"]
    if by != la_of(to_area):
        to_area = next(area for area in standing_areas(to_area, today) if la_of(area) == by)
    stage = await stage_now(tx, group)
    await change_store.set_owner(tx, case_id, to_area)
    if proposed["reason"] in PLACES_THE_INCIDENT:
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
        left = [area for area in standing_areas(from_area, today) if area != to_area]
        seats = {
            from_area: [seat for area in left for seat in seats_held(area, today)],
            to_area: seats_held(to_area, today),
        }
    except UnknownReference:
        raise Problem("unknown_area", 422) from None
    handed = Handover(
        survivor["case_id"], survivor["cycle"], from_area, to_area, tx.now, tuple(rows)
    )
    return handover(stage, handed, seats)
