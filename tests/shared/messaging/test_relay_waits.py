"""A relay whose store fails, in whatever way the driver says it, waits and looks again."""

import asyncio
from typing import Any, NoReturn

import asyncpg
import pytest
from aiokafka.errors import KafkaConnectionError

from shared.messaging import relay as relaying
from shared.messaging.relay import Relay
from shared.messaging.store import Store
from shared.sealing.envelope import Keyring
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing

FAILURES = (
    asyncpg.InternalClientError("cannot switch to state"),
    asyncpg.ConnectionDoesNotExistError("gone"),
    asyncpg.InterfaceError("connection is closed"),
    asyncpg.UndefinedTableError("not migrated yet"),
    KafkaConnectionError(),
    ConnectionResetError(),
)


@pytest.mark.parametrize("failure", FAILURES, ids=lambda error: type(error).__name__)
async def test_a_relay_goes_on_after_any_failure_of_what_it_stands_on(
    failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "FIRST_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(relaying, "LONGEST_PAUSE_SECONDS", 0.0)
    looked_again = asyncio.Event()
    looks: list[object] = []

    class Failing:
        def acquire(self) -> NoReturn:
            looks.append(self)
            if len(looks) == 3:
                looked_again.set()
            raise failure

    pool: Any = Failing()
    store = Store(pool, "intake", Keyring(b"k" * 32, kek_id="test"))
    relay = Relay(store, lambda: None, Tracing("intake", None), Metrics())
    running = asyncio.create_task(relay.run())
    await asyncio.wait_for(looked_again.wait(), 10)
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
