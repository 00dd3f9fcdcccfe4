"""Whether a store is behind the bus: restored to a moment before what it said and took in.

Such a store would number new events like old ones and send again what it has forgotten. So nothing
of its service runs until `reconcile` has brought it up to date: two events under one number are
dropped as doubles by every reader, and nobody would notice.

A store is behind when the last records of its own topics are not in its outbox, or when a group of
its service has committed further than the store says it has applied. Applying commits in the store
first, so that never happens by itself.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from aiokafka import TopicPartition

from shared.contracts.wire import Record, text_headers
from shared.messaging.store import Store
from shared.messaging.subscribing import Consume, record_of
from shared.messaging.topic_reader import TopicReader

LAST_RECORDS = 20
"""Compared of each partition: the very last may be an old one that was sent twice."""

BEGUN, FINISHED = "reconcile.begun", "reconcile.finished"


@dataclass(frozen=True)
class Followed:
    """A consumer group of a service: what it reads and how it takes in records of one topic."""

    group: str
    topics: Sequence[str]
    consume: Consume


@dataclass(frozen=True)
class Conflict:
    """`code`: `not_in_store`, `other_number`, `applied_further` (by `group`, which stood at
    `offset`, while the store stands at `stored`), `reconcile_unfinished`."""

    code: str
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None
    event_id: UUID | None = None
    stream: str | None = None
    number: int | None = None
    group: str | None = None
    stored: int | None = None

    def codes(self) -> dict[str, str | int]:
        """What is known of it, to be logged and shown: ids and numbers."""
        known = {name: value for name, value in asdict(self).items() if value is not None}
        return {n: v if isinstance(v, int) else str(v) for n, v in known.items()}


@dataclass(frozen=True)
class Said:
    """A record of an own topic, by what is compared of it."""

    record: Record
    event_id: UUID
    stream: str
    number: int | None

    def conflict(self, code: str) -> Conflict:
        record = self.record
        return Conflict(
            code,
            record.topic,
            record.partition,
            record.offset,
            self.event_id,
            self.stream,
            self.number,
        )


def said_in(raw: Any) -> Said | None:
    """None for a record that names no id: this service writes none."""
    record = record_of(raw)
    headers, _ = text_headers(record.headers)
    try:
        event_id = UUID(headers.get("ce_id", ""))
    except ValueError:
        return None
    number = headers.get("ce_sequence")
    return Said(record, event_id, headers.get("ce_subject", ""), int(number) if number else None)


async def conflicts(
    reader: TopicReader, store: Store, own_topics: Collection[str], followed: Sequence[Followed]
) -> list[Conflict]:
    """What says that the store is behind, empty if nothing does. The bus is asked first: what the
    store has by then was there before."""
    last = await _last_said(reader, own_topics)
    committed = await committed_of(reader, followed)
    async with store.reading() as connection:
        unfinished = await unfinished_run(connection)
        known = await numbers_of(connection, [said.event_id for said in last])
        applied = await applied_offsets(connection)
    found = [Conflict("reconcile_unfinished")] if unfinished else []
    for said in last:
        if said.event_id not in known:
            found.append(said.conflict("not_in_store"))
        elif known[said.event_id] not in (said.number, None):
            found.append(said.conflict("other_number"))
    for group, offsets in committed.items():
        for part, offset in sorted(offsets.items()):
            stored = applied.get(part, 0)
            if offset > stored:
                found.append(
                    Conflict(
                        "applied_further",
                        part.topic,
                        part.partition,
                        offset,
                        group=group,
                        stored=stored,
                    )
                )
    return found


async def _last_said(reader: TopicReader, own_topics: Collection[str]) -> list[Said]:
    ends = await reader.ends(await reader.partitions(own_topics))
    last: list[Said] = []

    async def take(records: Sequence[Any]) -> None:
        last.extend(said for raw in records if (said := said_in(raw)))

    await reader.read({p: (max(0, end - LAST_RECORDS), end) for p, end in ends.items()}, take)
    return last


async def committed_of(
    reader: TopicReader, followed: Sequence[Followed]
) -> dict[str, dict[TopicPartition, int]]:
    """By group, how far it has read each partition."""
    return {
        each.group: await reader.committed(each.group, await reader.partitions(each.topics))
        for each in followed
    }


async def numbers_of(connection: Any, event_ids: Sequence[UUID]) -> dict[UUID, int | None]:
    """The number of each of these events that is in the outbox."""
    rows = await connection.fetch(
        "select event_id, sequence from outbox where event_id = any($1)", list(event_ids)
    )
    return {row["event_id"]: row["sequence"] for row in rows}


async def applied_offsets(connection: Any) -> dict[TopicPartition, int]:
    """How far the store has applied each partition."""
    rows = await connection.fetch("select topic, kafka_partition, next_offset from consumed_offset")
    return {TopicPartition(r["topic"], r["kafka_partition"]): r["next_offset"] for r in rows}


async def unfinished_run(connection: Any) -> UUID | None:
    """The run of `reconcile` that began and did not end."""
    found = await connection.fetchval(
        """select object from operator_action begun
           where action = $1 and not exists (select 1 from operator_action ended
                                             where ended.action = $2
                                               and ended.object = begun.object)
           order by action_id limit 1""",
        BEGUN,
        FINISHED,
    )
    return UUID(found) if found else None


async def last_reconciled(connection: Any) -> datetime | None:
    """When this store was last brought up after a restore; None if it never had to be."""
    found: datetime | None = await connection.fetchval(
        "select max(at) from operator_action where action = $1", FINISHED
    )
    return found
