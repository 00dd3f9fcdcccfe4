"""What the stores say of themselves while they are hurt: looked at twice a second."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from deploy.local.layout import SERVICES
from tests.soak.world import World

LOOK_SECONDS = 0.5
AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)

_STATE = """
select (select coalesce(sum(next_offset), 0)::bigint from consumed_offset) as consumed,
       (select coalesce(max(position), 0) from outbox) as written,
       (select count(*) from outbox where published_at is null) as waiting,
       (select count(*) from parked) as parked,
       (select count(*) from quarantine where status = 'open' and kind <> 'unplaced') as stopped,
       (select count(*) from quarantine where kind = 'unplaced') as unplaced
"""


@dataclass(frozen=True)
class Seen:
    """One look at one store. `stopped`: open rows of quarantine that hold a stream."""

    consumed: int
    written: int
    waiting: int
    parked: int
    stopped: int
    unplaced: int


@dataclass
class Observer:
    """`seen` holds the last look at each store; `peak_waiting` the longest outbox of each."""

    world: World
    seen: dict[str, Seen] = field(default_factory=dict)
    seen_at: dict[str, float] = field(default_factory=dict)
    peak_waiting: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SERVICES, 0))

    async def watch(self, service: str) -> None:
        """Until cancelled; a store that is away is looked at again."""
        connection: Any = None
        while True:
            try:
                connection = connection or await self.world.connect(service)
                self._keep(service, Seen(**dict(await connection.fetchrow(_STATE))))
            except AWAY:
                if connection is not None:
                    connection.terminate()
                connection = None
            await asyncio.sleep(LOOK_SECONDS)

    def _keep(self, service: str, seen: Seen) -> None:
        self.seen[service] = seen
        self.seen_at[service] = time.monotonic()
        self.peak_waiting[service] = max(self.peak_waiting[service], seen.waiting)

    def progress(self, target: str) -> int:
        """A number that grows when `target` does new work: a service, or what all stand on."""
        if target == "kafka":
            return sum(one.consumed for one in self.seen.values())
        if target == "postgres":
            return sum(one.consumed + one.written for one in self.seen.values())
        seen = self.seen.get(target)
        return seen.consumed + seen.written if seen else 0

    async def recovery(
        self, target: str, within: float, undisturbed: Callable[[], bool] = lambda: True
    ) -> float | None:
        """Seconds until `target` has done something new, or None after `within` seconds in which
        it was `undisturbed`. What it had done before is known from the first look after now."""
        began = looked = time.monotonic()
        before: int | None = None
        waited = 0.0
        while waited < within:
            if before is None and self._looked_since(target, began):
                before = self.progress(target)
            elif before is not None and self.progress(target) > before:
                return time.monotonic() - began
            await asyncio.sleep(0.1)
            now = time.monotonic()
            if undisturbed():
                waited += now - looked
            looked = now
        return None

    def _looked_since(self, target: str, moment: float) -> bool:
        stores = (target,) if target in self.seen_at else SERVICES
        return all(self.seen_at.get(store, 0.0) > moment for store in stores)
