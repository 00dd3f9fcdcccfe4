"""Everything that the messaging tables of one store hold about a case: ids, codes and times."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.contracts.catalogue import type_for
from shared.contracts.envelope import case_stream
from shared.contracts.intake_events import IncidentLinked
from shared.contracts.strict_json import parse
from shared.messaging.store import Row

_ROWS = """
select 'inbox' as kept_in, applied_at as at, source, stream, sequence, type, event_id, outcome,
       topic, kafka_partition, kafka_offset
from inbox where stream = any($1)
union all
select 'outbox', recorded_at, $2, stream, sequence, type, event_id,
       case when published_at is null then 'unpublished' else 'published' end,
       topic, kafka_partition, kafka_offset
from outbox where stream = any($1)
union all
select 'parked', parked_at, source, stream, sequence, type, event_id, 'waits', null, null, null
from parked where stream = any($1)
union all
select 'quarantine', quarantined_at, source, stream, sequence, type, event_id,
       status || ': ' || reason, topic, kafka_partition, kafka_offset
from quarantine where stream = any($1)
order by at, kept_in, sequence
"""


async def linked_cases(connection: Any, service: str, case_id: UUID) -> list[UUID]:
    """The case and those linked with it, as far as this store knows, in id order."""
    linked = type_for(IncidentLinked)
    told = await connection.fetch(
        """select case_id, (payload ->> 'survivor')::uuid as survivor from fact
           where type = $1""",
        linked.type,
    )
    pairs = [(row["case_id"], row["survivor"]) for row in told]
    if service == linked.producer:
        said = await connection.fetch(
            "select stream, payload from outbox where type = $1", linked.type
        )
        pairs += [
            (UUID(row["stream"].partition("/")[2]), UUID(parse(row["payload"])["survivor"]))
            for row in said
        ]
    group = {case_id}
    while more := {one for pair in pairs if group & set(pair) for one in pair} - group:
        group |= more
    return sorted(group)


async def rows_about(connection: Any, service: str, case_ids: Sequence[UUID]) -> list[Row]:
    """In the order of their times."""
    streams = [case_stream(case_id) for case_id in case_ids]
    return list(await connection.fetch(_ROWS, streams, f"/vigil/{service}"))
