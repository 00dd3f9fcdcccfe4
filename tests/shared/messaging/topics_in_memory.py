"""Topics that hold what outboxes give them, for whoever reads ranges of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from aiokafka import TopicPartition

from shared.messaging.store import Store
from shared.messaging.topic_reader import Take


class TopicsInMemory:
    """`groups`: how far each has committed."""

    def __init__(self) -> None:
        self.records: dict[TopicPartition, list[Any]] = defaultdict(list)
        self.groups: dict[str, dict[TopicPartition, int]] = {}
        self.members: set[str] = set()

    async def publish(self, store: Store) -> None:
        """As its relay would: in order, then marked."""
        async with store.reading() as connection:
            rows = await connection.fetch(
                "select * from outbox where published_at is null order by position"
            )
            for row in rows:
                offset = self.add(row)
                await connection.execute(
                    """update outbox set published_at = clock_timestamp(), kafka_partition = 0,
                           kafka_offset = $2 where position = $1""",
                    row["position"],
                    offset,
                )

    def add(self, row: Mapping[str, Any]) -> int:
        here = self.records[TopicPartition(row["topic"], 0)]
        here.append(
            SimpleNamespace(
                topic=row["topic"],
                partition=0,
                offset=len(here),
                key=row["key"].encode(),
                headers=tuple((name, value.encode()) for name, value in row["headers"].items()),
                value=row["payload"],
                timestamp=1_700_000_000_000 + len(here),
            )
        )
        return len(here) - 1

    async def partitions(self, topics: Collection[str]) -> list[TopicPartition]:
        return sorted(TopicPartition(topic, 0) for topic in topics)

    async def committed(
        self, group: str, partitions: Collection[TopicPartition]
    ) -> dict[TopicPartition, int]:
        known = self.groups.get(group, {})
        return {partition: known[partition] for partition in partitions if partition in known}

    async def has_members(self, groups: Sequence[str]) -> bool:
        return bool(self.members & set(groups))

    async def ends(self, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        return {partition: len(self.records[partition]) for partition in partitions}

    async def begins(self, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, 0)

    async def read(self, ranges: Mapping[TopicPartition, tuple[int, int]], take: Take) -> None:
        for partition, (first, end) in ranges.items():
            if wanted := self.records[partition][first:end]:
                await take(wanted)
