"""The relay empties an outbox, beside an idempotent producer that sends the same records."""

import asyncio
import time
from collections.abc import Sequence

from shared.messaging.relay import BATCH, Relay
from shared.messaging.security import KafkaAccess
from shared.messaging.store import Row, Store
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.benchmarks.measuring import Line, in_turns

ROUNDS = 5


async def measure(store: Store, access: KafkaAccess) -> Line:
    """Publishes what is in the outbox now, again and again: marks are taken back each round."""
    rows = await store.pool.fetch("select * from outbox where sequence is not null")
    ours, bare = [], []
    for _ in range(ROUNDS):
        await store.pool.execute(
            "update outbox set published_at = null, kafka_partition = null, kafka_offset = null"
        )
        ours.append(len(rows) / await _relayed(store, access, len(rows)))
        bare.append(len(rows) / await _sent(access, rows))
    return in_turns(f"Outbox of {len(rows):,} rows published", "/s", ours, bare)


async def _relayed(store: Store, access: KafkaAccess, expected: int) -> float:
    """Seconds until the last is marked; the producer has signed in before."""
    left, all_marked = expected, asyncio.Event()
    producer = access.new_producer()
    await producer.start()
    vars(producer)["start"] = _has_started  # the relay starts what it is given
    began = time.perf_counter()

    async def count(published: Sequence[Row]) -> None:
        nonlocal left
        left -= len(published)
        if left <= 0:
            all_marked.set()

    relay = Relay(store, lambda: producer, Tracing(store.service, None), Metrics(), count)
    running = asyncio.create_task(relay.run())
    try:
        await asyncio.wait_for(all_marked.wait(), 120)
        return time.perf_counter() - began
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _has_started() -> None:
    """Instead of a second start, which would leave the first one's task behind."""


async def _sent(access: KafkaAccess, rows: Sequence[Row]) -> float:
    producer = access.new_producer()
    await producer.start()
    try:
        records = [
            (r["topic"], r["payload"], r["key"].encode(), [*_headers(r["headers"])]) for r in rows
        ]
        began = time.perf_counter()
        for start in range(0, len(records), BATCH):
            waiting = [
                await producer.send(topic, value=value, key=key, headers=headers)
                for topic, value, key, headers in records[start : start + BATCH]
            ]
            await asyncio.gather(*waiting)
        return time.perf_counter() - began
    finally:
        await producer.stop()


def _headers(headers: dict[str, str]) -> list[tuple[str, bytes]]:
    return [(name, value.encode()) for name, value in headers.items()]
