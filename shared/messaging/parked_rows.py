"""Streams in which events wait, and why each of them waits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.contracts.catalogue import VOIDED, event_type, topics_of
from shared.contracts.wire import read_inside
from shared.messaging.security import KafkaAccess
from shared.messaging.subscribing import record_of
from shared.messaging.topic_reader import topic_reader

_STREAMS = """
select waiting.source, waiting.stream, count(*) as count, min(waiting.sequence) as first,
       max(waiting.sequence) as last, min(known.next_sequence) as awaited,
       extract(epoch from clock_timestamp() - min(waiting.parked_at))::bigint as age_seconds,
       (array_agg(waiting.type order by waiting.sequence))[1] as type,
       array(select quarantine_id from quarantine held
             where held.source = waiting.source and held.stream = waiting.stream
               and held.status = 'open' order by quarantined_at) as held_by
from parked waiting join consumed_stream known using (source, stream)
group by waiting.source, waiting.stream order by age_seconds desc
"""


class Why(StrEnum):
    HELD = "held"
    TURN_HAS_COME = "turn_has_come"
    TYPE_UNKNOWN = "type_unknown"
    NOT_ARRIVED = "not_arrived"


@dataclass(frozen=True)
class ParkedStream:
    """`awaited` is the number that comes next; `first` the lowest that waits."""

    source: str
    stream: str
    count: int
    first: int
    last: int
    awaited: int
    age_seconds: int
    type: str | None
    held_by: list[UUID]

    @property
    def why(self) -> Why:
        if self.held_by:
            return Why.HELD
        if self.first > self.awaited:
            return Why.NOT_ARRIVED
        known = self.type is None or self.type == VOIDED or event_type(self.type) is not None
        return Why.TURN_HAS_COME if known else Why.TYPE_UNKNOWN


@dataclass(frozen=True)
class Position:
    topic: str
    partition: int
    offset: int


async def parked_streams(connection: Any) -> list[ParkedStream]:
    """The longest wait first."""
    return [ParkedStream(**dict(row)) for row in await connection.fetch(_STREAMS)]


async def awaited_on_topics(
    access: KafkaAccess, service: str, streams: Collection[ParkedStream]
) -> dict[str, Position]:
    """Where the awaited number of each stream stands, by stream; reads all topics of `service`."""
    wanted = {(each.stream, each.awaited) for each in streams}
    found: dict[str, Position] = {}

    async def look(batch: Sequence[Any]) -> None:
        for raw in batch:
            incoming = read_inside(record_of(raw), service)
            if incoming.stream and (incoming.stream, incoming.sequence) in wanted:
                found.setdefault(incoming.stream, Position(raw.topic, raw.partition, raw.offset))

    async with topic_reader(access) as reader:
        partitions = await reader.partitions(topics_of(service))
        first, last = await reader.begins(partitions), await reader.ends(partitions)
        await reader.read({p: (first[p], last[p]) for p in partitions}, look)
    return found
