"""The writes of one operation, recorded and played back alone: what Postgres would take for them.

The bare operation beside which an operation of ours is measured has the same inserts and updates in
one transaction, with ids of its own, and neither reads, locks nor thinks.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID, uuid4

from shared.messaging.store import Tx

_WRITE = re.compile(r"\s*(with\b.*)?\b(insert|update|delete)\b", re.IGNORECASE | re.DOTALL)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Write = tuple[str, tuple[object, ...]]


class Recording:
    """A connection that notes what is written through it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.writes: list[Write] = []

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._connection, name)
        if name not in ("execute", "fetch", "fetchrow", "fetchval"):
            return asked

        async def noting(sql: str, *arguments: object) -> Any:
            if _WRITE.match(sql):
                self.writes.append((sql, arguments))
            return await asked(sql, *arguments)

        return noting

    async def executemany(self, sql: str, rows: Sequence[tuple[object, ...]]) -> None:
        self.writes += [(sql, row) for row in rows]
        await self._connection.executemany(sql, rows)


def record(tx: Tx) -> Recording:
    """From now on the transaction's writes are noted."""
    tx.connection = Recording(tx.connection)
    return tx.connection


def with_new_ids(writes: list[Write]) -> list[Write]:
    """The same writes about another case: each id in them replaced by a new one throughout."""
    new: dict[str, str] = {}
    return [(sql, tuple(_renamed(value, new) for value in values)) for sql, values in writes]


def _renamed(value: object, new: dict[str, str]) -> object:
    if isinstance(value, UUID):
        return UUID(new.setdefault(str(value), str(uuid4())))
    if isinstance(value, str):
        return _UUID.sub(lambda found: new.setdefault(found.group(), str(uuid4())), value)
    if isinstance(value, Mapping):
        return {name: _renamed(part, new) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_renamed(part, new) for part in value]
    return value


async def play(pool: Any, writes: list[Write]) -> None:
    async with pool.acquire() as connection, connection.transaction():
        for sql, equal in groupby(writes, key=itemgetter(0)):
            await connection.executemany(sql, [arguments for _, arguments in equal])
