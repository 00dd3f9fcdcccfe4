"""SQL of confirmations that are about no event of ours, or about what somebody else was told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

BECAUSE = ("no_such_event", "told_to_another")
MAY_STILL_COME = timedelta(minutes=5)
"""So long an event that was confirmed may itself be on its way to this service."""

_UNKNOWN = """
select d.event_id, d.topic, d.subscriber, d.confirmed_at, said.because
from delivery d cross join lateral (
    select case
        when d.topic like 'shared.%' then case
            when not exists (select 1 from region_told t
                             where (t.event_id, t.topic) = (d.event_id, d.topic))
                then 'no_such_event'
            when d.subscriber <> 'region-' || split_part(d.topic, '.', 2) then 'told_to_another'
            end
        when d.topic like 'replies.%' then case
            when d.topic <> 'replies.' || d.subscriber then 'told_to_another' end
        when not exists (select 1 from inbox i
                         where (i.event_id, i.topic) = (d.event_id, d.topic))
            then 'no_such_event'
        end as because) said
where said.because is not null and d.confirmed_at > $1 and d.confirmed_at <= $2
order by d.confirmed_at desc, d.event_id, d.subscriber
"""
"""An answer to a system stands in no topic that this service follows: its topic says whose it
is."""


@dataclass(frozen=True)
class UnknownDelivery:
    """`because`: one of BECAUSE."""

    event_id: UUID
    topic: str
    subscriber: str
    confirmed_at: datetime
    because: str


async def unknown_deliveries(
    connection: Any, now: datetime, within: timedelta
) -> list[UnknownDelivery]:
    """Those that came in within so long a time, the latest first."""
    rows = await connection.fetch(_UNKNOWN, now - within, now - MAY_STILL_COME)
    return [UnknownDelivery(**dict(row)) for row in rows]
