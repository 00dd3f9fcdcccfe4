"""Publishes a case's stage when it has changed. Never a step back: a new revision instead."""

from collections.abc import Sequence
from uuid import UUID

from services.intake import case_store
from services.intake.case_store import Group
from services.intake.stage import StageEntered, next_revision, stage_of
from shared.contracts.envelope import case_stream
from shared.contracts.event_codes import Stage
from shared.contracts.intake_events import CaseStageEntered
from shared.messaging.facts import Fact, facts_of, of_type, own_facts_of
from shared.messaging.outbox import emit
from shared.messaging.store import Tx


async def enter_stage(tx: Tx, case_id: UUID) -> None:
    """Derives the stage from all facts of the case's group, which it locks."""
    groups = await case_store.lock_groups(tx, [case_id])
    if case_id in groups:
        await enter_stage_of(tx, groups[case_id])


async def enter_stage_of(tx: Tx, group: Group) -> None:
    """The same for a group that is locked already and has not been changed since."""
    survivor, cycle = group.survivor["case_id"], group.survivor["cycle"]
    own = await own_facts_of(tx, [survivor])
    derived = stage_of([*own, *await facts_of(tx, group.ids)], cycle)
    if derived is not None:
        await _publish(tx, survivor, cycle, derived, own)


async def stage_now(tx: Tx, group: Group) -> Stage | None:
    """The stage of the case that stands for the group, whose locks the caller holds."""
    own = await own_facts_of(tx, [group.survivor["case_id"]])
    known = [*own, *await facts_of(tx, group.ids)]
    derived = stage_of(known, group.survivor["cycle"])
    return derived.stage if derived else None


async def enter_merged(tx: Tx, case_id: UUID, cycle: int) -> None:
    """The last stage of a case that is being linked to another, before its link."""
    own = await own_facts_of(tx, [case_id])
    await _publish(tx, case_id, cycle, StageEntered(Stage.MERGED, tx.now), own)


async def _publish(
    tx: Tx, case_id: UUID, cycle: int, entered: StageEntered, own: Sequence[Fact]
) -> None:
    """Adds the next revision to the case's stream, unless the stage is the one it is in."""
    said = next_revision(own, cycle, entered)
    if said is not None:
        revision = f"{cycle}|{said.revision}"
        stream = case_stream(case_id)
        await emit(tx, said, stream, happened_at=entered.entered_at, about=revision)


async def stages_of(tx: Tx, case_ids: list[UUID]) -> dict[UUID, Stage]:
    """The stage last published of each case."""
    own = await own_facts_of(tx, case_ids)
    latest: dict[UUID, CaseStageEntered] = {}
    for fact, data in of_type(own, CaseStageEntered):
        known = latest.get(fact.case_id)
        if known is None or (data.cycle, data.revision) > (known.cycle, known.revision):
            latest[fact.case_id] = data
    return {case_id: data.stage for case_id, data in latest.items()}
