"""Intake's bus door on a real Kafka, and the police system before it."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

from aiokafka import AIOKafkaConsumer

from services.intake.front_door import FrontDoor
from shared.contracts.catalogue import REPORT_SUBMITTED, ingress_topic, replies_topic
from shared.messaging.node import Node
from shared.messaging.registry import Registry
from shared.messaging.subscribing import subscribe
from shared.sealing.ingress import encrypt
from tests.conftest import SYSTEMS
from tests.services.intake.conftest import Intake
from tests.support.bus import Headers, access, producer_of
from tests.support.local_stack import Infrastructure
from tests.support.waiting import eventually

POLICE = "police-records"
MARKER = "Marker-Surname"
OPERATOR = "A. Operator (invented)"


@asynccontextmanager
async def open_door(
    infrastructure: Infrastructure, intake: Intake, registry: Registry | None = None
) -> AsyncIterator[FrontDoor]:
    node = Node(
        intake.store,
        access(infrastructure, "intake"),
        registry or Registry("intake"),
        intake.desk.tracing,
        intake.desk.metrics,
        compares=False,
    )
    door = FrontDoor(intake.desk)
    subscribe(node.broker, node.access, door.group, door.consume, pattern=r"ingress\..*")
    ingress = [ingress_topic(system) for system in SYSTEMS]
    node.begin_at_the_beginning(door.group, ingress, door.consume)
    await node.start()
    try:
        yield door
    finally:
        await node.stop()


def attributes(
    sender_id: UUID | str,
    organisation: str = "police-merseyside",
    type_: str = REPORT_SUBMITTED,
    system: str = POLICE,
) -> Headers:
    values = {
        "ce_specversion": "1.0",
        "ce_id": str(sender_id),
        "ce_type": type_,
        "ce_source": f"/org/{organisation}/{system}",
        "ce_time": "2026-03-02T09:20:00+00:00",
        "content-type": "application/jose",
    }
    return [(name, value.encode()) for name, value in values.items()]


class Sender:
    """A system, of the police unless said: writes to its ingress, reads its replies."""

    def __init__(
        self, intake: Intake, producer: Any, replies: AIOKafkaConsumer, system: str = POLICE
    ) -> None:
        self.intake = intake
        self.system = system
        self.producer = producer
        self.replies = replies
        self.sent: set[str] = set()

    def sealed(self, body: dict[str, Any] | bytes) -> bytes:
        plain = body if isinstance(body, bytes) else json.dumps(body).encode()
        return encrypt(plain, self.intake.desk.ingress_keys.public()[0])

    async def send(self, value: bytes | None, headers: Headers, key: bytes | None = None) -> None:
        written = await self.producer.send_and_wait(
            f"ingress.{self.system}", value, key=key, headers=list(headers), partition=0
        )
        sender_id = dict(headers).get("ce_id") or b""
        self.sent |= {f"{written.partition}/{written.offset}", sender_id.decode()}

    async def answers(self, count: int) -> list[dict[str, Any]]:
        """Of what this sender sent: the topics hold what other tests left there."""
        found: list[dict[str, Any]] = []

        async def enough() -> bool:
            batch = await self.replies.getmany(timeout_ms=200)
            for records in batch.values():
                for record in records:
                    if record.key.decode() not in self.sent:
                        continue
                    headers = {name: value.decode() for name, value in record.headers}
                    found.append(
                        {"type": headers["ce_type"], "key": record.key.decode(), "headers": headers}
                        | json.loads(record.value)
                    )
            return len(found) >= count

        await eventually(enough, f"{count} answers on the replies topic")
        return found


@asynccontextmanager
async def sender(
    infrastructure: Infrastructure, intake: Intake, system: str = POLICE
) -> AsyncIterator[Sender]:
    """A system that reads its answers from now on."""
    replies = AIOKafkaConsumer(
        replies_topic(system),
        **access(infrastructure, system).aiokafka(),
        group_id=f"{system}.{uuid4()}",
        auto_offset_reset="latest",
    )
    await replies.start()
    await replies.seek_to_end()
    for partition in replies.assignment():
        await replies.position(partition)
    try:
        async with producer_of(infrastructure, system) as producer:
            yield Sender(intake, producer, replies, system)
    finally:
        await replies.stop()


async def kept(intake: Intake) -> Sequence[str]:
    async with intake.store.reading() as connection:
        rows = await connection.fetch("select reason from quarantine where status = 'open'")
    return [row["reason"] for row in rows]
