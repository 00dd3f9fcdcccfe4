"""Every record of every topic inside, from the first to the last, counted by its event."""

import time
from collections import Counter
from dataclasses import dataclass, field

from aiokafka import TopicPartition

from deploy.local.layout import SERVICES
from shared.contracts.catalogue import PARTITIONS, replies_topic, topics_of
from shared.messaging.topic_reader import hold
from tests.conftest import SYSTEMS
from tests.soak.offsets import reader
from tests.soak.world import World

READ_MS = 500
NO_RECORD_SECONDS = 60.0


@dataclass
class OnTopics:
    """`times`: how often each event id stands there; `differing`: ids that came with two values."""

    times: Counter[str] = field(default_factory=Counter)
    differing: set[str] = field(default_factory=set)
    records: int = 0

    @property
    def duplicates(self) -> int:
        return self.records - len(self.times)


async def read_topics(world: World) -> OnTopics:
    """As super user; the topics must be quiet. Raises KafkaError, and TimeoutError if the broker
    gives no record for a long time though there are some.

    The place to begin at is said at once after the partitions are: left a moment without, the
    consumer looks for one by itself, and what it finds may come after what was asked for.
    """
    topics = [topic for service in SERVICES for topic in topics_of(service)]
    topics += [replies_topic(system) for system in SYSTEMS]
    partitions = [TopicPartition(topic, n) for topic in topics for n in range(PARTITIONS)]
    found = OnTopics()
    values: dict[str, int] = {}
    async with reader(world) as consumer:
        hold(consumer, partitions)
        first = await consumer.beginning_offsets(partitions)
        ends = await consumer.end_offsets(partitions)
        left = {one for one in partitions if ends[one] > first[one]}
        consumer.assign(list(left))
        for one in left:
            consumer.seek(one, first[one])
        heard = time.monotonic()
        while left:
            for records in (await consumer.getmany(timeout_ms=READ_MS)).values():
                heard = time.monotonic()
                for record in records:
                    event_id = dict(record.headers)["ce_id"].decode()
                    found.records += 1
                    found.times[event_id] += 1
                    value = hash((record.key, record.value))
                    if values.setdefault(event_id, value) != value:
                        found.differing.add(event_id)
            left = {one for one in left if await consumer.position(one) < ends[one]}
            if time.monotonic() - heard > NO_RECORD_SECONDS:
                raise TimeoutError(f"{len(left)} partitions give no records")
    return found
