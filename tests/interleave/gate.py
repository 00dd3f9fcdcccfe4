"""A Store whose statements stop before they run, until a scheduler lets them go on.

Production code runs unchanged: only the pool that it takes connections from is another one. BEGIN
is no stop: it takes neither a lock nor a snapshot, so nothing can come between it and what follows.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar

import asyncpg

from shared.messaging.store import Store
from tests.interleave.observer import Observer

T = TypeVar("T")
Work = Callable[[Store], Awaitable[object]]


@dataclass(frozen=True)
class Cut:
    """The connection is lost at this stop, counted from 1: before its statement ran, or after it,
    so that it took effect and the answer never came."""

    stop: int
    answer_lost: bool = False


class Actor:
    """One process: what it does runs from stop to stop.

    `in_flight`: its statement was let go and has not answered. `pid`: the backend that runs it.
    """

    def __init__(self, name: str, bell: asyncio.Event, observer: Observer, cut: Cut | None) -> None:
        self.name = name
        self.at = "its beginning"
        self.stops = 0
        self.in_flight = False
        self.ended = False
        self.dismissed = False
        self.deadlocks = 0
        self.error: Exception | None = None
        self.pid = 0
        self._bell = bell
        self._observer = observer
        self._cut = cut
        self._go = asyncio.Event()

    @property
    def is_stopped(self) -> bool:
        return not (self.in_flight or self.ended)

    def release(self) -> None:
        self.in_flight = True
        self._go.set()

    def dismiss(self) -> None:
        """Opens the gate for good, so that a cancelled actor can roll back."""
        self.dismissed = True
        self._go.set()

    async def act(self, work: Work, store: Store) -> None:
        try:
            await self.stop(self.at)
            await work(
                Store(GatedPool(store.pool, self), store.service, store.keyring, store.clock)
            )
        except Exception as error:
            self.error = error
        finally:
            self.ended, self.in_flight = True, False
            self._bell.set()

    async def stop(self, at: str) -> None:
        if self.dismissed:
            return
        self.at = " ".join(at.split())[:72]
        self.stops += 1
        self.in_flight = False
        self._bell.set()
        await self._go.wait()
        if not self.dismissed:
            self._go.clear()

    async def statement(self, connection: Any, text: str, run: Callable[[], Awaitable[T]]) -> T:
        """Stops, then runs. A connection that is lost already does not stop once more."""
        if _is_lost(connection):
            return await run()
        await self.stop(text)
        self.pid = connection.get_server_pid()
        cut = self._cut if self._cut and self._cut.stop <= self.stops - 1 else None
        if cut:
            self._cut = None
        if cut and not cut.answer_lost:
            await self._lose_connection()
        try:
            answer = await run()
        except asyncpg.DeadlockDetectedError:
            self.deadlocks += 1
            raise
        if cut and cut.answer_lost:
            await self._lose_connection()
            raise asyncpg.ConnectionDoesNotExistError
        return answer

    async def _lose_connection(self) -> None:
        await self._observer.end(self.pid)


def _is_lost(connection: Any) -> bool:
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:  # the pool has taken it back
        return True


class GatedPool:
    def __init__(self, pool: Any, actor: Actor) -> None:
        self._pool = pool
        self._actor = actor

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator["GatedConnection"]:
        async with self._pool.acquire() as connection:
            yield GatedConnection(connection, self._actor)


class GatedConnection:
    """What production code uses of a connection; everything else is the connection's own."""

    def __init__(self, connection: Any, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor
        self._depth = 0

    async def execute(self, sql: str, *arguments: object) -> Any:
        return await self._run(sql, self._connection.execute, arguments)

    async def fetch(self, sql: str, *arguments: object) -> Any:
        return await self._run(sql, self._connection.fetch, arguments)

    async def fetchrow(self, sql: str, *arguments: object) -> Any:
        return await self._run(sql, self._connection.fetchrow, arguments)

    async def fetchval(self, sql: str, *arguments: object) -> Any:
        return await self._run(sql, self._connection.fetchval, arguments)

    async def _run(self, sql: str, call: Any, arguments: tuple[object, ...]) -> Any:
        return await self._actor.statement(self._connection, sql, lambda: call(sql, *arguments))

    def transaction(self) -> "GatedTransaction":
        return GatedTransaction(self._connection, self._actor)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


class GatedTransaction:
    def __init__(self, connection: Any, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor
        self._inner = connection.transaction()
        self._inside = connection.is_in_transaction()

    async def __aenter__(self) -> None:
        if self._inside:
            await self._actor.statement(self._connection, "savepoint", self._inner.start)
        else:
            await self._inner.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        if kind is None:
            text = "release savepoint" if self._inside else "commit"
            await self._actor.statement(self._connection, text, self._inner.commit)
        else:
            text = "rollback to savepoint" if self._inside else "rollback"
            await self._actor.statement(self._connection, text, self._inner.rollback)
