"""Somebody else's reader of a region's topics: librdkafka, and the CloudEvents SDK."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from shared.messaging.security import KafkaAccess

READ_SECONDS = 20.0
PARTITIONS = 3


@dataclass(frozen=True)
class Heard:
    """One record, as it lies on its topic."""

    topic: str
    key: bytes
    headers: dict[str, str]
    value: bytes

    @property
    def id(self) -> UUID:
        return UUID(self.headers["ce_id"])

    @property
    def data(self) -> dict[str, Any]:
        return dict(json.loads(self.value))

    @property
    def whole(self) -> str:
        """Everything that can be read of it, but its topic."""
        return json.dumps([self.key.decode(), self.headers, self.data])

    def by_the_sdk(self) -> dict[str, Any]:
        """Attributes as the SDK of CloudEvents finds them."""
        said: dict[str, Any] = {name: value.encode() for name, value in self.headers.items()}
        return dict(from_binary_event(KafkaMessage(said, self.key, self.value)).get_attributes())


def read(
    access: KafkaAccess, topics: Sequence[str], enough: Callable[[list[Heard]], bool]
) -> list[Heard]:
    """From the beginning until it is enough, or 20 s. Raises KafkaException."""
    consumer = consumer_of(access)
    found: list[Heard] = []
    give_up = datetime.now(UTC) + timedelta(seconds=READ_SECONDS)
    try:
        consumer.assign([TopicPartition(t, p, 0) for t in topics for p in range(PARTITIONS)])
        while not enough(found) and datetime.now(UTC) < give_up:
            message = consumer.poll(0.5)
            if message is None:
                continue
            found.append(heard_of(message))
    finally:
        consumer.close()
    return found


def heard_of(message: Message) -> Heard:
    """Raises KafkaException for what is no record."""
    if (fault := message.error()) is not None:
        raise KafkaException(fault)
    pairs: list[tuple[str, bytes]] = list(message.headers() or [])  # type: ignore[arg-type]
    said = {name: value.decode() for name, value in pairs}
    return Heard(str(message.topic()), _bytes(message.key()), said, _bytes(message.value()))


def _bytes(text: str | bytes | None) -> bytes:
    return text.encode() if isinstance(text, str) else text or b""


def refused(access: KafkaAccess, topic: str) -> bool:
    """Whether the broker lets a user neither see nor read a topic."""
    consumer = consumer_of(access)
    try:
        fault = consumer.list_topics(topic, timeout=READ_SECONDS).topics[topic].error
        return fault is not None and fault.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED
    finally:
        consumer.close()


def consumer_of(access: KafkaAccess, group: str = "") -> Consumer:
    """In a group of its own that nobody else uses, unless one is named."""
    return Consumer(
        {
            "bootstrap.servers": access.bootstrap,
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": access.username,
            "sasl.password": access.password,
            "group.id": group or f"{access.username}.reader-{uuid4().hex[:8]}",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "log_level": 0,
        }
    )
