"""SQL of what regions are not told yet, and of which case a reference stands for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.calendar.london import london_date
from shared.messaging.audit import audit
from shared.messaging.store import Tx
from shared.reference.succession import answers_for


@dataclass(frozen=True)
class HeldBack:
    """`number` events of a topic of a region wait for a decision of the authority of `area`.

    `because`: `missing`, `expired`, `withheld` or `deferred`; `not_due` where the next batch asks.
    """

    region: str
    topic: str
    area: str
    because: str
    number: int
    since: datetime


async def held_back(tx: Tx, areas: Sequence[str] | None) -> list[HeldBack]:
    """Of these areas, or of all; the longest waiting first."""
    rows = await tx.fetch(
        """select region, topic, area, coalesce(held_because, 'not_due') as because,
                  count(*) as number, min(waits_since) as since
           from region_copy
           where state = 'waiting' and ($1::text[] is null or area = any($1))
           group by 1, 2, 3, 4
           union all
           select region, 'metrics.monthly', held.key, held.value, count(*), min(waits_since)
           from region_month, jsonb_each_text(held) as held
           where figures is null and ($1::text[] is null or held.key = any($1))
           group by 1, 2, 3, 4
           order by since, region, topic, area, because""",
        None if areas is None else list(areas),
    )
    return [HeldBack(**dict(row)) for row in rows]


async def resolved(tx: Tx, reference: UUID, organisation: str) -> dict[str, Any] | None:
    """None where nothing was told under it, or the case is not the organisation's: who asks in
    vain does not learn which. Commits an audit row with the answer, also with none."""
    rows = await tx.fetch(
        """select distinct c.region, c.case_id, c.cycle, c.action_id,
                  coalesce(s.areas[1], c.area) as area
           from region_copy c left join case_seen s using (case_id)
           where c.reference = $1 and c.state in ('told', 'counted') limit 1""",
        reference,
    )
    row = dict(rows[0]) if rows else None
    owns = row is not None and answers_for(organisation, row.pop("area"), london_date(tx.now))
    await audit(
        tx,
        "region_reference.resolved" if owns else "region_reference.not_resolved",
        str(reference),
        organisation=organisation,
    )
    return row if owns else None
