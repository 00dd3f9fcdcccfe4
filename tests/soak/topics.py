"""Every record of every topic inside, from the first to the last, counted by its event."""

from collections import Counter
from dataclasses import dataclass, field

from aiokafka import TopicPartition

from deploy.local.layout import SERVICES
from shared.contracts.catalogue import PARTITIONS, replies_topic, topics_of
from tests.conftest import SYSTEMS
from tests.soak.offsets import reader
from tests.soak.world import World


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
    """As super user; the topics must be quiet."""
    topics = [topic for service in SERVICES for topic in topics_of(service)]
    topics += [replies_topic(system) for system in SYSTEMS]
    partitions = [TopicPartition(topic, n) for topic in topics for n in range(PARTITIONS)]
    found = OnTopics()
    values: dict[str, int] = {}
    async with reader(world) as consumer:
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        await consumer.seek_to_beginning()
        open_ = {one for one in partitions if ends[one] > 0}
        while open_:
            for partition, records in (await consumer.getmany(timeout_ms=500)).items():
                for record in records:
                    event_id = dict(record.headers)["ce_id"].decode()
                    found.records += 1
                    found.times[event_id] += 1
                    value = hash((record.key, record.value))
                    if values.setdefault(event_id, value) != value:
                        found.differing.add(event_id)
                if records[-1].offset + 1 >= ends[partition]:
                    open_.discard(partition)
    return found
