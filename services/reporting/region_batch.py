"""One batch of one region: what may be told is told in random order, what may not waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from secrets import SystemRandom
from uuid import UUID

from services.reporting import region_batch_store, region_store
from services.reporting.region_batch_store import Waiting
from services.reporting.region_rests import Standing
from shared.contracts.region_events import SHARED_MODELS, SharedPayload
from shared.contracts.region_topics import (
    action_ref_subject,
    case_ref_subject,
    shared_topic,
)
from shared.contracts.sharing_codes import SharedTopic
from shared.messaging.audit import audit
from shared.messaging.outbox import tell_region
from shared.messaging.store import Tx

LARGEST_BATCH = 10_000
ENOUGH_CASES = 3
"""A theme is named where so many cases of the region have it within a year."""


@dataclass(frozen=True)
class Batch:
    """How many were told, and how many wait, by topic and reason."""

    told: int
    waits: dict[tuple[str, str], int]


async def release_batch(tx: Tx, region: str) -> Batch:
    """Commits with the caller's transaction, in which this region's release is locked."""
    await region_batch_store.supersede(tx, region)
    groups = await region_batch_store.groups_waiting(tx, region)
    if not groups:
        return Batch(0, {})
    standing = Standing(tx.now, region, await region_batch_store.standing_decisions(tx))
    rests = {group: standing.of(group[0], SharedTopic(group[1])) for group in groups}
    held = {group: one.because.value for group, one in rests.items() if not one.allowed}
    allowed = {
        group: one.decision_id
        for group, one in rests.items()
        if one.allowed and one.decision_id is not None
    }
    await region_batch_store.hold(tx, region, held)
    rows = await region_batch_store.waiting(tx, region, allowed.keys(), LARGEST_BATCH)
    told = await _without_unheard_ends(tx, [(row, allowed[row.area, row.topic]) for row in rows])
    SystemRandom().shuffle(told)
    await _tell(tx, region, told)
    waits: dict[tuple[str, str], int] = {}
    for group, because in held.items():
        waits[group[1], because] = waits.get((group[1], because), 0) + groups[group]
    return Batch(len(told), waits)


async def _without_unheard_ends(
    tx: Tx, allowed: Sequence[tuple[Waiting, UUID]]
) -> list[tuple[Waiting, UUID]]:
    """That a reference ends is no news where nothing was ever told under it, nor that a
    notification is withdrawn or a clock is near no more where the same was never told of."""
    ends = [row for row, _ in allowed if row.closes]
    if not ends:
        return list(allowed)
    heard = {(row.reference, row.topic, row.about) for row, _ in allowed if not row.closes}
    heard |= await region_batch_store.told_under(tx, {row.reference for row in ends})
    known = {reference for reference, _, _ in heard}
    left = {
        row.event_id
        for row in ends
        if row.reference not in known
        or (
            row.topic != SharedTopic.CASE_STAGE
            and (row.reference, row.topic, row.about) not in heard
        )
    }
    await region_batch_store.settle(tx, list(left), "not_wanted", [])
    return [one for one in allowed if one[0].event_id not in left]


async def _tell(tx: Tx, region: str, told: Sequence[tuple[Waiting, UUID]]) -> None:
    if not told:
        return
    themes = await region_batch_store.cases_by_theme(tx, region)
    noted: list[region_store.ToldRow] = []
    for row, decision in told:
        topic = SharedTopic(row.topic)
        of_action = row.action_id is not None
        subject = (action_ref_subject if of_action else case_ref_subject)(row.reference)
        await tell_region(
            tx, payload_of(row, themes), topic, subject, row.event_id, synthetic=row.synthetic
        )
        codes = {"region": region, "topic": topic.value, "decision": str(decision)}
        await audit(tx, "region.told", str(row.event_id), **codes)
        told_on = shared_topic(region, topic)
        noted.append(region_store.ToldRow(row.event_id, told_on, subject, tx.now))
    await region_store.note_told(tx, noted)
    await region_batch_store.settle(
        tx, [row.event_id for row, _ in told], "told", [decision for _, decision in told]
    )


def payload_of(row: Waiting, themes: dict[str, int]) -> SharedPayload:
    """The event with its reference, and without a theme that too few cases have."""
    said = dict(row.said) | {"region": row.region}
    if row.action_id is None:
        said |= {"case_ref": row.reference, "area": row.area}
    else:
        said |= {"action_ref": row.reference}
        if themes.get(said["theme"], 0) < ENOUGH_CASES:
            said["theme"] = None
    return SHARED_MODELS[SharedTopic(row.topic)].model_validate(said)
