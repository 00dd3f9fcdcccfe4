"""Where in a store an id stands: every table is looked through, as text and in what is kept as
bytes."""

from collections.abc import Iterable
from typing import Any

BOOKKEEPING = frozenset(
    {
        "outbox",
        "inbox",
        "numbered_stream",
        "consumed_stream",
        "quarantine",
        "audit",
        "erased_case",
        "erased_sending",
    }
)
"""What proves that nothing was skipped: numbers, ids and codes, and who did what. Nothing of it is
sealed any more, and nothing of it was typed."""


async def tables_with(connection: Any, ids: Iterable[object]) -> set[str]:
    """The tables of a store in which one of these ids stands. The connection is a superuser's."""
    plain = [str(each) for each in ids]
    sought = [f"%{each}%" for text in plain for each in (text, text.encode().hex())]
    tables = await connection.fetch(
        "select tablename from pg_tables where schemaname = 'public' order by 1"
    )
    assert len(tables) > len(BOOKKEEPING)
    found = set()
    for row in tables:
        name = row["tablename"]
        query = f"select 1 from {name} as kept where kept::text like any($1) limit 1"  # noqa: S608
        if await connection.fetchval(query, sought):
            found.add(name)
    return found
