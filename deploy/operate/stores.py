"""Reads the checker's views of each store, each store in one snapshot."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from deploy.operate.book_tables import EVERY_STORE, OF_ONE_STORE
from deploy.operate.books import Books, Value
from deploy.operate.estate import CannotLook, Estate, StoreAddress
from shared.messaging.settable_clock import ClockUnread, read_instant

DOWNSTREAM_FIRST = ("reporting", "panel_notification", "rapid_review_timer", "intake")
"""A case is in intake before anybody else knows of it: with intake read last, a case that another
store knows and intake does not is wrong, however busy the system is."""

ROWS_AT_A_TIME = 2_000
CONNECT_SECONDS = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def read_stores(estate: Estate, books: Books) -> None:
    """Raises CannotLook for a store that does not answer or has no views."""
    for service in DOWNSTREAM_FIRST:
        await _ask(service, estate.stores[service], books, _read)


async def store_clock(estate: Estate) -> int:
    """The stores' present instant. Raises CannotLook."""
    found: list[int] = []

    async def clock(_service: str, connection: Any, _books: Books | None) -> None:
        found.append(_plain(await connection.fetchval("select clock_timestamp()")))

    await _ask("intake", estate.stores["intake"], None, clock)
    return found[0]


def drill_clock(estate: Estate) -> int | None:
    """A drill's present instant, by which its clocks and notices are judged; None in real time.
    Raises CannotLook."""
    if estate.clock_file is None:
        return None
    try:
        return int(_plain(read_instant(estate.clock_file)))
    except ClockUnread:
        raise CannotLook(
            "The clock of the drill cannot be read: its file holds one instant with its offset."
        ) from None


async def _ask(service: str, address: StoreAddress, books: Books | None, question: Any) -> None:
    try:
        connection = await asyncpg.connect(
            host=address.host,
            port=address.port,
            database=address.database,
            user=address.user,
            password=address.password,
            timeout=CONNECT_SECONDS,
            server_settings={"timezone": "UTC", "application_name": "vigil.checker"},
        )
        try:
            await question(service, connection, books)
        finally:
            await connection.close()
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError):
        raise CannotLook(
            f"The store of {service} lacks the views that the checker reads: run its migrations"
            f" (`python -m services.{service} migrate`; `make run` does), then look again."
        ) from None
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise CannotLook(
            f"The store of {service} could not be read ({type(error).__name__}): see that Postgres"
            " runs and knows the role chk_ro (`make status`, `make run`), then look again."
        ) from None


async def _read(service: str, connection: Any, books: Books) -> None:
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        for table in (*EVERY_STORE, *OF_ONE_STORE[service]):
            columns = books.columns(table)[1:]
            view = f"select {', '.join(columns)} from chk.{table}"  # noqa: S608
            batch: list[Sequence[Value]] = []
            async for row in connection.cursor(view, prefetch=ROWS_AT_A_TIME):
                batch.append((service, *map(_plain, row)))
                if len(batch) == ROWS_AT_A_TIME:
                    books.add(table, batch)
                    batch = []
            books.add(table, batch)


def _plain(value: Any) -> Any:
    """As the books keep it. An instant without a zone is kept as a text that says so."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return f"{value.isoformat()} without a zone"
        return (value - _EPOCH) // timedelta(microseconds=1)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return int(value)
    return str(value) if isinstance(value, UUID) else value
