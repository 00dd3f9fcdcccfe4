"""What is in quarantine, and what waits behind it: positions, codes and counts."""

from typing import Any
from uuid import UUID

from shared.messaging.store import Row

_ROW = """
select quarantine_id, source, stream, sequence, event_id, type, topic, kafka_partition,
       kafka_offset, kind, reason, payload_sha256, attempts, quarantined_at, status, closed_at,
       closed_by,
       extract(epoch from clock_timestamp() - quarantined_at)::bigint as age_seconds,
       (select count(*) from parked
        where parked.source = held.source and parked.stream = held.stream) as waiting
from quarantine held
"""


async def open_rows(connection: Any) -> list[Row]:
    """What waits for a person, the longest first."""
    return list(await connection.fetch(_ROW + " where status = 'open' order by quarantined_at"))


async def quarantine_row(connection: Any, quarantine_id: UUID) -> Row | None:
    """Open or settled."""
    row: Row | None = await connection.fetchrow(_ROW + " where quarantine_id = $1", quarantine_id)
    return row


async def sealed_row(connection: Any, quarantine_id: UUID) -> Row | None:
    """With the record, sealed, and its key."""
    row: Row | None = await connection.fetchrow(
        "select * from quarantine where quarantine_id = $1", quarantine_id
    )
    return row


async def parked_behind(connection: Any, source: str, stream: str | None) -> list[Row]:
    """The first of what waits in a stream, in order."""
    return list(
        await connection.fetch(
            """select sequence, event_id, type, parked_at from parked
               where source = $1 and stream = $2 order by sequence limit 20""",
            source,
            stream,
        )
    )


async def is_applied(connection: Any, event_id: UUID) -> bool:
    found = await connection.fetchval(
        "select 1 from inbox where event_id = $1 and outcome <> 'discarded'", event_id
    )
    return found is not None


async def waiting_in(connection: Any, source: str, stream: str | None) -> int:
    return int(
        await connection.fetchval(
            "select count(*) from parked where source = $1 and stream = $2", source, stream
        )
    )
