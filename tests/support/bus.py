"""Writing to a real Kafka as any principal, and running a node beside it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

from aiokafka import AIOKafkaProducer

from shared.contracts.catalogue import source_of, type_of
from shared.contracts.envelope import Envelope, case_stream
from shared.contracts.payload import Payload
from shared.contracts.wire import headers_of
from shared.messaging.node import Node
from shared.messaging.registry import Registry
from shared.messaging.security import KafkaAccess
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.support.local_stack import Infrastructure

Headers = Sequence[tuple[str, bytes | None]]


def access(infrastructure: Infrastructure, user: str) -> KafkaAccess:
    return KafkaAccess(infrastructure.kafka_bootstrap, user, infrastructure.kafka_password(user))


@asynccontextmanager
async def producer_of(infrastructure: Infrastructure, user: str) -> AsyncIterator[AIOKafkaProducer]:
    producer = access(infrastructure, user).new_producer()
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


def inside_record(
    topic: str, producer: str, case_id: UUID, sequence: int, data: Payload, **changes: object
) -> tuple[str, bytes, list[tuple[str, bytes | None]], bytes]:
    """Topic, key, headers and value as a relay would write them; `changes` replace attributes."""
    now = datetime.now(UTC)
    attributes = {
        "id": uuid4(),
        "source": source_of(producer),
        "type": type_of(topic),
        "time": now,
        "recordedtime": now,
        "subject": case_stream(case_id),
        "correlationid": case_id,
        "sequence": sequence,
    }
    envelope = Envelope.model_validate(attributes | changes)
    headers: list[tuple[str, bytes | None]] = [
        (name, value.encode()) for name, value in headers_of(envelope).items()
    ]
    return topic, case_stream(case_id).encode(), headers, data.model_dump_json().encode()


@asynccontextmanager
async def running_node(
    infrastructure: Infrastructure, store: Store, registry: Registry, *, publishes: bool = True
) -> AsyncIterator[Node]:
    """A node of this process on the real bus, until the block ends."""
    node = Node(
        store,
        access(infrastructure, store.service),
        registry,
        Tracing(store.service, None),
        Metrics(),
        publishes=publishes,
        compares=False,
    )
    await asyncio.wait_for(node.start(), 30)
    try:
        yield node
    finally:
        await node.stop()
