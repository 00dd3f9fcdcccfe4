"""A relay that waits for a slow broker is not taken for one that is frozen."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest

from shared.contracts.envelope import case_stream
from shared.messaging import relay as relaying
from shared.messaging.outbox import emit
from shared.messaging.relay import Relay
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.conftest import OpenStore
from tests.shared.messaging.recording import stage

FROZEN_MS, SLOW_SECONDS, EVENTS = 400, 0.2, 6


class SlowProducer:
    """Starts slowly and takes each record after a while: all last three times a session's rest."""

    def __init__(self) -> None:
        self.took = self.started = 0

    async def start(self) -> None:
        self.started += 1
        await asyncio.sleep(SLOW_SECONDS * EVENTS)

    async def stop(self) -> None: ...

    async def send(self, topic: str, **_: object) -> "asyncio.Future[Any]":
        await asyncio.sleep(SLOW_SECONDS)
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        done.set_result(SimpleNamespace(partition=0, offset=self.took))
        self.took += 1
        return done


async def test_a_relay_whose_broker_is_slow_publishes_each_event_once(
    open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "IDLE_SESSION_TIMEOUT_MS", FROZEN_MS)
    monkeypatch.setattr(relaying, "KEEP_ALIVE_SECONDS", FROZEN_MS / 4000)
    store, producer, published = await open_store("intake"), SlowProducer(), asyncio.Event()

    async def said(rows: object) -> None:
        published.set()

    async with store.transaction(uuid4(), "test") as tx:
        for _ in range(EVENTS):
            await emit(tx, stage(1), case_stream(uuid4()), happened_at=tx.now)
    relay = Relay(store, lambda: cast(Any, producer), Tracing("intake", None), Metrics(), said)
    running = asyncio.create_task(relay.run())
    try:
        await asyncio.wait_for(published.wait(), 20)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert producer.started == 1
    assert producer.took == EVENTS, "nothing was sent again"
    async with store.reading() as connection:
        waiting = await connection.fetchval(
            "select count(*) from outbox where published_at is null"
        )
    assert waiting == 0
