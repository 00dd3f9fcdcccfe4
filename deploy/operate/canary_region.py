"""A stand-in for a region's subscriber: it reads the region's topic with the region's own user and
confirms what is synthetic. It joins no group, so that the real subscriber's place stays its own.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.operate.canary_case import REGION, confirmation
from deploy.samples.bus_system import BusSystem, Said
from shared.contracts.catalogue import DELIVERY_CONFIRMED, PARTITIONS
from shared.contracts.region_topics import shared_topic, subscriber_of
from shared.contracts.sharing_codes import SharedTopic
from shared.messaging.security import KafkaAccess
from shared.messaging.stopping import ended

TOPIC = shared_topic(REGION, SharedTopic.INCIDENT_NOTIFIED)
SUBSCRIBER = subscriber_of(REGION)
READ_MS = 200


class RegionStandIn:
    """`read`: the synthetic events since it began, by id, and when each was read."""

    def __init__(self, access: KafkaAccess, system: BusSystem, public_key: str) -> None:
        self._system = system
        self._key = json.loads(public_key)
        self._consumer = AIOKafkaConsumer(
            **access.aiokafka(), group_id=None, enable_auto_commit=False
        )
        self.read: dict[str, datetime] = {}

    @asynccontextmanager
    async def reading(self) -> AsyncIterator["RegionStandIn"]:
        """From the topic's end as it is now."""
        await self._consumer.start()
        try:
            await self._consumer.topics()
            numbers = self._consumer.partitions_for_topic(TOPIC) or range(PARTITIONS)
            self._consumer.assign([TopicPartition(TOPIC, number) for number in sorted(numbers)])
            await self._consumer.seek_to_end()
            for partition in self._consumer.assignment():
                await self._consumer.position(partition)
            yield self
        finally:
            await ended(self._consumer.stop())

    async def look(self) -> None:
        """Takes in what has come."""
        batches = await self._consumer.getmany(timeout_ms=READ_MS)
        for record in (record for batch in batches.values() for record in batch):
            headers = {name: value for name, value in record.headers if value is not None}
            if headers.get("ce_synthetic") == b"true":
                self.read[headers["ce_id"].decode()] = datetime.now(UTC)

    async def confirm(self, event_id: str) -> None:
        now = datetime.now(UTC)
        said = confirmation(event_id, TOPIC, self.read[event_id], now)
        await self._system.say(
            Said(DELIVERY_CONFIRMED, uuid4(), SUBSCRIBER, now.isoformat(), said), self._key
        )
