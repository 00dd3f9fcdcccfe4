"""Where the consumer groups stand on the broker, moved back while nobody is in them."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.contracts.catalogue import FOLLOWS, PARTITIONS, ingress_topic, topics_of
from shared.messaging.security import KafkaAccess
from shared.messaging.stopping import ended
from shared.messaging.topic_reader import hold
from tests.conftest import SYSTEMS
from tests.soak.world import World

TRIES = 20
ANSWER_SECONDS = 15
PAUSE_SECONDS = 1.0

Position = tuple[str, int]


def groups_of(service: str) -> dict[str, list[Position]]:
    """The consumer groups of a service with every partition that each reads."""
    groups = {f"{service}.{source}": _partitions(topics_of(source)) for source in FOLLOWS[service]}
    if service == "intake":
        groups["intake.ingress"] = _partitions(ingress_topic(system) for system in SYSTEMS)
    return groups


def _partitions(topics: Iterable[str]) -> list[Position]:
    return [(topic, number) for topic in topics for number in range(PARTITIONS)]


def super_user(world: World) -> KafkaAccess:
    infrastructure = world.infrastructure
    return KafkaAccess(
        infrastructure.kafka_bootstrap,
        infrastructure.kafka_admin,
        infrastructure.kafka_admin_password,
    )


@asynccontextmanager
async def reader(world: World, group: str | None = None) -> AsyncIterator[AIOKafkaConsumer]:
    """Signed in as super user. Raises KafkaError while the broker is away."""
    consumer = AIOKafkaConsumer(
        **super_user(world).aiokafka(),
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="none",
    )
    try:
        await consumer.start()
        yield consumer
    finally:
        await ended(consumer.stop())


async def move_back(world: World, service: str, records: int) -> int:
    """How many records the groups of a stopped service will be given again, at most `records` of
    each partition. A group that is not empty yet, or a broker that is away, is asked again."""
    moved = 0
    for group, positions in groups_of(service).items():
        for _ in range(TRIES):
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    moved += await _move_back(world, group, positions, records)
                break
            except (KafkaError, OSError, TimeoutError):
                await asyncio.sleep(PAUSE_SECONDS)
    return moved


async def _move_back(world: World, group: str, positions: list[Position], records: int) -> int:
    partitions = [TopicPartition(*position) for position in positions]
    async with reader(world, group) as consumer:
        consumer.assign(partitions)
        stands = {one: await consumer.committed(one) or 0 for one in partitions}
        wanted = {one: max(0, offset - records) for one, offset in stands.items() if offset > 0}
        if wanted:
            await consumer.commit(wanted)
    return sum(stands[one] - offset for one, offset in wanted.items())


async def ends_of(world: World, service: str) -> dict[Position, int]:
    """The offset after the last record of each partition that a service reads. Raises KafkaError,
    TimeoutError."""
    positions = [one for group in groups_of(service).values() for one in group]
    async with asyncio.timeout(ANSWER_SECONDS), reader(world) as consumer:
        partitions = [TopicPartition(*position) for position in positions]
        hold(consumer, partitions)
        ends = await consumer.end_offsets(partitions)
    return {(one.topic, one.partition): end for one, end in ends.items()}
