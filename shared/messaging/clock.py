"""What time it is, asked in one place."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

import asyncpg


class Clock(Protocol):  # pragma: no cover - a shape
    async def now(self, connection: "asyncpg.Connection[asyncpg.Record]") -> datetime:
        """The present instant in UTC, the same for every replica of a service."""


class StoreClock:
    """Production: the store's clock, read once per transaction, so replicas agree."""

    async def now(self, connection: "asyncpg.Connection[asyncpg.Record]") -> datetime:
        instant = await connection.fetchval("select clock_timestamp()")
        if not isinstance(instant, datetime):
            raise TypeError("the store's clock gave no instant")
        return instant.astimezone(UTC)


class SetClock:
    """Tests and drills: stands still until it is moved. `instant` is aware."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant.astimezone(UTC)

    def move(self, by: timedelta) -> None:
        self.instant += by

    async def now(self, connection: "asyncpg.Connection[asyncpg.Record]") -> datetime:
        return self.instant
