"""What the bus says before anything leaves for others: was all heard, what was told already.

A store that was made anew, or restored, would tell everything a second time, and tell it wrongly
while it has heard only a part.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from aiokafka import TopicPartition

from shared.contracts.catalogue import FOLLOWS, topics_of
from shared.contracts.wire import text_headers
from shared.messaging.behind import Said, applied_offsets, said_in
from shared.messaging.security import KafkaAccess
from shared.messaging.store import Store
from shared.messaging.topic_reader import topic_reader

Offsets: TypeAlias = Mapping[tuple[str, int], int]
"""By topic and partition."""


class CaughtUp:
    """Whether the store has taken in what the followed topics held when this process began."""

    def __init__(self, store: Store, access: KafkaAccess) -> None:
        self.store, self.access = store, access
        self._ends: dict[TopicPartition, int] | None = None
        self._done = False

    async def __call__(self) -> bool:
        """Raises what broker and store raise. Once true it stays so."""
        if self._done:
            return True
        if self._ends is None:
            followed = [t for source in FOLLOWS[self.store.service] for t in topics_of(source)]
            async with topic_reader(self.access) as reader:
                ends = await reader.ends(await reader.partitions(followed))
            self._ends = {part: end for part, end in ends.items() if end}
        async with self.store.reading() as connection:
            applied = await applied_offsets(connection)
        self._done = all(applied.get(part, 0) >= end for part, end in self._ends.items())
        return self._done


@dataclass(frozen=True)
class ToldBefore:
    """An event as its topic holds it. `told_at`: by its header, None where that says nothing."""

    event_id: UUID
    topic: str
    subject: str
    told_at: datetime | None
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class ReadBack:
    """`ends`: up to where the topics were read."""

    told: list[ToldBefore]
    ends: Offsets


async def read_back(
    access: KafkaAccess, topics: Collection[str], already: Offsets
) -> ReadBack | None:
    """What these topics hold from the offsets on that are given. None while one is missing.

    Raises what the broker raises."""
    async with topic_reader(access) as reader:
        partitions = await reader.partitions(topics)
        if {part.topic for part in partitions} != set(topics):
            return None
        begins, ends = await reader.begins(partitions), await reader.ends(partitions)
        told: list[ToldBefore] = []

        async def take(records: Sequence[Any]) -> None:
            told.extend(_told(said) for raw in records if (said := said_in(raw)))

        firsts = {part: max(begins[part], already.get(part, 0)) for part in partitions}
        await reader.read({part: (firsts[part], ends[part]) for part in partitions}, take)
    return ReadBack(told, {(part.topic, part.partition): end for part, end in ends.items()})


def _told(said: Said) -> ToldBefore:
    record = said.record
    headers, _ = text_headers(record.headers)
    try:
        told_at = datetime.fromisoformat(headers.get("ce_time", ""))
    except ValueError:
        told_at = None
    known = told_at if told_at and told_at.tzinfo else None
    return ToldBefore(said.event_id, record.topic, said.stream, known, record.value or b"")
