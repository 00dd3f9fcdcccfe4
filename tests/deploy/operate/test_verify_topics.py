"""What is wrong on the bus itself is named; each test puts the topic back as it was."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
)

from deploy.local.provision_kafka import administrator
from shared.contracts.catalogue import INGRESS_GROUP, REPLIES_KEPT_MS, ingress_topic, replies_topic
from shared.messaging.security import KafkaAccess
from tests.conftest import superuser_connection
from tests.deploy.operate.test_verify import failed
from tests.deploy.operate.world import World
from tests.support.bus import access, producer_of
from tests.support.local_stack import Infrastructure

pytestmark = pytest.mark.long
QUIET_SYSTEM = "health-incidents"


@asynccontextmanager
async def record_of(
    infrastructure: Infrastructure, user: str, topic: str
) -> AsyncIterator[TopicPartition]:
    """A record written around everything, the first of its partition; cut off afterwards."""
    headers = [
        ("ce_id", str(uuid4()).encode()),
        ("ce_type", b"uk.vigil.report.refused.v1"),
        ("ce_source", b"/org/trust-northbank/health-incidents"),
    ]
    async with producer_of(infrastructure, user) as producer:
        written = await producer.send_and_wait(topic, b"{}", headers=headers, partition=2)
    partition = TopicPartition(topic, 2)
    yield partition
    boss = KafkaAccess(
        infrastructure.kafka_bootstrap,
        infrastructure.kafka_admin,
        infrastructure.kafka_admin_password,
    )
    admin = AIOKafkaAdminClient(**boss.aiokafka())
    await admin.start()
    await admin.delete_records({partition: RecordsToDelete(before_offset=written.offset + 1)})
    await admin.close()


async def test_an_event_that_no_outbox_wrote_is_named(world: World) -> None:
    topic = replies_topic(QUIET_SYSTEM)
    async with record_of(world.infrastructure, "intake", topic):
        assert await failed(world.estate) == {"I04"}
    assert await failed(world.estate) == set()


async def test_a_report_that_waits_is_named_and_so_is_one_that_was_skipped(world: World) -> None:
    topic = ingress_topic(QUIET_SYSTEM)
    async with record_of(world.infrastructure, QUIET_SYSTEM, topic) as partition:
        assert await failed(world.estate) == {"I22"}
        assert await failed(world.estate, strict=False, grace_seconds=3_600) == set()
        await _skip(world.infrastructure, partition, 1)
        assert await failed(world.estate) == {"I07"}
        assert await failed(world.estate, strict=False, grace_seconds=3_600) == {"I07"}
    assert await failed(world.estate) == set()


async def _skip(infrastructure: Infrastructure, partition: TopicPartition, to: int) -> None:
    """The door's consumer passes a record without taking it in, at the broker and in its store."""
    consumer = AIOKafkaConsumer(
        **access(infrastructure, "intake").aiokafka(),
        group_id=INGRESS_GROUP,
        enable_auto_commit=False,
    )
    consumer.assign([partition])
    await consumer.start()
    await consumer.commit({partition: to})
    await consumer.stop()
    connection = await superuser_connection(infrastructure, "intake")
    await connection.execute(
        """insert into consumed_offset (topic, kafka_partition, next_offset) values ($1, $2, $3)
           on conflict (topic, kafka_partition) do update set next_offset = $3""",
        partition.topic,
        partition.partition,
        to,
    )
    await connection.close()


async def test_a_topic_that_forgets_too_soon_is_named(world: World) -> None:
    topic = replies_topic(QUIET_SYSTEM)
    _keep(world.infrastructure, topic, 1_000_000)
    try:
        assert await failed(world.estate) == {"I39"}
    finally:
        _keep(world.infrastructure, topic, REPLIES_KEPT_MS)


def _keep(infrastructure: Infrastructure, topic: str, milliseconds: int) -> None:
    admin = administrator(infrastructure.kafka_bootstrap, infrastructure.kafka_admin_password)
    entry = ConfigEntry(
        "retention.ms", str(milliseconds), incremental_operation=AlterConfigOpType.SET
    )
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=[entry])
    for answer in admin.incremental_alter_configs([resource]).values():
        answer.result(20)
