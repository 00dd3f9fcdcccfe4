"""Where a consumer group begins that has never read a partition: at its beginning, committed.

Only then can `auto_offset_reset` be "none", so that an offset which is out of range stops the
consumer instead of moving it in silence.
"""

from collections.abc import Collection, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.messaging.security import KafkaAccess
from shared.messaging.stopping import ended
from shared.messaging.topic_reader import BEGINNING
from shared.telemetry.logging import logger


async def never_read(
    access: KafkaAccess, group: str, partitions: Collection[TopicPartition]
) -> list[TopicPartition]:
    """Those of `partitions` of which the group has no committed offset."""
    admin = AIOKafkaAdminClient(**access.aiokafka(), client_id=f"{group}.offsets")
    await admin.start()
    try:
        committed = await admin.list_consumer_group_offsets(group, partitions=list(partitions))
    finally:
        await ended(admin.close())
    return [p for p in partitions if p not in committed or committed[p].offset < 0]


async def commit_first_offsets(access: KafkaAccess, group: str, topics: Collection[str]) -> None:
    """Before a group's first member joins. Does nothing for partitions that were read before.

    A group that has members refuses it; what is missing then is committed by `FirstOffsets`.
    """
    partitions = await partitions_of(access, group, topics)
    new = await never_read(access, group, partitions)
    if not new:
        return
    consumer = AIOKafkaConsumer(
        **access.aiokafka(), group_id=group, enable_auto_commit=False, client_id=f"{group}.first"
    )
    consumer.assign(new)
    await consumer.start()
    try:
        await consumer.commit(_marked(await consumer.beginning_offsets(new)))
    except KafkaError as error:
        logger().info("first_offsets.left_to_members", group=group, error=error)
    finally:
        await ended(consumer.stop())


def _marked(beginnings: Mapping[TopicPartition, int]) -> dict[TopicPartition, tuple[int, str]]:
    """Told apart from an offset up to which something was read."""
    return {partition: (offset, BEGINNING) for partition, offset in beginnings.items()}


async def partitions_of(
    access: KafkaAccess, group: str, topics: Collection[str]
) -> list[TopicPartition]:
    """Every partition of these topics. `group` only says in the broker's logs who asks."""
    admin = AIOKafkaAdminClient(**access.aiokafka(), client_id=f"{group}.topics")
    await admin.start()
    try:
        described = await admin.describe_topics(list(topics))
    finally:
        await ended(admin.close())
    return [
        TopicPartition(topic["topic"], partition["partition"])
        for topic in described
        for partition in topic["partitions"]
    ]


class FirstOffsets(ConsumerRebalanceListener):  # type: ignore[misc]
    """Commits the beginning of a new partition that a running group is given.

    The consumer may have looked for an offset by then and found none. The seek takes that back, or
    comes too late and it pauses some seconds before it goes on.
    """

    def __init__(self, access: KafkaAccess, group: str) -> None:
        self.access = access
        self.group = group
        self.subscriber: Any = None

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        return None

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        if not assigned:
            return
        new = await never_read(self.access, self.group, assigned)
        if new:
            consumer = self.subscriber.consumer
            beginnings = await consumer.beginning_offsets(new)
            await consumer.commit(_marked(beginnings))
            for partition, offset in beginnings.items():
                consumer.seek(partition, offset)
