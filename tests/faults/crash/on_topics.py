"""What stands on every topic, read from offset 0 on; each look goes on where the last one ended."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from shared.contracts.catalogue import PARTITIONS, SERVICES, topics_of
from shared.messaging.security import KafkaAccess
from tests.support.local_stack import Infrastructure
from tests.support.waiting import eventually

Position = tuple[str, int, int]


def _outputs(systems: tuple[str, ...]) -> dict[str, str]:
    inside = {topic: service for service in SERVICES for topic in topics_of(service)}
    return inside | {f"replies.{system}": "intake" for system in systems}


@dataclass
class OnTopics:
    """`ids`: which event stands at a position; `contents`: what was ever read under an id."""

    infrastructure: Infrastructure
    systems: tuple[str, ...]
    ids: dict[Position, str] = field(default_factory=dict)
    contents: dict[str, set[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(set))
    times: Counter[str] = field(default_factory=Counter)
    out_of_order: list[str] = field(default_factory=list)
    duplicates: Counter[str] = field(default_factory=Counter)
    _last: dict[tuple[str, int, str], int] = field(default_factory=dict)
    _consumer: AIOKafkaConsumer | None = None

    async def open(self) -> None:
        infrastructure = self.infrastructure
        admin = KafkaAccess(
            infrastructure.kafka_bootstrap,
            infrastructure.kafka_admin,
            infrastructure.kafka_admin_password,
        )
        self.producers = _outputs(self.systems)
        self._consumer = AIOKafkaConsumer(**admin.aiokafka(), auto_offset_reset="earliest")
        await self._consumer.start()
        partitions = [TopicPartition(t, n) for t in self.producers for n in range(PARTITIONS)]
        self._consumer.assign(partitions)
        await self._consumer.seek_to_beginning()

    async def close(self) -> None:
        if self._consumer is not None:
            await self._consumer.stop()

    async def read(self) -> None:
        """Up to the ends as they are now."""
        consumer = self._consumer
        assert consumer is not None, "open it first"
        partitions = consumer.assignment()
        ends = await consumer.end_offsets(partitions)

        async def all_read() -> bool:
            for records in (await consumer.getmany(timeout_ms=50)).values():
                for record in records:
                    self._note(record)
            positions = [await consumer.position(p) >= ends[p] for p in partitions]
            return all(positions)

        await eventually(all_read, "the topics read to their ends")

    def _note(self, record: "ConsumerRecord[bytes, bytes]") -> None:
        headers = {name: value.decode() for name, value in record.headers}
        event_id = headers["ce_id"]
        self.ids[record.topic, record.partition, record.offset] = event_id
        content = (record.topic, record.partition, record.key, tuple(record.headers), record.value)
        self.contents[event_id].add(content)
        self.times[event_id] += 1
        if self.times[event_id] > 1:
            self.duplicates[self.producers[record.topic]] += 1
        elif "ce_sequence" in headers:
            self._in_order(record, headers)

    def _in_order(self, record: "ConsumerRecord[bytes, bytes]", headers: dict[str, str]) -> None:
        """Of one stream the first copies stand on a partition in the order of their numbers."""
        place = (record.topic, record.partition, headers["ce_subject"])
        number = int(headers["ce_sequence"])
        if self._last.get(place, 0) >= number:
            self.out_of_order.append(f"{record.topic}: {headers['ce_id']}")
        self._last[place] = number
