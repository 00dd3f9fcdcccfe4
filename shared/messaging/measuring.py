"""Measures what operators must see of one process, every few seconds, and evaluates the alarms."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

from aiokafka.errors import KafkaError

from shared.contracts.catalogue import EVENT_TYPES, FOLLOWS, VOIDED, topics_of
from shared.messaging.first_offsets import never_read, partitions_of
from shared.messaging.gate import STORE_BEHIND
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.lag import NOTHING_ASKED, measure_lag, ranges_of
from shared.messaging.receiving import Receiver
from shared.messaging.security import KafkaAccess
from shared.messaging.store import Store
from shared.messaging.switches import Switches, consumer_part
from shared.telemetry.alarms import Alarms
from shared.telemetry.logging import logger
from shared.telemetry.metrics import Metrics

MEASURE_SECONDS = 2.0
STORE_ANSWERS_SECONDS = 5.0
CLIENT_ANSWERS_SECONDS = 10.0
BROKER_ANSWERS_SECONDS = 2.0
FOLLOWERS_AGAIN_SECONDS = 15.0
RANGES_AGAIN_SECONDS = 10.0
KNOWN_TYPES = [*(event.type for event in EVENT_TYPES), VOIDED]

_STORED = """
with held as (select distinct source, stream from quarantine
              where status = 'open' and stream is not null)
select (select count(*) from outbox where published_at is null) as unpublished,
       (select extract(epoch from clock_timestamp() - min(recorded_at))
          from outbox where published_at is null) as unpublished_age,
       (select count(*) from parked) as parked,
       (select count(*) from parked where type is not null and type <> all ($1)) as unknown,
       (select extract(epoch from clock_timestamp() - min(parked_at)) from parked) as parked_age,
       (select extract(epoch from clock_timestamp() - min(parked_at)) from parked
         where not exists (select 1 from held where (held.source, held.stream)
                             = (parked.source, parked.stream))) as gap_age,
       (select count(*) from held) as held,
       (select extract(epoch from clock_timestamp() - min(quarantined_at)) from quarantine
         where status = 'open' and stream is not null) as held_age,
       (select count(*) from quarantine where status = 'open') as stopped,
       (select count(*) from quarantine where status = 'open' and stream is null
           and not starts_with(source, '/ingress/')) as unplaced,
       (select count(*) from quarantine where status = 'open'
           and starts_with(source, '/ingress/')) as reports
"""


class Measured(Protocol):  # pragma: no cover - a shape
    """A node: what is measured."""

    store: Store
    access: KafkaAccess
    metrics: Metrics
    publishes: bool
    receivers: list[Receiver]
    subscribers: list[Any]
    doors: dict[str, Any]
    broker: Any
    gate: Any
    switches: Switches


class Measures:
    """The measuring task of one process. Runs from the start, also while nothing else may."""

    def __init__(self, node: Measured) -> None:
        self.node = node
        self.metrics = node.metrics
        self.alarms = Alarms(node.metrics.registry)
        self.stuck: dict[str, float] = {}
        """By source: for how many seconds records wait and none is taken in."""
        self.deaf: dict[str, int] = {}
        """By source: how often in a row its consumer got no answer of a broker that is there."""
        self.store_away = self.broker_away = True
        self._waits_since: dict[str, float] = {}
        self._ends: dict[str, Mapping[Any, int]] = {}
        self._look_at_ranges = 0.0
        self._look_at_followers = 0.0 if node.publishes else float("inf")

    async def run(self) -> None:
        """Until cancelled. What cannot be measured now keeps its last value; what takes long to ask
        of the broker delays nothing that the store says."""
        await asyncio.gather(self._again(self._look_at_store), self._again(self._look_at_bus))

    async def measure(self) -> None:
        """Everything once."""
        await self._look_at_store()
        await self._look_at_bus()

    async def _again(self, look: Callable[[], Awaitable[None]]) -> None:
        while True:
            await look()
            await asyncio.sleep(MEASURE_SECONDS)

    async def _look_at_store(self) -> None:
        try:
            async with asyncio.timeout(STORE_ANSWERS_SECONDS):
                await self._store()
            self.store_away = False
        except INFRASTRUCTURE as error:
            self.store_away = True
            logger().warning("measuring.without_store", error=error)
        self.metrics.store_unreachable.set(self.store_away)
        self.alarms.evaluate(time.monotonic())

    async def _look_at_bus(self) -> None:
        await self._consumers()
        await self._broker()
        self.alarms.evaluate(time.monotonic())

    async def _store(self) -> None:
        async with self.node.store.reading() as connection:
            row = await connection.fetchrow(_STORED, KNOWN_TYPES)
        metrics = self.metrics
        metrics.outbox_rows.set(row["unpublished"])
        metrics.outbox_age.set(row["unpublished_age"] or 0)
        metrics.parked.set(row["parked"])
        metrics.parked_unknown.set(row["unknown"])
        metrics.parked_age.set(row["parked_age"] or 0)
        metrics.parked_gap_age.set(row["gap_age"] or 0)
        metrics.held.set(row["held"])
        metrics.held_age.set(row["held_age"] or 0)
        metrics.open_quarantine.set(row["stopped"])
        metrics.unplaced.set(row["unplaced"])
        metrics.reports_held.set(row["reports"])

    async def _consumers(self) -> None:
        now = time.monotonic()
        found: dict[tuple[str, str], int] = {}
        for door, subscriber in self.node.doors.items():
            lag = await measure_lag(subscriber.consumer, self._ends.get(door, NOTHING_ASKED))
            found |= {(door, topic): behind for topic, behind in lag.items()}
        for receiver, subscriber in zip(self.node.receivers, self.node.subscribers, strict=True):
            source = receiver.source_service
            lag = await measure_lag(subscriber.consumer, self._ends.get(source, NOTHING_ASKED))
            found |= {(source, topic): behind for topic, behind in lag.items()}
            waits = any(lag.values()) and not self.node.switches.is_off(consumer_part(source))
            self.stuck[source] = self._stuck_for(source, waits, receiver.last_progress)
            self.metrics.stuck.labels(source).set(self.stuck[source])
            self.metrics.progress_age.labels(source).set(now - receiver.last_progress)
            self.metrics.breaker.labels(source).set(receiver.breaker_open)
        self.metrics.lag.clear()
        for (source, topic), behind in found.items():
            self.metrics.lag.labels(source, topic).set(behind)

    def _stuck_for(self, source: str, waits: bool, last_progress: float) -> float:
        """From when records were first seen to wait, which after a quiet hour is only now."""
        now = time.monotonic()
        if not waits:
            self._waits_since.pop(source, None)
            return 0.0
        return now - max(self._waits_since.setdefault(source, now), last_progress)

    def away(self) -> bool:
        """Whether the broker or the store was not there when last looked at."""
        return self.store_away or self.broker_away

    def look_anew(self, source: str) -> None:
        """Begins to count for how long records of a source wait."""
        self._waits_since.pop(source, None)
        self.stuck[source] = 0.0

    async def _broker(self) -> None:
        self.metrics.gate_shut.clear()
        if self.node.gate.shut:
            self.metrics.gate_shut.labels(self.node.gate.shut).set(1)
        if self.node.gate.shut == STORE_BEHIND:
            # Which is known from the broker; nothing that could ask it has been started yet.
            self.metrics.broker_unreachable.set(0)
            return
        reached = False
        try:
            reached = await self.node.broker.ping(timeout=BROKER_ANSWERS_SECONDS)
            if reached and time.monotonic() >= self._look_at_followers:
                await self._followers()
            if reached and time.monotonic() >= self._look_at_ranges:
                await self._ranges()
        except (OSError, KafkaError) as error:
            logger().warning("measuring.without_broker", error=error)
        self.broker_away = not reached
        self.metrics.broker_unreachable.set(self.broker_away)

    async def _ranges(self) -> None:
        found: dict[tuple[str, str], int] = {}
        receivers = zip(self.node.receivers, self.node.subscribers, strict=True)
        followed = {receiver.source_service: subscriber for receiver, subscriber in receivers}
        for source, subscriber in (followed | self.node.doors).items():
            try:
                async with asyncio.timeout(CLIENT_ANSWERS_SECONDS):
                    ranges = await ranges_of(subscriber.consumer)
            except (OSError, KafkaError) as error:
                self.deaf[source] = self.deaf.get(source, 0) + 1
                logger().warning("measuring.deaf_consumer", source_service=source, error=error)
                continue
            self.deaf.pop(source, None)
            self._ends[source] = ranges.ends
            found |= {(source, topic): partitions for topic, partitions in ranges.outside.items()}
        self.metrics.out_of_range.clear()
        for (source, topic), partitions in found.items():
            self.metrics.out_of_range.labels(source, topic).set(partitions)
        if not self.deaf:
            self._look_at_ranges = time.monotonic() + RANGES_AGAIN_SECONDS

    async def _followers(self) -> None:
        """Of which of our topics a group that follows us has no offset: it was not upgraded, or
        never started. Looked at until there is none, because topics come with an upgrade."""
        missing = await without_offsets(self.node.access, self.node.store.service)
        self.metrics.follower_without_offset.clear()
        for (group, topic), partitions in missing.items():
            self.metrics.follower_without_offset.labels(group, topic).set(partitions)
        again = time.monotonic() + FOLLOWERS_AGAIN_SECONDS
        self._look_at_followers = again if missing else float("inf")


async def without_offsets(access: KafkaAccess, service: str) -> dict[tuple[str, str], int]:
    """How many partitions of each of the service's topics each following group has never read."""
    groups = followers_of(service)
    topics = topics_of(service)
    missing: dict[tuple[str, str], int] = {}
    if not groups or not topics:
        return missing
    partitions = await partitions_of(access, service, topics)
    for group in groups:
        for partition in await never_read(access, group, partitions):
            key = group, partition.topic
            missing[key] = missing.get(key, 0) + 1
    return missing


def followers_of(service: str) -> Sequence[str]:
    """The consumer groups that follow a service."""
    return [f"{follower}.{service}" for follower, sources in FOLLOWS.items() if service in sources]
