"""The one safe way to subscribe with FastStream. Its defaults lose messages; each option says why.

* `NACK_ON_ERROR`, given to each subscriber: the default commits before the handler runs, and a
  policy set on the broker does not reach subscribers.
* our own parser and decoder: the framework's raise on a null or non-UTF-8 header before the
  acknowledgement exists, and the record is then skipped.
* `no_reply`: else a `reply_to` header that a sender puts in makes us publish where it says.
* `auto_offset_reset="none"` with a first offset committed explicitly: a group that is new begins at
  the beginning, and an offset that is out of range stops the consumer instead of jumping.
* topics are never created by a consumer: they would get one partition and no retention.
* the broker waits a moment for more: what one cause says through several topics arrives together,
  and one transaction takes it in.
* in batches, of which all are delivered again when one fails: a commit for each record costs more
  than applying it.
* one subscriber per source over all its topics: two in one group would share their messages.
"""

import logging
from collections.abc import Collection, Sequence
from typing import Any, Protocol

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage
from faststream.message import StreamMessage

from shared.contracts.wire import Record
from shared.messaging.crash_points import consuming_as, crash_point
from shared.messaging.first_offsets import FirstOffsets
from shared.messaging.security import KafkaAccess

FETCH_MAX_WAIT_MS = 50
FETCH_MIN_BYTES = 16 * 1024
RECORDS_AT_ONCE = 200
MAX_PARTITION_FETCH_BYTES = 256 * 1024


class Consume(Protocol):
    async def __call__(self, *records: Record) -> None:
        """Returns once all of them are in the store for good; raises to get all of them again."""


def new_broker(access: KafkaAccess) -> KafkaBroker:
    """A broker that validates, logs and replies nothing by itself."""
    return KafkaBroker(
        access.bootstrap.split(","),
        security=access.faststream(),
        client_id=access.username,
        allow_auto_create_topics=False,
        apply_types=False,
        logger=_errors_only(),
        graceful_timeout=10.0,
    )


def _errors_only() -> logging.Logger:
    """Not the framework's own logger, which writes by itself, in colours, what it likes."""
    errors = logging.getLogger("vigil.broker")
    errors.setLevel(logging.ERROR)
    return errors


def subscribe(
    broker: KafkaBroker,
    access: KafkaAccess,
    group: str,
    consume: Consume,
    *,
    topics: Collection[str] = (),
    pattern: str | None = None,
) -> Any:
    """Adds a subscriber over `topics`, or over every topic that `pattern` names."""
    first_offsets = FirstOffsets(access, group)

    async def parser(record: ConsumerRecord) -> StreamMessage[Any]:
        return InHand((record, *await _more(subscriber.consumer)), subscriber.consumer)

    async def decoder(message: InHand) -> list[Record]:
        return [record_of(raw) for raw in message.records]

    subscriber = broker.subscriber(
        *topics,
        pattern=pattern,
        group_id=group,
        ack_policy=AckPolicy.NACK_ON_ERROR,
        auto_offset_reset="none",
        no_reply=True,
        parser=parser,
        decoder=decoder,
        listener=first_offsets,
        fetch_max_wait_ms=FETCH_MAX_WAIT_MS,
        fetch_min_bytes=FETCH_MIN_BYTES,
        max_partition_fetch_bytes=MAX_PARTITION_FETCH_BYTES,
        isolation_level="read_committed",
    )
    first_offsets.subscriber = subscriber

    @subscriber
    async def handle(records: list[Record]) -> None:
        consuming_as(group)
        crash_point("consumer.polled")
        await consume(*records)
        crash_point("consumer.committed")

    return subscriber


async def _more(consumer: Any) -> list[ConsumerRecord]:
    """What has been fetched already besides the record that woke us. The framework's own batches
    look for records every few milliseconds instead; its single records wait for them."""
    try:
        fetched = await consumer.getmany(timeout_ms=0, max_records=RECORDS_AT_ONCE - 1)
    except KafkaError:
        return []  # met again where the next record is waited for, and told there
    return [record for records in fetched.values() for record in records]


class InHand(KafkaAckableMessage):
    """Records until the broker has their offsets."""

    def __init__(self, records: Sequence[ConsumerRecord], consumer: Any) -> None:
        first = records[0]
        super().__init__(
            body=b"",
            headers={},
            reply_to="",
            message_id=f"{first.topic}/{first.partition}/{first.offset}",
            raw_message=first,
            consumer=consumer,
        )
        self.records = records

    async def ack(self) -> None:
        await super().ack()
        crash_point("consumer.offset_committed")

    async def nack(self) -> None:
        """Each partition goes back to the earliest of its records."""
        if not self.committed:
            for record in reversed(self.records):
                self.consumer.seek(TopicPartition(record.topic, record.partition), record.offset)
        await StreamMessage.nack(self)


def record_of(raw: ConsumerRecord) -> Record:
    """What arrived, untouched."""
    return Record(
        topic=raw.topic,
        partition=raw.partition,
        offset=raw.offset,
        key=raw.key,
        headers=tuple((name, value) for name, value in raw.headers),
        value=raw.value,
    )
