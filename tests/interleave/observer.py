"""A superuser's connection beside those of the actors: sees who waits for whom, ends backends."""

import asyncio
from collections.abc import Iterable
from typing import Any


class Observer:
    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._one_at_a_time = asyncio.Lock()

    async def blockers(self, pids: Iterable[int]) -> dict[int, set[int]]:
        """For which backends each of these waits; none for one that does not wait for a lock."""
        async with self._one_at_a_time:
            rows = await self._connection.fetch(
                "select pid, pg_blocking_pids(pid) as blockers from unnest($1::int[]) as pid",
                list(pids),
            )
        return {row["pid"]: set(row["blockers"]) for row in rows}

    async def end(self, pid: int) -> None:
        """Returns when the backend is gone, so its locks are too."""
        async with self._one_at_a_time:
            await self._connection.fetchval("select pg_terminate_backend($1, 5000)", pid)
