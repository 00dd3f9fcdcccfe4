"""Every consumer of every service was made by the one safe function, and so it behaves."""

import base64
import importlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import ConsumerRecord, TopicPartition
from faststream import AckPolicy
from faststream.kafka.publisher.producer import AioKafkaFastProducer

from shared.contracts.catalogue import FOLLOWS, topics_of
from shared.contracts.wire import Record, read_inside
from shared.messaging.node import Node
from shared.messaging.security import KafkaAccess
from shared.messaging.store import Store
from shared.messaging.subscribing import InHand, new_broker, subscribe
from shared.sealing.envelope import Keyring
from shared.sealing.ingress import new_private_key
from tests.boundaries.source import (
    PRODUCTION,
    SERVICES,
    calls,
    imports,
    place,
    python_files,
    relative,
    within,
)
from tests.support.systems import Systems

SUBSCRIBES = {"shared/messaging/subscribing.py"}
SENDS_TO_KAFKA = {"shared/messaging/relay.py"}
OUTSIDE_SYSTEM = "deploy/samples/bus_system.py"
"""Plays a sending system of somebody else, with that system's own credentials."""

HOLDS_NO_PRODUCER = {
    "services/panel_notification/sending.py": "sends letters through a mail channel",
    "deploy/samples/publish.py": "asks the sample system to send",
}


@pytest.fixture(params=SERVICES)
async def node(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Node:
    """A service's real node, put together by its own app.py; nothing is connected."""
    app = importlib.import_module(f"services.{request.param}.app")

    async def no_store(_: object, service: str) -> Store:
        return Store(None, service, Keyring(b"k" * 32, kek_id="test"))

    monkeypatch.setattr(app, "open_store", no_store)
    monkeypatch.setenv("VIGIL_SMTP_PORT", "2525")
    settings = app.build_node.__annotations__["settings"]
    built = await app.build_node(settings(**_settings(request.param, tmp_path)))
    assert isinstance(built, Node)
    return built


def _settings(service: str, directory: Path) -> dict[str, Any]:
    key = base64.urlsafe_b64encode(b"k" * 32).decode()
    private_key = json.dumps(new_private_key("test")) if service == "intake" else ""
    return {
        "http_port": 8199,
        "database_port": 5432,
        "database_name": service,
        "database_user": f"{service}_app",
        "database_password": "none",
        "kafka_bootstrap": "127.0.0.1:1",
        "kafka_username": service,
        "kafka_password": "none",
        "key_encryption_key": key,
        "blind_index_key": key,
        "page_key": key,
        "region_key": key,
        "ingress_private_key": private_key,
        "systems_file": Systems(directory).file,
        "state_dir": directory,
    }


def test_a_failed_record_is_delivered_again(node: Node) -> None:
    """The framework's default commits before the handler runs."""
    assert node.broker.subscribers
    for subscriber in _subscribers(node):
        assert subscriber.ack_policy is AckPolicy.NACK_ON_ERROR
        assert subscriber._connection_args["enable_auto_commit"] is False


def test_no_header_of_a_sender_makes_us_publish(node: Node) -> None:
    assert all(subscriber._no_reply is True for subscriber in _subscribers(node))


def test_an_offset_out_of_range_stops_the_consumer(node: Node) -> None:
    for subscriber in _subscribers(node):
        assert subscriber._connection_args["auto_offset_reset"] == "none"
        assert subscriber._listener is not None
        assert subscriber._listener.subscriber is subscriber


def test_a_consumer_creates_no_topic(node: Node) -> None:
    assert node.broker.config.broker_config.allow_auto_create_topics is False


def test_records_are_parsed_by_our_own_parser(node: Node) -> None:
    for subscriber in _subscribers(node):
        for function in (subscriber._call_options.parser, subscriber._call_options.decoder):
            assert function.__module__ == "shared.messaging.subscribing"


class NothingMore:
    """A consumer that has fetched one record and no other."""

    async def getmany(self, **_: object) -> dict[object, list[object]]:
        return {}


async def test_a_record_that_no_parser_expects_still_arrives(node: Node) -> None:
    raw = ConsumerRecord(
        topic="incident.decided",
        partition=0,
        offset=7,
        timestamp=0,
        timestamp_type=0,
        key=b"\xff",
        value=None,
        checksum=None,
        serialized_key_size=1,
        serialized_value_size=-1,
        headers=(("ce_id", None), ("ce_type", b"\xff\xfe"), ("reply_to", b"notice.sent")),
    )
    for subscriber in _subscribers(node):
        subscriber.consumer = NothingMore()
        parse, decode = subscriber._get_parser_and_decoder()
        message = await parse(raw)
        (record,) = await decode(message)
        assert isinstance(record, Record)
        assert (record.offset, record.key, record.value) == (7, b"\xff", None)
        assert record.headers == raw.headers
        assert not message.reply_to
        assert read_inside(record, "intake").fault is not None


async def test_records_that_failed_are_all_delivered_again() -> None:
    """Each partition goes back to the first of them, whatever the order they came in."""
    stands: dict[TopicPartition, int] = {}

    class Seeking:
        def seek(self, partition: TopicPartition, offset: int) -> None:
            stands[partition] = offset

    places = [("a", 0, 5), ("b", 0, 3), ("a", 0, 6), ("a", 1, 9), ("b", 0, 4)]
    records = [SimpleNamespace(topic=t, partition=p, offset=o) for t, p, o in places]
    await InHand(records, Seeking()).nack()  # type: ignore[arg-type]
    assert stands == {
        TopicPartition("a", 0): 5,
        TopicPartition("a", 1): 9,
        TopicPartition("b", 0): 3,
    }


def test_a_service_has_one_consumer_for_each_source_and_intake_one_for_its_doors(
    node: Node,
) -> None:
    service = node.store.service
    expected = {f"{service}.{source}": set(topics_of(source)) for source in FOLLOWS[service]}
    if service == "intake":
        expected["intake.ingress"] = set()
    subscribed = {s.group_id: {topic.name for topic in s.topics} for s in _subscribers(node)}
    assert subscribed == expected
    assert len(_subscribers(node)) == len(expected)


def test_the_door_reads_every_ingress_topic_and_nothing_else(node: Node) -> None:
    patterns = [s._pattern for s in _subscribers(node) if s._pattern]
    assert patterns == ([r"ingress\..*"] if node.store.service == "intake" else [])


def test_every_group_begins_at_the_beginning(node: Node) -> None:
    begun = {group: set(topics) for group, topics in node._groups}
    assert begun.keys() == {s.group_id for s in _subscribers(node)}
    for subscriber in _subscribers(node):
        assert {topic.name for topic in subscriber.topics} <= begun[subscriber.group_id]


async def test_a_subscriber_with_the_defaults_would_be_found() -> None:
    """The tests above can fail: this is what the framework does when it is not told."""
    access = KafkaAccess("127.0.0.1:1", "reporting", "none")
    broker = new_broker(access)

    async def consume(*_: Record) -> None:
        return None

    safe = subscribe(broker, access, "g", consume, topics=["incident.decided"])
    unsafe: Any = broker.subscriber("incident.decided", group_id="g")
    assert unsafe.ack_policy is not safe.ack_policy
    assert unsafe._no_reply is False
    assert unsafe._connection_args["auto_offset_reset"] != "none"
    assert unsafe._call_options.parser is None


def test_subscribers_are_made_in_one_place() -> None:
    made = {
        relative(path)
        for path in python_files(*PRODUCTION)
        for call in calls(path)
        if getattr(call.func, "attr", "") == "subscriber"
    }
    assert made == SUBSCRIBES, "subscribe through shared.messaging.subscribing.subscribe"


def test_only_the_relay_publishes() -> None:
    """What is published without the outbox is lost with the process, or told although undone."""
    sent = [
        place(path, call)
        for path in python_files(*PRODUCTION)
        for call in calls(path)
        if getattr(call.func, "attr", "")
        in {"publish", "publisher", "send", "send_and_wait", "send_batch", "request_reply"}
        and relative(path) not in SENDS_TO_KAFKA | {OUTSIDE_SYSTEM} | HOLDS_NO_PRODUCER.keys()
    ]
    assert not sent, f"{sent}: add the event to the outbox"


def test_those_that_send_something_else_hold_no_producer() -> None:
    for path in python_files(*PRODUCTION):
        if relative(path) in HOLDS_NO_PRODUCER:
            names = [name for name, _ in imports(path) if not within(name, "aiokafka.errors")]
            assert not [n for n in names if within(n, "aiokafka", "faststream", "confluent_kafka")]


def test_producers_are_made_for_the_relay_only() -> None:
    made = {
        relative(path)
        for path in python_files(*PRODUCTION)
        for call in calls(path)
        if getattr(call.func, "id", "") in {"AIOKafkaProducer", AioKafkaFastProducer.__name__}
        or getattr(call.func, "attr", "") in {"AIOKafkaProducer", "Producer"}
    }
    assert made == {"shared/messaging/security.py", OUTSIDE_SYSTEM}


def _subscribers(node: Node) -> list[Any]:
    return list(node.broker.subscribers)
