"""Whether the four services have done all there is to do at this hour of a drill."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from deploy.local.children import StackFailure
from deploy.operate.estate import Estate
from shared.contracts.catalogue import FOLLOWS, topics_of

PATIENCE_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.02
LOOKS_IN_A_ROW = 2
Position = tuple[str, int]

_WAITING = """
select (select count(*) from chk.outbox where published_at is null) as unpublished,
       (select count(*) from chk.parked) as parked,
       (select count(*) from chk.quarantine where status = 'open') as stopped
"""
_ENDS = """
select topic, kafka_partition, max(kafka_offset) + 1 as reached from chk.outbox
where kafka_offset is not null group by topic, kafka_partition
"""
_CONSUMED = "select topic, kafka_partition, next_offset as reached from chk.consumed_offset"
_DUE = "select count(*) from chk.deadline where next_at <= $1"
_NEXT = "select min(next_at) from chk.deadline"
_REVISIONS = "select deadline_id, revision from chk.deadline"
_UNSENT = "select count(*) from chk.notice where state in ('pending', 'sending')"


@dataclass(frozen=True)
class Stores:
    """A connection of the checker to each service's store."""

    connections: Mapping[str, Any]

    async def until_quiet(self, now: datetime, go_on: Callable[[], None]) -> None:
        """Returns when nothing is left at `now`, twice in a row. Raises StackFailure when something
        stopped, or is left after a minute, and what `go_on` raises to give up."""
        give_up, calm = time.monotonic() + PATIENCE_SECONDS, 0
        while calm < LOOKS_IN_A_ROW:
            go_on()
            left = await self._left(now)
            calm = 0 if left else calm + 1
            if left and time.monotonic() > give_up:
                raise StackFailure(
                    f"The services are not done after {PATIENCE_SECONDS:.0f} s at"
                    f" {now:%d %B %Y %H:%M} of the drill: {', '.join(left)}. Their logs are in"
                    " DATA/drill/logs."
                )
            if calm < LOOKS_IN_A_ROW:
                await asyncio.sleep(LOOK_AGAIN_SECONDS if left else 0)

    async def next_firing(self) -> datetime | None:
        """When the timer has something to say next."""
        found: datetime | None = await self.connections["rapid_review_timer"].fetchval(_NEXT)
        return found

    async def revisions(self) -> set[tuple[UUID, int]]:
        """Every deadline with the revision that holds."""
        rows = await self.connections["rapid_review_timer"].fetch(_REVISIONS)
        return {(row["deadline_id"], row["revision"]) for row in rows}

    async def _left(self, now: datetime) -> list[str]:
        looked = await asyncio.gather(
            *(_look(service, connection, now) for service, connection in self.connections.items())
        )
        ends: dict[str, dict[Position, int]] = {one.service: one.ends for one in looked}
        left = [what for one in looked for what in one.left]
        for one in looked:
            behind = sum(
                end - one.consumed.get(position, 0)
                for source in FOLLOWS[one.service]
                for position, end in ends[source].items()
                if position[0] in topics_of(source)
            )
            left += [f"{one.service} has {behind} events to read"] if behind > 0 else []
        return left


@dataclass(frozen=True)
class _Look:
    service: str
    left: list[str]
    ends: dict[Position, int]
    consumed: dict[Position, int]


async def _look(service: str, connection: Any, now: datetime) -> _Look:
    """In one snapshot: what was taken in and what came of it are seen together."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        waiting = dict(await connection.fetchrow(_WAITING))
        ends = await connection.fetch(_ENDS)
        consumed = await connection.fetch(_CONSUMED)
        if service == "rapid_review_timer":
            waiting["due"] = await connection.fetchval(_DUE, now)
        if service == "panel_notification":
            waiting["to send"] = await connection.fetchval(_UNSENT)
    if waiting["stopped"]:
        raise StackFailure(
            f"{service} has put {waiting['stopped']} records into quarantine, which a drill never"
            " should: see DATA/drill/logs, and `make quarantine` on the drill's stack."
        )
    return _Look(
        service,
        [f"{service} has {number} {what}" for what, number in waiting.items() if number],
        {(row["topic"], row["kafka_partition"]): row["reached"] for row in ends},
        {(row["topic"], row["kafka_partition"]): row["reached"] for row in consumed},
    )


async def open_stores(estate: Estate) -> Stores:
    """Read only, as the checker. Close it with `close`."""
    connections = {}
    for service, address in estate.stores.items():
        connections[service] = await asyncpg.connect(
            host=address.host,
            port=address.port,
            database=address.database,
            user=address.user,
            password=address.password,
            server_settings={"timezone": "UTC", "application_name": "vigil.drill"},
        )
    return Stores(connections)


async def close(stores: Stores) -> None:
    for connection in stores.connections.values():
        await connection.close()
