"""The partners close a case of which nothing is left to do."""

from services.intake import change_store
from services.intake.case_flow import Refused
from services.intake.case_store import Group
from services.intake.change_case import answer_with, refuse_strangers
from services.intake.closing import actions_of, closing
from services.intake.commands import Answer
from services.intake.enter_stage import enter_stage, stage_now
from services.intake.positions import standing_of
from services.intake.stated_changes import Close
from shared.calendar.london import london_date
from shared.contracts.envelope import case_stream
from shared.contracts.event_codes import PartnerKind
from shared.contracts.intake_events import CaseClosed, PartnerPosition
from shared.messaging.audit import audit
from shared.messaging.facts import facts_of
from shared.messaging.outbox import emit
from shared.messaging.store import Tx
from shared.reference.directory import seats_held


async def close(tx: Tx, group: Group, said: Close, by: str) -> Answer:
    """Ends this cycle. What the timer has told of actions and has not been heard of here counts
    as not told: who closed an action a moment ago sends the command again.

    Raises Refused as `closing`, and `partner_disagrees`; Problem 422 `not_a_partner`.
    """
    survivor = group.survivor
    case_id, cycle = survivor["case_id"], survivor["cycle"]
    standing = standing_of(said.positions, seats_held(survivor["owner_area"], london_date(tx.now)))
    refuse_strangers(standing.strangers)
    found = closing(
        await stage_now(tx, group),
        actions_of(await facts_of(tx, group.ids), cycle),
    )
    _refuse_dissent(said, standing.dissenting)
    event = CaseClosed(
        cycle=cycle,
        reason=said.reason,
        closed_at=tx.now,
        from_stage=found.from_stage,
        positions=[
            PartnerPosition(kind=one.kind, organisation=one.organisation, position=one.position)
            for one in said.positions
        ],
        scrutineer=said.scrutineer.position,
        actions=found.actions,
    )
    record = said.model_dump_json().encode()
    await change_store.insert_change(tx, case_id, cycle, "closed", said.reason, by, (), record)
    await emit(tx, event, case_stream(case_id), happened_at=tx.now)
    await enter_stage(tx, case_id)
    await audit(tx, "case.closed", str(case_id), reason=said.reason)
    return Answer(200, await answer_with(tx, group, event))


def _refuse_dissent(said: Close, dissenting: tuple[PartnerKind, ...]) -> None:
    if dissenting:
        places = [n for n, one in enumerate(said.positions) if one.kind in dissenting]
        because = [(f"/positions/{n}/position", "partner_disagrees") for n in places]
        raise Refused("partner_disagrees", because=because)
