"""Parts of a service that a person has stopped: kept in its store, honoured by every replica.

What is stopped keeps everything: records stay on their topics, events in the outbox, deadlines and
notices due. Resuming goes on where it stopped.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from prometheus_client import Gauge

from shared.contracts.wire import Record
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.operator_action import record_action
from shared.messaging.receiving import LONGEST_PAUSE_SECONDS, ConsumerPaused, Receiver
from shared.messaging.store import Store, Tx
from shared.messaging.subscribing import Consume
from shared.telemetry.logging import logger
from shared.telemetry.metrics import Metrics

LOOK_SECONDS = 0.5
WRITES, RELAY = "writes", "relay"
PART_OF_TASK = {"watcher": "watcher", "notice_sender": "sender", "region_release": "region"}
"""The tasks of a node that can be stopped, and what the operator calls them."""

Task = Callable[[], Awaitable[None]]


def consumer_part(source: str) -> str:
    return f"consumer:{source}"


@dataclass(frozen=True)
class Off:
    """`since` by the store's clock."""

    part: str
    since: datetime
    by_name: str


async def switched_off(connection: Any) -> list[Off]:
    """What is stopped, by part."""
    rows = await connection.fetch("select part, since, by_name from switched_off order by part")
    return [Off(row["part"], row["since"], row["by_name"]) for row in rows]


async def stop_part(tx: Tx, part: str, *, name: str, reason: str) -> bool:
    """False if it was stopped already; then nothing is written."""
    added = await tx.fetchval(
        """insert into switched_off (part, since, by_name) values ($1, $2, $3)
           on conflict (part) do nothing returning part""",
        part,
        tx.now,
        name,
    )
    if added:
        await record_action(tx, "part.stopped", part, name=name, reason=reason)
    return added is not None


async def resume_part(tx: Tx, part: str, *, name: str, reason: str) -> bool:
    """False if nobody had stopped it; an open breaker closes all the same, in every replica."""
    removed = await tx.fetchval("delete from switched_off where part = $1 returning part", part)
    await record_action(tx, "part.resumed", part, name=name, reason=reason)
    return removed is not None


class Switches:
    """What one process knows of its service's switches. Nothing is off until `look` has been."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self.store = store
        self._consumers: dict[str, Receiver] = {}
        self.leaving = False
        """Set when the process ends: whoever waits here gives up."""
        self._off: frozenset[str] = frozenset()
        self._resumed: Mapping[str, int] | None = None
        self._gauge = Gauge(
            "vigil_switched_off", "Parts that a person stopped", ["part"], registry=metrics.registry
        )

    def is_off(self, part: str) -> bool:
        return part in self._off

    def stopped(self) -> list[str]:
        return sorted(self._off)

    def writes_stopped(self) -> bool:
        return self.is_off(WRITES)

    async def look(self) -> None:
        """Raises what the store raises; what was known then stays."""
        async with self.store.reading() as connection:
            off = frozenset(each.part for each in await switched_off(connection))
            rows = await connection.fetch(
                """select object as part, max(action_id) as last from operator_action
                   where action = 'part.resumed' group by object"""
            )
        for part in self._off | off:
            self._gauge.labels(part).set(part in off)
        self._off = off
        before, self._resumed = self._resumed, {row["part"]: row["last"] for row in rows}
        for part, receiver in self._consumers.items():
            if before is not None and self._resumed.get(part) != before.get(part):
                receiver.close_breaker()

    async def run(self) -> None:
        """Looks again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except INFRASTRUCTURE as error:
                logger().warning("switches.unknown", error=error)

    def gated(self, part: str, consume: Consume, receiver: Receiver | None = None) -> Consume:
        """Waits before records are taken in while `part` is stopped or its breaker is open; asks
        for them again, as a pause does, so that the consumer keeps its place in the group."""
        if receiver is not None:
            self._consumers[part] = receiver

        async def consume_when_on(*records: Record) -> None:
            for _ in range(int(LONGEST_PAUSE_SECONDS / LOOK_SECONDS)):
                if not self.is_off(part) and not (receiver and receiver.breaker_open):
                    return await consume(*records)
                if self.leaving:
                    break
                await asyncio.sleep(LOOK_SECONDS)
            raise ConsumerPaused

        return consume_when_on

    async def run_while_on(self, part: str, task: Task) -> None:
        """Runs a task, cancels it when its part is stopped and begins it anew when resumed."""
        while True:
            running = asyncio.ensure_future(task())
            try:
                while not running.done() and not self.is_off(part):
                    await asyncio.wait([running], timeout=LOOK_SECONDS)
                if running.done():
                    return await running
            finally:
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running
            while self.is_off(part):
                await self._pause()

    async def _pause(self) -> None:
        await asyncio.sleep(LOOK_SECONDS)
