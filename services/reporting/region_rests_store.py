"""SQL of what was told and by which decision, where this store does not know it yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.messaging.store import Tx


@dataclass(frozen=True)
class ToldCopy:
    event_id: UUID
    area: str
    topic: str
    told_at: datetime


@dataclass(frozen=True)
class ToldMonth:
    name: str
    areas: tuple[str, ...]
    told_at: datetime


async def without_decision(tx: Tx, region: str, limit: int) -> list[ToldCopy]:
    rows = await tx.fetch(
        """select event_id, area, topic, settled_at as told_at from region_copy
           where region = $1 and state = 'told' and rests_on is null limit $2""",
        region,
        limit,
    )
    return [ToldCopy(**dict(row)) for row in rows]


async def months_without_decision(tx: Tx, region: str) -> list[ToldMonth]:
    rows = await tx.fetch(
        """select month, told_at, array(
                      select distinct figure ->> 'area' from jsonb_array_elements(figures) as figure
                      where figure ->> 'area' is not null) as areas
           from region_month where region = $1 and figures is not null and rests_on = '{}'""",
        region,
    )
    return [ToldMonth(row["month"], tuple(row["areas"]), row["told_at"]) for row in rows]


async def note_decisions(tx: Tx, decisions: Mapping[UUID, UUID]) -> None:
    await tx.execute(
        """update region_copy set rests_on = found.decision
           from unnest($1::uuid[], $2::uuid[]) as found (event_id, decision)
           where region_copy.event_id = found.event_id and rests_on is null""",
        list(decisions),
        list(decisions.values()),
    )


async def note_decisions_of_month(
    tx: Tx, region: str, month: str, rests_on: Mapping[str, str]
) -> None:
    await tx.execute(
        "update region_month set rests_on = $3 where (region, month) = ($1, $2)",
        region,
        month,
        dict(rests_on),
    )
