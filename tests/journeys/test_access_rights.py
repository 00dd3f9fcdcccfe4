"""Who may write and read what, tried on a real broker as each principal."""

from collections.abc import Sequence
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
)

from shared.contracts.catalogue import (
    CHECKER,
    FOLLOWS,
    SERVICES,
    ingress_topic,
    replies_topic,
    topics,
    topics_of,
)
from tests.support.bus import access, producer_of
from tests.support.local_stack import Infrastructure

SYSTEMS = ("police-records", "health-incidents", "la-cases")


async def may_write(infrastructure: Infrastructure, user: str, topic: str) -> bool:
    """Who may write to no topic at all does not even get an idempotent producer."""
    try:
        async with producer_of(infrastructure, user) as producer:
            await producer.send_and_wait(topic, b"{}")
    except (TopicAuthorizationFailedError, ClusterAuthorizationFailedError):
        return False
    return True


async def may_read(infrastructure: Infrastructure, user: str, topic: str) -> bool:
    """Joins a group of the user's own and asks for records, as a subscriber does."""
    consumer = AIOKafkaConsumer(
        topic,
        **access(infrastructure, user).aiokafka(),
        group_id=f"{user}.{uuid4()}",
        auto_offset_reset="earliest",
    )
    try:
        await consumer.start()
        await consumer.getmany(timeout_ms=500)
    except TopicAuthorizationFailedError:
        return False
    finally:
        await consumer.stop()
    return True


@pytest.mark.parametrize("system", SYSTEMS)
async def test_a_system_writes_its_own_ingress_and_no_other(
    infrastructure: Infrastructure, system: str
) -> None:
    others: Sequence[str] = [ingress_topic(other) for other in SYSTEMS if other != system]
    inside = [topics_of("intake")[0], replies_topic(system)]
    allowed = {
        topic: await may_write(infrastructure, system, topic) for topic in (*others, *inside)
    }
    assert not any(allowed.values()), allowed


@pytest.mark.parametrize("system", SYSTEMS)
async def test_a_system_reads_its_own_replies_and_nothing_else(
    infrastructure: Infrastructure, system: str
) -> None:
    assert await may_read(infrastructure, system, replies_topic(system))
    others = [replies_topic(other) for other in SYSTEMS if other != system]
    inside = [ingress_topic(system), "incident.decided"]
    allowed = {topic: await may_read(infrastructure, system, topic) for topic in (*others, *inside)}
    assert not any(allowed.values()), allowed


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_writes_no_topic_of_another(
    infrastructure: Infrastructure, service: str
) -> None:
    foreign = [topics_of(other)[0] for other in SERVICES if other != service and topics_of(other)]
    allowed = {topic: await may_write(infrastructure, service, topic) for topic in foreign}
    assert not any(allowed.values()), allowed


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_reads_what_it_follows(
    infrastructure: Infrastructure, service: str
) -> None:
    followed = [topics_of(source)[0] for source in FOLLOWS[service]]
    allowed = {topic: await may_read(infrastructure, service, topic) for topic in followed}
    assert all(allowed.values()), allowed


async def test_a_system_cannot_join_the_group_of_a_service(
    infrastructure: Infrastructure,
) -> None:
    consumer = AIOKafkaConsumer(
        replies_topic("police-records"),
        **access(infrastructure, "police-records").aiokafka(),
        group_id="intake.ingress",
    )
    with pytest.raises(GroupAuthorizationFailedError):
        await consumer.start()
    await consumer.stop()


async def test_the_checker_reads_every_topic_without_a_group(
    infrastructure: Infrastructure,
) -> None:
    partitions = [TopicPartition(spec.name, 0) for spec in topics(SYSTEMS)]
    consumer = AIOKafkaConsumer(**access(infrastructure, CHECKER).aiokafka(), group_id=None)
    await consumer.start()
    try:
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        await consumer.seek_to_beginning()
        await consumer.getmany(timeout_ms=500)
    finally:
        await consumer.stop()
    assert ends.keys() == set(partitions)


async def test_the_checker_writes_no_topic_and_joins_no_group(
    infrastructure: Infrastructure,
) -> None:
    written = (topics_of("intake")[0], ingress_topic(SYSTEMS[0]), replies_topic(SYSTEMS[0]))
    allowed = {topic: await may_write(infrastructure, CHECKER, topic) for topic in written}
    assert not any(allowed.values()), allowed
    for group in ("reporting.intake", "intake.ingress", f"{CHECKER}.own"):
        consumer = AIOKafkaConsumer(
            "incident.decided", **access(infrastructure, CHECKER).aiokafka(), group_id=group
        )
        with pytest.raises(GroupAuthorizationFailedError):
            await consumer.start()
        await consumer.stop()


async def test_a_wrong_password_opens_nothing(infrastructure: Infrastructure) -> None:
    right = access(infrastructure, "police-records")
    wrong = type(right)(right.bootstrap, right.username, str(uuid4()))
    producer = wrong.new_producer()
    with pytest.raises(KafkaError):
        await producer.start()
    await producer.stop()
