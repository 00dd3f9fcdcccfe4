"""SQL of a batch: what waits for it, what it rests on, what becomes of each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from shared.contracts.sharing_events import SharingDecided
from shared.messaging.store import Row, Tx

_SUPERSEDED = """
update region_copy as old set state = 'superseded', held_because = null, settled_at = $2
where old.region = $1 and old.state = 'waiting' and exists (
    select 1 from region_copy later
    where (later.about, later.region, later.topic, later.case_id)
              = (old.about, old.region, old.topic, old.case_id)
      and later.event_id <> old.event_id and later.state in ('waiting', 'told')
      and (later.rank > old.rank or later.rank = old.rank and later.state = 'told'))
returning event_id
"""


Group: TypeAlias = tuple[str, str]
"""An area and a topic: what a standing decision of its authority is about."""


@dataclass(frozen=True)
class Waiting:
    """A copy that was not told yet."""

    event_id: UUID
    region: str
    topic: str
    area: str
    about: str
    reference: UUID
    said: dict[str, Any]
    action_id: UUID | None
    closes: bool
    synthetic: bool


async def last_release(tx: Tx, region: str) -> datetime | None:
    """Of this region, whose release nobody else works on until this transaction ends."""
    await tx.execute(
        "select pg_advisory_xact_lock(hashtextextended($1, 0))", f"region release|{region}"
    )
    found: datetime | None = await tx.fetchval(
        "select last_at from region_release where region = $1", region
    )
    return found


async def note_release(tx: Tx, region: str) -> None:
    await tx.execute(
        """insert into region_release (region, last_at) values ($1, $2)
           on conflict (region) do update set last_at = excluded.last_at""",
        region,
        tx.now,
    )


async def supersede(tx: Tx, region: str) -> int:
    """Of what waits only the last of its kind is worth telling."""
    return len(await tx.fetch(_SUPERSEDED, region, tx.now))


async def groups_waiting(tx: Tx, region: str) -> dict[Group, int]:
    """How many wait, by the area and the topic that a decision is about."""
    rows = await tx.fetch(
        """select area, topic, count(*) as number from region_copy
           where region = $1 and state = 'waiting' group by area, topic""",
        region,
    )
    return {(row["area"], row["topic"]): row["number"] for row in rows}


async def waiting(tx: Tx, region: str, groups: Collection[Group], limit: int) -> list[Waiting]:
    """Of these areas and topics, in random order, locked."""
    rows = await tx.fetch(
        """select event_id, region, topic, area, about, reference, said, action_id, closes,
                  synthetic
           from region_copy
           where region = $1 and state = 'waiting'
             and (area, topic) in (select * from unnest($2::text[], $3::text[]))
           order by random() limit $4 for update""",
        region,
        [area for area, _ in groups],
        [topic for _, topic in groups],
        limit,
    )
    return [Waiting(**dict(row)) for row in rows]


async def told_under(tx: Tx, references: Collection[UUID]) -> set[tuple[UUID, str, str]]:
    """Those of which the region has heard, each with the topics and what was told about."""
    rows = await tx.fetch(
        """select distinct reference, topic, about from region_copy
           where reference = any($1) and state = 'told'""",
        list(references),
    )
    return {(row["reference"], row["topic"], row["about"]) for row in rows}


async def hold(tx: Tx, region: str, held: Mapping[Group, str]) -> None:
    """Why each area's events of a topic are not told."""
    await tx.execute(
        """update region_copy set held_because = held.because
           from unnest($2::text[], $3::text[], $4::text[]) as held (area, topic, because)
           where region_copy.region = $1 and state = 'waiting'
             and (region_copy.area, region_copy.topic) = (held.area, held.topic)
             and region_copy.held_because is distinct from held.because""",
        region,
        [area for area, _ in held],
        [topic for _, topic in held],
        list(held.values()),
    )


async def settle(tx: Tx, event_ids: Sequence[UUID], state: str, rests_on: Sequence[UUID]) -> None:
    """`rests_on`: the decision of each, empty where nothing is told."""
    await tx.execute(
        """update region_copy set state = $3, held_because = null, settled_at = $4,
                                  rests_on = coalesce(settled.decision, region_copy.rests_on)
           from unnest($1::uuid[], $2::uuid[]) as settled (event_id, decision)
           where region_copy.event_id = settled.event_id""",
        list(event_ids),
        list(rests_on) or [None] * len(event_ids),
        state,
        tx.now,
    )


async def cases_by_theme(tx: Tx, region: str) -> dict[str, int]:
    """How many cases of a region had a learning action of each theme within a year."""
    rows = await tx.fetch(
        """select said ->> 'theme' as theme, count(distinct case_id) as cases from region_copy
           where topic = 'learning.action' and region = $1 and not synthetic
             and recorded_at > $2::timestamptz - interval '1 year'
           group by said ->> 'theme'""",
        region,
        tx.now,
    )
    return {row["theme"]: row["cases"] for row in rows}


async def standing_decisions(tx: Tx) -> list[SharingDecided]:
    """Every one that was ever heard of."""
    rows: list[Row] = await tx.fetch(
        """select payload from fact
           where type = 'uk.vigil.sharing.decided.v1' and payload -> 'standing' <> 'null'::jsonb"""
    )
    return [SharingDecided.model_validate(row["payload"]) for row in rows]
