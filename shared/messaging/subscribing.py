"""The one safe way to subscribe with FastStream. Its defaults lose messages; each option says why.

* `NACK_ON_ERROR`, given to each subscriber: the default commits before the handler runs, and a
  policy set on the broker does not reach subscribers.
* our own parser and decoder: the framework's raise on a null or non-UTF-8 header before the
  acknowledgement exists, and the record is then skipped.
* `no_reply`: else a `reply_to` header that a sender puts in makes us publish where it says.
* `auto_offset_reset="none"` with a first offset committed explicitly: a group that is new begins at
  the beginning, and an offset that is out of range stops the consumer instead of jumping.
* topics are never created by a consumer: they would get one partition and no retention.
* one subscriber per source over all its topics: two in one group would share their messages.
"""

import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from aiokafka import ConsumerRecord
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage
from faststream.message import StreamMessage

from shared.contracts.wire import Record
from shared.messaging.first_offsets import FirstOffsets
from shared.messaging.security import KafkaAccess

Consume = Callable[[Record], Awaitable[None]]

FETCH_MAX_WAIT_MS = 50
MAX_PARTITION_FETCH_BYTES = 256 * 1024


def new_broker(access: KafkaAccess) -> KafkaBroker:
    """A broker that validates, logs and replies nothing by itself."""
    return KafkaBroker(
        access.bootstrap,
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
        return KafkaAckableMessage(
            body=b"",
            headers={},
            reply_to="",
            message_id=f"{record.topic}/{record.partition}/{record.offset}",
            raw_message=record,
            consumer=subscriber.consumer,
        )

    async def decoder(message: StreamMessage[Any]) -> Record:
        return record_of(message.raw_message)

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
        max_partition_fetch_bytes=MAX_PARTITION_FETCH_BYTES,
        isolation_level="read_committed",
    )
    first_offsets.subscriber = subscriber

    @subscriber
    async def handle(record: Record) -> None:
        await consume(record)

    return subscriber


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
