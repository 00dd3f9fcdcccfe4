"""Doing something for show: the same code in the same store, and then all of it rolled back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from shared.messaging.receiving import Receiver
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing


class _OneConnection:
    """Gives the same connection to everybody, whose transactions are savepoints then."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Any]:
        yield self._connection


@asynccontextmanager
async def rehearsal(store: Store) -> AsyncIterator[Store]:
    """A store whose transactions see each other and never commit. It holds their locks meanwhile,
    so keep it short."""
    async with store.pool.acquire() as connection:
        outer = connection.transaction()
        await outer.start()
        try:
            yield Store(_OneConnection(connection), store.service, store.keyring, store.clock)
        finally:
            await outer.rollback()


def receiver_over(store: Store, receiver: Receiver) -> Receiver:
    """The same consumer over another store. What it does shows in no trace and no metric."""
    return Receiver(
        receiver.source_service,
        store,
        receiver.registry,
        Tracing(store.service, None),
        Metrics(),
    )
