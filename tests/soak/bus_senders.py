"""The sending systems on the bus: each writes to its ingress topic and reads its own answers."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from shared.contracts.catalogue import (
    PARTITIONS,
    REPORT_SUBMITTED,
    ingress_topic,
    replies_topic,
    type_of,
)
from shared.messaging.security import KafkaAccess
from shared.messaging.stopping import ended
from shared.sealing.ingress import encrypt
from tests.soak.ledger import Ledger
from tests.soak.reports import Sent

ACKNOWLEDGED = type_of("report.acknowledged")
REFUSED_SORTS = frozenset({"reused_id", "malformed"})
SEND_SECONDS = 20.0
PAUSE_SECONDS = 0.5
READ_MS = 500


@dataclass
class OnItsWay:
    report: Sent
    answered: asyncio.Event = field(default_factory=asyncio.Event)


class BusSender:
    """One system. `open`: by id, what was sent and not yet answered; `records`: what the broker
    said it has, by sort (a record whose answer was lost is sent again and may be there twice)."""

    def __init__(
        self, system: str, access: KafkaAccess, public_key: Mapping[str, Any], ledger: Ledger
    ) -> None:
        self.system = system
        self.access = access
        self.public_key = public_key
        self.ledger = ledger
        self.open: dict[str, list[OnItsWay]] = {}
        self.sent: dict[str, Sent] = {}
        self.records: Counter[str] = Counter()
        self.resent = 0
        self._producer: AIOKafkaProducer | None = None
        self._lock = asyncio.Lock()

    async def send(self, report: Sent) -> asyncio.Event:
        """Returns when the broker has it, with what is set when it was answered."""
        on_its_way = OnItsWay(report)
        self.open.setdefault(str(report.id), []).append(on_its_way)
        self.sent.setdefault(str(report.id), report)
        value = encrypt(report.text.encode(), self.public_key)
        while not await self._try(report, value):
            self.resent += 1
            await asyncio.sleep(PAUSE_SECONDS)
        self.records[report.sort] += 1
        return on_its_way.answered

    async def _try(self, report: Sent, value: bytes) -> bool:
        """A producer that failed is not asked again: it may never recover its sequence."""
        producer: AIOKafkaProducer | None = None
        try:
            async with asyncio.timeout(SEND_SECONDS):
                producer = await self._signed_in()
                await producer.send_and_wait(
                    ingress_topic(self.system),
                    key=str(report.id).encode(),
                    value=value,
                    headers=_headers(report),
                )
        except (KafkaError, OSError, TimeoutError):
            if producer is not None:
                await self._leave(producer)
            return False
        return True

    async def _signed_in(self) -> AIOKafkaProducer:
        async with self._lock:
            if self._producer is None:
                producer = self.access.new_producer()
                try:
                    await producer.start()
                except BaseException:
                    await ended(producer.stop())
                    raise
                self._producer = producer
            return self._producer

    async def _leave(self, producer: AIOKafkaProducer) -> None:
        async with self._lock:
            if self._producer is not producer:
                return
            self._producer = None
        await ended(producer.stop())

    async def read_answers(self) -> None:
        """Until cancelled. After an error it goes on where it was."""
        positions = {TopicPartition(replies_topic(self.system), n): 0 for n in range(PARTITIONS)}
        while True:
            consumer = AIOKafkaConsumer(**self.access.aiokafka(), auto_offset_reset="none")
            try:
                await consumer.start()
                consumer.assign(list(positions))
                for partition, offset in positions.items():
                    consumer.seek(partition, offset)
                while True:
                    for partition, records in (await consumer.getmany(timeout_ms=READ_MS)).items():
                        for record in records:
                            self.read(record)
                        positions[partition] = records[-1].offset + 1
            except (KafkaError, OSError):
                await asyncio.sleep(PAUSE_SECONDS)
            finally:
                await ended(consumer.stop())

    def read(self, record: "ConsumerRecord[bytes, bytes]") -> None:
        said = json.loads(record.value or b"{}")
        sender_id = said.get("sender_report_id") or ""
        accepted = dict(record.headers).get("ce_type") == ACKNOWLEDGED.encode()
        closed = self._close(sender_id, accepted)
        report = closed or self.sent.get(sender_id)
        if report is None:
            self.ledger.stray(self.system, sender_id)
        elif accepted:
            self.ledger.acknowledge(
                report, said["receipt_id"], said["content_sha256"], said["report_id"]
            )
        else:
            self.ledger.refuse(report, said["reason"])

    def _close(self, sender_id: str, accepted: bool) -> Sent | None:
        """The first that this can be the answer to. One more answer than asked for is no harm."""
        waiting = self.open.get(sender_id, [])
        for on_its_way in waiting:
            if (on_its_way.report.sort in REFUSED_SORTS) != accepted:
                waiting.remove(on_its_way)
                if not waiting:
                    del self.open[sender_id]
                on_its_way.answered.set()
                return on_its_way.report
        return None

    async def close(self) -> None:
        if self._producer is not None:
            await ended(self._producer.stop())


def _headers(report: Sent) -> list[tuple[str, bytes]]:
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": str(report.id),
        "ce_type": REPORT_SUBMITTED,
        "ce_source": f"/org/{report.organisation}/{report.system}",
        "content-type": "application/jose",
    }
    return [(name, value.encode()) for name, value in attributes.items()]
