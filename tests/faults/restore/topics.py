"""What stands on topics, and groups set back to their beginning."""

from collections.abc import Collection, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.messaging.behind import Followed
from shared.messaging.topic_reader import topic_reader
from tests.support.bus import access
from tests.support.local_stack import Infrastructure


async def records_of(infrastructure: Infrastructure, user: str, topic: str) -> list[Any]:
    """Every record of a topic, in the order of each partition."""
    found: list[Any] = []

    async def take(records: Any) -> None:
        found.extend(records)

    async with topic_reader(access(infrastructure, user)) as reader:
        ends = await reader.ends(await reader.partitions([topic]))
        await reader.read({partition: (0, end) for partition, end in ends.items()}, take)
    return found


async def ends_of(
    infrastructure: Infrastructure, user: str, topics: Collection[str]
) -> Mapping[TopicPartition, int]:
    async with topic_reader(access(infrastructure, user)) as reader:
        return await reader.ends(await reader.partitions(topics))


async def to_the_beginning(infrastructure: Infrastructure, user: str, followed: Followed) -> None:
    """The group must have no members."""
    async with topic_reader(access(infrastructure, user)) as reader:
        partitions = await reader.partitions(followed.topics)
    consumer = AIOKafkaConsumer(
        **access(infrastructure, user).aiokafka(),
        group_id=followed.group,
        enable_auto_commit=False,
    )
    consumer.assign(partitions)
    await consumer.start()
    try:
        await consumer.commit(dict.fromkeys(partitions, 0))
    finally:
        await consumer.stop()
