"""SQL of reviews and of yearly reports: their steps as this service told them, and what was written
with each. Callers hold the lock of the case, or of the area's record."""

from typing import Any, NamedTuple
from uuid import UUID

from services.rapid_review_timer.case_store import LinkGroup
from shared.contracts.area_events import AREA_TOPICS
from shared.contracts.area_record import is_area_record
from shared.contracts.catalogue import source_of, type_for
from shared.contracts.envelope import case_stream
from shared.contracts.lcspr_events import LCSPR_TOPICS
from shared.contracts.panel_events import IncidentNotified
from shared.contracts.payload import Payload
from shared.contracts.review_events import REVIEW_TOPICS
from shared.contracts.strict_json import parse
from shared.messaging.case_keys import data_key_of
from shared.messaging.facts import Fact, facts_of, of_type
from shared.messaging.store import Row, Tx
from shared.sealing.envelope import open_sealed, seal

STEPS: dict[str, type[Payload]] = {
    type_for(model).type: model
    for model in (*REVIEW_TOPICS.values(), *LCSPR_TOPICS.values(), *AREA_TOPICS.values())
}


async def known_facts(tx: Tx, group: LinkGroup) -> list[Fact]:
    """All that was told of these cases, and the steps of their reviews, which begin with a
    notification; those of an area's record always."""
    facts = await facts_of(tx, sorted(group.members))
    if not (of_type(facts, IncidentNotified) or is_area_record(group.survivor)):
        return facts
    return [*facts, *await steps_of(tx, sorted(group.members))]


async def steps_of(tx: Tx, case_ids: list[UUID]) -> list[Fact]:
    """The steps of the reviews of these cases, each case's in its order."""
    await tx.flush()
    rows = await tx.fetch(
        """select event_id, stream, sequence, type, happened_at, recorded_at, payload,
                  headers ->> 'traceparent' as traceparent
           from outbox where stream = any($1) and type = any($2) order by stream, sequence""",
        [case_stream(case_id) for case_id in case_ids],
        list(STEPS),
    )
    by_stream = {case_stream(case_id): case_id for case_id in case_ids}
    return [_step(row, by_stream[row["stream"]], tx.service) for row in rows]


def _step(row: Row, case_id: UUID, service: str) -> Fact:
    return Fact(
        event_id=row["event_id"],
        case_id=case_id,
        source=source_of(service),
        sequence=row["sequence"],
        type=row["type"],
        happened_at=row["happened_at"],
        recorded_at=row["recorded_at"],
        traceparent=row["traceparent"],
        data=STEPS[row["type"]].model_validate(parse(row["payload"])),
    )


async def owner_area_of(tx: Tx, case_id: UUID) -> str | None:
    """The area whose authority leads; None for a case that is not known."""
    area: str | None = await tx.fetchval(
        "select owner_area from case_state where case_id = $1", case_id
    )
    return area


async def is_known(tx: Tx, case_id: UUID) -> bool:
    """Whether there is such a case; the record of an area is none."""
    if is_area_record(case_id):
        return False
    return bool(await tx.fetchval("select 1 from case_state where case_id = $1", case_id))


async def keep_record(
    tx: Tx, case_id: UUID, cycle: int, step: UUID, kind: str, content: bytes
) -> None:
    """Seals what was sent with a step, its reasons and texts, under the key of its case."""
    key = await data_key_of(tx, case_id)
    place: dict[str, Any] = {"table": "review_record", "column": "sealed_record", "row": step}
    await tx.execute(
        """insert into review_record (event_id, case_id, cycle, kind, recorded_at, recorded_by,
                                      sealed_record)
           values ($1, $2, $3, $4, $5, $6, $7)""",
        step,
        case_id,
        cycle,
        kind,
        tx.now,
        tx.actor,
        seal(key, content, **place, case=case_id),
    )


class Record(NamedTuple):
    by: str
    content: bytes


async def record_of(tx: Tx, case_ids: list[UUID], step: UUID) -> Record | None:
    """What was sent with a step of one of these cases, opened, and which organisation sent it;
    None if there is nothing."""
    row = await tx.fetchrow(
        """select case_id, recorded_by, sealed_record from review_record
           where event_id = $1 and case_id = any($2)""",
        step,
        case_ids,
    )
    if row is None:
        return None
    key = await data_key_of(tx, row["case_id"])
    place: dict[str, Any] = {"table": "review_record", "column": "sealed_record", "row": step}
    content = open_sealed(key, row["sealed_record"], **place, case=row["case_id"])
    return Record(row["recorded_by"], content)


async def steps_without_record(tx: Tx, case_id: UUID) -> list[UUID]:
    """Steps of which a restored store lacks what was written; a review opens without any."""
    await tx.flush()
    rows = await tx.fetch(
        """select event_id from outbox step
           where stream = $1 and type = any($2)
             and not exists (select 1 from review_record kept
                             where kept.event_id = step.event_id)
           order by sequence""",
        case_stream(case_id),
        [type_ for type_, model in STEPS.items() if model is not REVIEW_TOPICS["review.opened"]],
    )
    return [row["event_id"] for row in rows]
