"""A sending system on the bus: it writes to its ingress topic and reads its own answers."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from deploy.samples.kept import Answer, KeptReport
from shared.contracts.catalogue import REPORT_SUBMITTED, ingress_topic, replies_topic, type_of
from shared.sealing.ingress import encrypt

ACKNOWLEDGED, REFUSED = type_of("report.acknowledged"), type_of("report.refused")
READ_MS = 500


class BusSystem:
    """One system, signed in under its own name."""

    def __init__(self, system: str, bootstrap: str, password: str) -> None:
        self.system = system
        access = access_of(system, bootstrap, password)
        self._producer = AIOKafkaProducer(**access, acks="all", enable_idempotence=True)
        self._consumer = AIOKafkaConsumer(
            replies_topic(system),
            **access,
            group_id=f"{system}.samples",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )

    @asynccontextmanager
    async def signed_in(self) -> AsyncIterator["BusSystem"]:
        try:
            await self._producer.start()
            await self._consumer.start()
            yield self
        finally:
            await self._consumer.stop()
            await self._producer.stop()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator["BusSystem"]:
        """For who reads nothing of what it is answered, or reads it elsewhere."""
        try:
            await self._producer.start()
            yield self
        finally:
            await self._consumer.stop()
            await self._producer.stop()

    async def send(self, reports: Sequence[KeptReport], public_key: Mapping[str, Any]) -> None:
        """Returns when the broker has all of them; the encryption is new each time."""
        topic = ingress_topic(self.system)
        written = [
            await self._producer.send(
                topic,
                key=report.id.encode(),
                value=encrypt(report.content.encode(), public_key),
                headers=_headers(report),
            )
            for report in reports
        ]
        await asyncio.gather(*written)

    async def say(self, said: "Said", public_key: Mapping[str, Any]) -> None:
        """Anything else that a system may write. Returns when the broker has it."""
        await self._producer.send_and_wait(
            ingress_topic(self.system),
            key=str(said.id).encode(),
            value=encrypt(json.dumps(said.content).encode(), public_key),
            headers=_attributes(
                said.type, str(said.id), f"/org/{said.organisation}/{self.system}", said.at
            ),
        )

    async def answers(
        self, expected: Sequence[str], within: float
    ) -> AsyncIterator[tuple[str, Answer]]:
        """The answer to each of these reports, as it comes; ends when all are in or `within`
        seconds are over. Where it stopped is remembered by the broker."""
        waiting = set(expected)
        give_up = time.monotonic() + within
        while waiting and time.monotonic() < give_up:
            batches = await self._consumer.getmany(timeout_ms=READ_MS)
            for record in (record for batch in batches.values() for record in batch):
                if type_of_record(record) not in (ACKNOWLEDGED, REFUSED):
                    continue
                report_id, answer = read_answer(record)
                if report_id in waiting:
                    waiting.discard(report_id)
                    yield report_id, answer
            if batches:
                await self._consumer.commit()


@dataclass(frozen=True)
class Said:
    """`type`: a CloudEvents type that intake takes in; `at`: an instant with offset, as text."""

    type: str
    id: UUID
    organisation: str
    at: str
    content: Mapping[str, Any]


def type_of_record(record: "ConsumerRecord[bytes, bytes]") -> str:
    return next((v.decode() for name, v in record.headers if name == "ce_type" and v), "")


def read_answer(record: "ConsumerRecord[bytes, bytes]") -> tuple[str | None, Answer]:
    """Which report it is about, and what is said of it."""
    headers = {name: value.decode() for name, value in record.headers if value is not None}
    said = json.loads(record.value or b"{}")
    if headers.get("ce_type") == ACKNOWLEDGED:
        answer = Answer(True, receipt_id=said["receipt_id"], call_999=said["call_999"])
    else:
        answer = Answer(
            False,
            reason=said["reason"],
            faults=tuple(f"{fault['code']} at {fault['pointer']}" for fault in said["faults"]),
            held_for_a_person=said["held_for_a_person"],
        )
    return said.get("sender_report_id"), answer


def _headers(report: KeptReport) -> list[tuple[str, bytes]]:
    return _attributes(REPORT_SUBMITTED, report.id, report.source, report.time)


def _attributes(type_: str, id_: str, source: str, at: str) -> list[tuple[str, bytes]]:
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": id_,
        "ce_type": type_,
        "ce_source": source,
        "ce_time": at,
        "content-type": "application/jose",
    }
    return [(name, value.encode()) for name, value in attributes.items()]


def access_of(system: str, bootstrap: str, password: str) -> dict[str, Any]:
    """What a client of aiokafka is told, to come in as this system."""
    return {
        "bootstrap_servers": bootstrap,
        "client_id": f"{system}.samples",
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": system,
        "sasl_plain_password": password,
    }


def password_of(system: str, secrets_dir: Path) -> str:
    return (secrets_dir / f"{system}.kafka_password").read_text().strip()
