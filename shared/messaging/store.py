"""A service's Postgres store: transactions that write state and events together, or neither."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from shared.messaging.clock import Clock, StoreClock
from shared.messaging.crash_points import crash_point
from shared.sealing.envelope import Keyring

Row: TypeAlias = Mapping[str, Any]
Later: TypeAlias = tuple[str, str | None, str | None]
"""A statement for one row, the crash point behind it, the statement for many rows at once."""

STATEMENT_TIMEOUT_MS = 30_000
LOCK_TIMEOUT_MS = 10_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000


@dataclass
class Tx:
    """One transaction. What is emitted in it commits with it; `now` does not move while it runs.

    `cause` is the id of what brings it about (the applied event, the command, the firing): ids of
    emitted events derive from it, so the same cause never makes a second event.
    """

    connection: Any
    service: str
    cause: UUID
    actor: str
    now: datetime
    keyring: Keyring
    synthetic: bool = False
    caused_by_event: bool = False
    catching_up: bool = False
    """Set while a restored store takes in again what it had taken in: nothing that was said and
    done for it may be said and done anew."""
    ordinals: dict[tuple[str, str], int] = field(default_factory=dict)
    emitted: int = 0
    unwritten: dict[Later, list[tuple[object, ...]]] = field(default_factory=dict)
    at_end: "dict[AtEnd, set[UUID]] | None" = None
    """Where events of a stream are applied together: what is derived once, after the last."""
    erased: set[str] = field(default_factory=set)
    """Of the streams locked so far, those of cases that have left the store."""

    async def execute(self, sql: str, *arguments: object) -> str:
        return str(await self.connection.execute(sql, *arguments))

    async def fetch(self, sql: str, *arguments: object) -> list[Row]:
        return list(await self.connection.fetch(sql, *arguments))

    async def fetchrow(self, sql: str, *arguments: object) -> Row | None:
        return await self.connection.fetchrow(sql, *arguments)  # type: ignore[no-any-return]

    async def fetchval(self, sql: str, *arguments: object) -> Any:
        return await self.connection.fetchval(sql, *arguments)

    async def derive(self, work: "AtEnd", cases: set[UUID]) -> None:
        """Runs `work` over these cases, now or once after the last event of the transaction. It
        only derives from facts what a second run would derive again."""
        if self.at_end is None:
            await work(self, frozenset(cases))
        else:
            self.at_end.setdefault(work, set()).update(cases)

    def write_later(
        self, sql: str, *arguments: object, point: str | None = None, together: str | None = None
    ) -> None:
        """Leaves a statement to `flush`, which runs equal ones together; whoever reads what it
        writes flushes first. `point`: the crash point that lies behind it. `together`: the
        statement that writes many such rows at once, and takes an array for each argument."""
        self.unwritten.setdefault((sql, point, together), []).append(arguments)

    async def flush(self) -> None:
        """Writes what was left; the transaction does so before it commits."""
        while self.unwritten:
            (sql, point, together), rows = next(iter(self.unwritten.items()))
            del self.unwritten[sql, point, together]
            if len(rows) == 1:
                await self.connection.execute(sql, *rows[0])
            elif together:
                await self.connection.execute(together, *map(list, zip(*rows, strict=True)))
            else:
                await self.connection.executemany(sql, rows)
            if point:
                crash_point(point)

    def next_ordinal(self, type_: str, stream: str) -> int:
        """Counts the events of one type that this cause makes in one stream, from 0."""
        ordinal = self.ordinals.get((type_, stream), -1) + 1
        self.ordinals[type_, stream] = ordinal
        return ordinal


AtEnd: TypeAlias = Callable[[Tx, frozenset[UUID]], Awaitable[None]]


class Store:
    """The pool of one service's runtime role, its clock and its keys.

    `clock` tells what is a fact of a case; `token_clock` how long somebody may come in, which is
    real time also where the other is set. `synthetic`: nobody is behind any case of this store.
    """

    def __init__(
        self,
        pool: Any,
        service: str,
        keyring: Keyring,
        clock: Clock | None = None,
        *,
        token_clock: Clock | None = None,
        synthetic: bool = False,
    ) -> None:
        self.pool = pool
        self.service = service
        self.keyring = keyring
        self.clock: Clock = clock or StoreClock()
        self.token_clock: Clock = token_clock or self.clock
        self.synthetic = synthetic
        self.catching_up = False
        self.written = asyncio.Event()
        """Set when a commit left something for the relay to publish."""

    @asynccontextmanager
    async def transaction(
        self, cause: UUID, actor: str, *, synthetic: bool = False, caused_by_event: bool = False
    ) -> AsyncIterator[Tx]:
        """Read committed. Commits when the block ends, rolls back when it raises."""
        async with self.pool.acquire() as connection:
            async with connection.transaction():
                now = await self.clock.now(connection)
                tx = Tx(
                    connection,
                    self.service,
                    cause,
                    actor,
                    now,
                    self.keyring,
                    synthetic=synthetic or self.synthetic,
                    caused_by_event=caused_by_event,
                    catching_up=self.catching_up,
                )
                yield tx
                await tx.flush()
            if tx.emitted:
                self.written.set()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Any]:
        """A connection for locks and settings that last: they end with the block."""
        async with self.pool.acquire() as connection:
            try:
                yield connection
            finally:
                # The server may have ended it already, and the pool has taken it back then.
                with suppress(asyncpg.InterfaceError):
                    connection.terminate()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Any]:
        """A connection for reads; each statement sees what was committed before it."""
        async with self.pool.acquire() as connection:
            yield connection


async def open_pool(
    *,
    host: str,
    port: int,
    database: str,
    user: str,
    password: str,
    size: int = 8,
) -> Any:
    """A pool whose connections give up waiting instead of stopping the service."""
    return await asyncpg.create_pool(
        host=host,
        port=port,
        database=database,
        user=user,
        password=password,
        min_size=1,
        max_size=size,
        init=prepare_connection,
        reset=_as_it_was,
        server_settings={
            "application_name": "vigil",
            "timezone": "UTC",
            "statement_timeout": str(STATEMENT_TIMEOUT_MS),
            "lock_timeout": str(LOCK_TIMEOUT_MS),
            "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_TIMEOUT_MS),
        },
    )


async def _as_it_was(_: Any) -> None:
    """Nothing: the pool has rolled back what was open, and nobody but who holds a `session` changes
    more than that. The driver's own reset costs each transaction one more round trip."""


async def prepare_connection(connection: Any) -> None:
    """jsonb columns are Python objects on both sides."""
    await connection.set_type_codec(
        "jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog"
    )
