"""SQL of what regions are to be told, as it is worked out, and of what they were told already."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from services.reporting.region_copies import Copy
from shared.messaging.store import Tx

COUNTED_AFTER = timedelta(days=365)
"""A source so old counts as told, whatever the topics still hold: they are kept longer."""

_WRITE = """
insert into region_copy as kept
    (event_id, region, topic, case_id, cycle, epoch, area, about, rank, source_event, recorded_at,
     said, action_id, closes, synthetic, reference, state, waits_since, settled_at)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
       coalesce(substring(told.subject from '/(.*)$')::uuid, $16), made.state, $17,
       case when made.state <> 'waiting' then coalesce(told.told_at, $17::timestamptz) end
from (select 1) as one
left join region_told told on told.event_id = $1
cross join lateral (
    select case when told.event_id is not null then 'told'
                when $11::timestamptz < $18::timestamptz then 'counted'
                else 'waiting' end as state) as made
on conflict (event_id) do update
    set case_id = excluded.case_id, cycle = excluded.cycle, epoch = excluded.epoch,
        area = excluded.area, about = excluded.about, rank = excluded.rank, said = excluded.said,
        closes = excluded.closes, synthetic = excluded.synthetic, reference = excluded.reference,
        state = excluded.state, settled_at = excluded.settled_at
    where kept.state in ('waiting', 'not_wanted')
"""


async def note_synthetic(tx: Tx, case_id: UUID) -> None:
    """Nobody is behind this case, and so it stays."""
    tx.write_later(
        "insert into synthetic_case (case_id) values ($1) on conflict do nothing", case_id
    )


async def stale_cases(connection: Any, limit: int, without: Collection[UUID]) -> list[UUID]:
    rows = await connection.fetch(
        "select case_id from region_case where stale and case_id <> all($2) limit $1",
        limit,
        list(without),
    )
    return [row["case_id"] for row in rows]


async def renew_membership(tx: Tx, fingerprint: str) -> None:
    """Every case is looked at again when an area has joined a region or left it."""
    changed = await tx.fetchval(
        """insert into region_membership as known (fingerprint) values ($1)
           on conflict (only_row) do update set fingerprint = excluded.fingerprint
               where known.fingerprint <> excluded.fingerprint
           returning true""",
        fingerprint,
    )
    if changed:
        await tx.execute(
            """update region_case set stale = true where case_id in (
                   select case_id from region_case where not stale order by case_id for update)"""
        )


async def write_copies(
    tx: Tx, group: Sequence[UUID], made: Iterable[tuple[Copy, UUID]], synthetic: bool
) -> None:
    """Of a locked link group: each copy with its reference; what waits and is not wanted any more
    goes no further."""
    rows = list(made)
    await tx.connection.executemany(
        _WRITE,
        [
            (
                *(copy.event_id, copy.region, copy.topic, copy.case_id, copy.cycle, copy.epoch),
                *(copy.area, copy.about, copy.rank, copy.source_event, copy.recorded_at, copy.said),
                *(copy.action_id, copy.closes, synthetic, reference),
                *(tx.now, tx.now - COUNTED_AFTER),
            )
            for copy, reference in rows
        ],
    )
    await tx.execute(
        """update region_copy set state = 'not_wanted', held_because = null, settled_at = $3
           where case_id = any($1) and state = 'waiting' and event_id <> all($2)""",
        list(group),
        [copy.event_id for copy, _ in rows],
        tx.now,
    )
    await tx.execute(
        "update region_case set stale = false where case_id = any($1) and stale", list(group)
    )


async def cases_that_are(tx: Tx, group: Collection[UUID], *, synthetic: bool) -> list[UUID]:
    """Those of the group, sorted."""
    rows = await tx.fetch("select case_id from synthetic_case where case_id = any($1)", list(group))
    invented = {row["case_id"] for row in rows}
    return sorted(one for one in group if (one in invented) == synthetic)


class ToldRow(NamedTuple):
    """An event of a region, and when it went out."""

    event_id: UUID
    topic: str
    subject: str
    told_at: datetime


async def note_told(tx: Tx, rows: Sequence[ToldRow]) -> None:
    """Once told stays told."""
    if rows:
        ids, topics, subjects, instants = zip(*rows, strict=True)
        await tx.execute(
            """insert into region_told (event_id, topic, subject, told_at)
               select * from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[])
               on conflict (event_id) do nothing""",
            list(ids),
            list(topics),
            list(subjects),
            list(instants),
        )


async def read_up_to(connection: Any) -> dict[tuple[str, int], int]:
    """How far the topics of regions were read back, by topic and partition."""
    rows = await connection.fetch("select topic, kafka_partition, next_offset from region_read")
    return {(row["topic"], row["kafka_partition"]): row["next_offset"] for row in rows}


async def note_read(tx: Tx, told: Sequence[ToldRow], ends: Mapping[tuple[str, int], int]) -> None:
    """What topics of a region held up to these offsets; what was worked out as waiting was told."""
    await note_told(tx, told)
    await tx.execute(
        """update region_copy set state = 'told', held_because = null, settled_at = told.told_at,
                                  reference = substring(told.subject from '/(.*)$')::uuid
           from region_told told
           where told.event_id = region_copy.event_id and state = 'waiting'
             and region_copy.event_id = any($1)""",
        [row.event_id for row in told],
    )
    await tx.connection.executemany(
        """insert into region_read (topic, kafka_partition, next_offset) values ($1, $2, $3)
           on conflict (topic, kafka_partition) do update
               set next_offset = excluded.next_offset""",
        [(*part, end) for part, end in ends.items()],
    )
