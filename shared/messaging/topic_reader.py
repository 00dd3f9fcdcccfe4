"""Reads exact ranges of topics beside every group: nothing is joined, nothing committed."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment

from shared.messaging.security import KafkaAccess
from shared.messaging.stopping import ended

READ_MS = 200
BEGINNING = "beginning"
"""Metadata of an offset that was committed before a group had read anything."""

Take = Callable[[Sequence[Any]], Awaitable[None]]


def hold(consumer: AIOKafkaConsumer, partitions: Collection[TopicPartition]) -> None:
    """Makes the topics known to a client in no group before it is asked for their offsets.

    Of topics that it does not know aiokafka 0.14 asks one at a time, a tenth of a second each.
    Nothing is fetched: the partitions are paused until they are resumed or assigned again.
    """
    consumer.assign(list(partitions))
    for partition in partitions:
        consumer.seek(partition, 0)
    consumer.pause(*partitions)


class TopicReader:
    """Made by `topic_reader`."""

    def __init__(self, admin: AIOKafkaAdminClient, consumer: AIOKafkaConsumer) -> None:
        self._admin = admin
        self._consumer = consumer

    async def partitions(self, topics: Collection[str]) -> list[TopicPartition]:
        """Those that exist; a topic that does not is left out."""
        if not topics:
            return []
        described = await self._admin.describe_topics(sorted(topics))
        return sorted(
            TopicPartition(topic["topic"], partition["partition"])
            for topic in described
            for partition in topic["partitions"]
        )

    async def committed(
        self, group: str, partitions: Collection[TopicPartition]
    ) -> dict[TopicPartition, int]:
        """How far the group has read; partitions of which it read nothing are left out."""
        if not partitions:
            return {}
        found = await self._admin.list_consumer_group_offsets(group, partitions=list(partitions))
        return {
            partition: known.offset
            for partition, known in found.items()
            if known.offset > 0 and known.metadata != BEGINNING
        }

    async def has_members(self, groups: Sequence[str]) -> bool:
        """One at a time: aiokafka 0.14 misreads an answer about more than one."""
        described = [await self._admin.describe_consumer_groups([name]) for name in groups]
        return any(group[5] for (answer,) in described for group in answer.groups)

    async def ends(self, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        if not partitions:
            return {}
        hold(self._consumer, partitions)
        return dict(await self._consumer.end_offsets(list(partitions)))

    async def begins(self, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        if not partitions:
            return {}
        hold(self._consumer, partitions)
        return dict(await self._consumer.beginning_offsets(list(partitions)))

    async def at(
        self, partitions: Collection[TopicPartition], instant: datetime
    ) -> dict[TopicPartition, int]:
        """The first offset written at `instant` (aware) or later; the end where there is none."""
        hold(self._consumer, partitions)
        milliseconds = int(instant.timestamp() * 1000)
        found = await self._consumer.offsets_for_times(dict.fromkeys(partitions, milliseconds))
        ends = await self.ends(partitions)
        return {p: found[p].offset if found.get(p) else ends[p] for p in partitions}

    async def assigned(self, group: str) -> tuple[int, set[TopicPartition]]:
        """How many members a group has, and which partitions they have been given."""
        (answer,) = await self._admin.describe_consumer_groups([group])
        members = answer.groups[0][5]
        # While a group settles who has what, its members have been given nothing yet.
        given = (ConsumerProtocolMemberAssignment.decode(m[-1]) for m in members if m[-1])
        return len(members), {
            TopicPartition(topic, partition)
            for assignment in given
            for topic, partitions in assignment.assignment
            for partition in partitions
        }

    async def read(self, ranges: Mapping[TopicPartition, tuple[int, int]], take: Take) -> None:
        """Gives `take` the records from the first up to and without the second offset of each
        partition, in order within it; what is no longer kept there is left out."""
        left = {part: end for part, (first, end) in ranges.items() if first < end}
        if not left:
            return
        self._consumer.assign(list(left))
        for partition in left:
            self._consumer.seek(partition, ranges[partition][0])
        while left:
            batches = await self._consumer.getmany(*left, timeout_ms=READ_MS)
            for partition, records in batches.items():
                wanted = [record for record in records if record.offset < left[partition]]
                if wanted:
                    await take(wanted)
            for partition in list(left):
                if await self._consumer.position(partition) >= left[partition]:
                    del left[partition]


@asynccontextmanager
async def topic_reader(access: KafkaAccess) -> AsyncIterator[TopicReader]:
    """Raises OSError or KafkaError without a broker."""
    admin = AIOKafkaAdminClient(**access.aiokafka(), client_id=f"{access.username}.looks")
    consumer = AIOKafkaConsumer(
        **access.aiokafka(),
        client_id=f"{access.username}.reads",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
    )
    try:
        await admin.start()
        await consumer.start()
        yield TopicReader(admin, consumer)
    finally:
        await ended(consumer.stop())
        await ended(admin.close())
