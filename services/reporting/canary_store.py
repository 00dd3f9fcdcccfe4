"""SQL of synthetic cases: when they set out, and which arrived."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

_LAST = """
with sent as (
    select case_id, min(recorded_at) as at from fact join synthetic_case using (case_id)
    where type = 'uk.vigil.incident.reported.v1' group by case_id
), arrived as (
    select sent.case_id, sent.at, c.region, min(d.confirmed_at) as confirmed_at
    from sent join region_copy c using (case_id)
    join delivery d on d.event_id = c.event_id and d.subscriber = 'region-' || c.region
    where d.processed_at is not null group by sent.case_id, sent.at, c.region
)
select coalesce((select max(last_report_at) from erased_case), (select min(at) from sent))
           as first_sent,
       last.case_id, last.at, last.confirmed_at, last.region
from (select 1) as one
left join lateral (select * from arrived order by at desc limit 1) as last on true
"""


@dataclass(frozen=True)
class Canaries:
    """When the first set out, or where some have left the store the last of those; of the last that
    its region's own subscriber confirmed, when it set out and when that came in. None where there
    is none."""

    first_sent: datetime | None
    case_id: UUID | None
    last_arrived: datetime | None
    confirmed_at: datetime | None
    region: str | None


async def canaries(connection: Any) -> Canaries:
    row = await connection.fetchrow(_LAST)
    return Canaries(
        row["first_sent"], row["case_id"], row["at"], row["confirmed_at"], row["region"]
    )
