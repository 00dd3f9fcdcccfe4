"""A store to interleave on, an observer beside it, and the account at the end of the run."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import pytest

from shared.messaging.store import Store
from tests.interleave.exploring import REPORT, Exploration, Prepare, explore
from tests.interleave.observer import Observer
from tests.interleave.scheduler import Scheduler
from tests.support.local_stack import Infrastructure

SEED = int(os.environ.get("SEED") or 20261122)
SCHEDULES = int(os.environ.get("SCHEDULES") or 24)
LONG = 10
"""How many times as many schedules the long run takes, under another seed."""

Explore = Callable[[Store, str, Prepare], Awaitable[Exploration]]


@pytest.fixture(params=["short", pytest.param("long", marks=pytest.mark.long)])
async def explored(
    request: pytest.FixtureRequest,
    infrastructure: Infrastructure,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Explore]:
    """`await explored(store, name, prepare)`: the situation in many orders."""
    monkeypatch.setattr("shared.messaging.receiving.FIRST_PAUSE_SECONDS", 0.0)
    long = request.param == "long"
    seed, schedules = (SEED + 1, SCHEDULES * LONG) if long else (SEED, SCHEDULES)
    async with AsyncExitStack() as stack:

        async def run(store: Store, name: str, prepare: Prepare) -> Exploration:
            connection = await _superuser_on(infrastructure, store)
            stack.push_async_callback(connection.close)
            scheduler = Scheduler(store, Observer(connection))
            return await explore(scheduler, name, prepare, seed=seed, schedules=schedules)

        yield run


async def _superuser_on(infrastructure: Infrastructure, store: Store) -> Any:
    """Also makes the store find deadlocks fast: only a superuser may set that."""
    async with store.reading() as reading:
        database = await reading.fetchval("select current_database()")
    connection = await asyncpg.connect(
        host=infrastructure.postgres_host,
        port=infrastructure.postgres_port,
        database=database,
        user=infrastructure.superuser,
        password=infrastructure.superuser_password,
    )
    await connection.execute(f"alter database {database} set deadlock_timeout = '20ms'")
    await store.pool.expire_connections()
    return connection


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if REPORT:
        terminalreporter.section("interleavings")
        for line in REPORT:
            terminalreporter.write_line(line)
