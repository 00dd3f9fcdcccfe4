"""From the acknowledgement of a report to its place in the journey, with four real services.

An open loop: reports leave on a fixed schedule whatever the answers do. Beside it, in the same
seconds, bare records go through the same broker from one client to another.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from services.intake.case_id import case_id_of
from services.intake.receive_report import cause_of
from shared.contracts.catalogue import REPORT_SUBMITTED
from shared.messaging.security import KafkaAccess
from shared.messaging.store import Store
from shared.sealing.envelope import key_from_text
from tests.benchmarks.measuring import Line, percentiles
from tests.benchmarks.world import ORGANISATION, SYSTEM, another_child, opened
from tests.support.local_stack import Infrastructure
from tests.support.service_processes import Service, ServiceProcesses

SERVICES = ("intake", "rapid_review_timer", "panel_notification", "reporting")
LOOK_SECONDS = 0.01
PATIENCE_SECONDS = 180


@dataclass
class Delays:
    """Seconds of each report, and of bare hops through Kafka meanwhile."""

    to_journey: list[float] = field(default_factory=list)
    to_answer: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)


@asynccontextmanager
async def four_services(processes: ServiceProcesses) -> AsyncIterator[dict[str, Service]]:
    started = {name: processes.start(name) for name in SERVICES}
    try:
        for service in started.values():
            await service.ready()
        yield started
    finally:
        processes.stop_all()


async def measure(processes: ServiceProcesses, per_second: int, seconds: int) -> list[Line]:
    async with (
        four_services(processes) as services,
        opened(processes.infrastructure, "reporting") as store,
    ):
        took = await reports(processes, services["intake"], store, per_second, seconds, 500_000)
    return [
        line(f"Acknowledged → in the journey, {per_second}/s", took.to_journey, took.bare),
        line(f"Sent → acknowledged over HTTP, {per_second}/s", took.to_answer, took.bare),
    ]


async def reports(
    processes: ServiceProcesses,
    intake: Service,
    store: Store,
    per_second: int,
    seconds: int,
    first_number: int,
) -> Delays:
    """Sends so many different reports a second for so long; `store` is reporting's."""
    took = Delays()
    key = fingerprint_key(processes)
    acknowledged: dict[UUID, float] = {}
    """When, by case, until it is seen."""
    all_sent = asyncio.Event()

    async def look() -> None:
        while acknowledged or not all_sent.is_set():
            rows = await store.pool.fetch(
                "select distinct case_id from fact where case_id = any($1)", list(acknowledged)
            )
            now = time.perf_counter()
            took.to_journey += [now - acknowledged.pop(row["case_id"]) for row in rows]
            await asyncio.sleep(LOOK_SECONDS)

    client_of_many = httpx.AsyncClient(timeout=PATIENCE_SECONDS)
    async with client_of_many as client, _bare_path(processes.infrastructure) as bare:

        async def send(number: int) -> None:
            sender_id, began = uuid4(), time.perf_counter()
            answer = None
            while answer is None:
                # The same again under the same id, as a sender does that got no answer: a server
                # may close a connection that rested in the moment in which it is used again.
                with suppress(httpx.TransportError):
                    answer = await client.post(
                        f"{intake.url}/v1/reports",
                        json=_event(sender_id, number),
                        headers=processes.systems.bearer(SYSTEM, ORGANISATION, "intake")
                        | {"Content-Type": "application/cloudevents+json"},
                    )
            answer.raise_for_status()
            now = time.perf_counter()
            acknowledged[case_id_of(cause_of(ORGANISATION, sender_id), key)] = now
            took.to_answer.append(now - began)

        looking = asyncio.create_task(look())
        first, under_way = time.perf_counter() + 0.5, set()
        for number in range(per_second * seconds):
            await asyncio.sleep(max(0.0, first + number / per_second - time.perf_counter()))
            sending = asyncio.create_task(send(first_number + number))
            under_way.add(sending)
            sending.add_done_callback(under_way.discard)
            if number % 2:
                took.bare.append(await bare())
        await asyncio.gather(*under_way)
        all_sent.set()
        await asyncio.wait_for(looking, PATIENCE_SECONDS)
    return took


def fingerprint_key(processes: ServiceProcesses) -> bytes:
    """As intake derives it from its own secret."""
    secret = processes.infrastructure.secrets / "intake" / "vigil_blind_index_key"
    return hashlib.sha256(b"vigil fingerprint" + key_from_text(secret.read_text())).digest()


def line(what: str, ours: list[float], bare: list[float]) -> Line:
    (p50, p99), (bare50, bare99) = percentiles(ours), percentiles(bare)
    return Line(
        what,
        f"p50 {p50:.0f} p99 {p99:.0f} ms",
        f"p50 {bare50:.1f} p99 {bare99:.1f} ms (one hop through Kafka)",
        p50 / bare50,
    )


def _event(sender_id: UUID, number: int) -> dict[str, object]:
    return {
        "specversion": "1.0",
        "id": str(sender_id),
        "source": f"/org/{ORGANISATION}/{SYSTEM}",
        "type": REPORT_SUBMITTED,
        "data": another_child(number),
    }


@asynccontextmanager
async def _bare_path(
    infrastructure: Infrastructure,
) -> AsyncIterator[Callable[[], Awaitable[float]]]:
    """Sends one record and waits until another client has it; gives the seconds it took."""
    admin = KafkaAccess(
        infrastructure.kafka_bootstrap,
        infrastructure.kafka_admin,
        infrastructure.kafka_admin_password,
    )
    partition = TopicPartition("benchmark", 0)
    maker = AIOKafkaAdminClient(**admin.aiokafka())
    await maker.start()
    if partition.topic not in await maker.list_topics():
        await maker.create_topics([NewTopic(partition.topic, 1, 1)])
    await maker.close()
    producer = admin.new_producer()
    consumer = AIOKafkaConsumer(**admin.aiokafka(), fetch_max_wait_ms=50)
    await producer.start()
    await consumer.start()
    consumer.assign([partition])
    await consumer.seek_to_end()

    async def hop() -> float:
        began = time.perf_counter()
        await producer.send_and_wait(partition.topic, b"{}", partition=partition.partition)
        await consumer.getone()
        return time.perf_counter() - began

    try:
        yield hop
    finally:
        await producer.stop()
        await consumer.stop()
