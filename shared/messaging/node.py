"""One running service process: its store, relay, consumers and sweep, started and stopped in order.

Everything is a task of one event loop. A task that ends by itself ends the process: a supervisor
starts it again, and nothing half-alive stays behind.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiokafka.errors import KafkaError
from faststream.kafka import KafkaBroker

from shared.contracts.catalogue import FOLLOWS, topics_of
from shared.ending import end_as_failed
from shared.messaging.behind import Followed
from shared.messaging.first_offsets import commit_first_offsets
from shared.messaging.gate import Gate
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.measuring import Measures
from shared.messaging.quarantine import Settler, StreamSettler
from shared.messaging.receiving import Receiver
from shared.messaging.registry import Registry
from shared.messaging.relay import Published, Relay
from shared.messaging.renewing import Renewing
from shared.messaging.restoring import Restorable, Settling
from shared.messaging.security import KafkaAccess
from shared.messaging.stopping import ended
from shared.messaging.store import Store
from shared.messaging.subscribing import Consume, new_broker, subscribe
from shared.messaging.switches import PART_OF_TASK, RELAY, Switches, consumer_part
from shared.telemetry.logging import logger
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 5.0
SWEEP_SECONDS = 2.0
OLDEST_UNPUBLISHED_SECONDS = 30.0
NO_PROGRESS_SECONDS = 60.0
LEAVING_SECONDS = 12.0

Task = Callable[[], Awaitable[None]]


@dataclass
class Node:
    """`tasks` run beside the consumers (a deadline watcher, a sender), by name; what is in
    `at_start` runs once before anything else."""

    store: Store
    access: KafkaAccess
    registry: Registry
    tracing: Tracing
    metrics: Metrics
    on_published: Published | None = None
    tasks: dict[str, Task] = field(default_factory=dict)
    at_start: list[Task] = field(default_factory=list)
    publishes: bool = True
    settling: Settling | None = None
    compares: bool = True
    broker: KafkaBroker = field(init=False)
    receivers: list[Receiver] = field(default_factory=list)
    subscribers: list[Any] = field(default_factory=list)
    doors: dict[str, Any] = field(default_factory=dict)
    """Subscribers that follow no service, by the name under which they are measured."""
    settlers: list[Settler] = field(default_factory=list)
    switches: Switches = field(init=False)
    gate: Gate = field(init=False)
    measures: Measures = field(init=False)
    _groups: list[tuple[str, Sequence[str]]] = field(default_factory=list)
    _running: list["asyncio.Task[None]"] = field(default_factory=list)
    _stopping: bool = False

    def __post_init__(self) -> None:
        self.broker = new_broker(self.access)
        self.switches = Switches(self.store, self.metrics)
        self.gate = Gate(self.store, self.access)
        self.gate.own_topics += topics_of(self.store.service)
        self.measures = Measures(self)
        for source in FOLLOWS[self.store.service]:
            receiver = Receiver(source, self.store, self.registry, self.tracing, self.metrics)
            self.receivers.append(receiver)
            self.settlers.append(StreamSettler(receiver))
            topics = topics_of(source)
            consume = self.switches.gated(consumer_part(source), receiver.consume, receiver)
            self.subscribers.append(
                subscribe(self.broker, self.access, receiver.group, consume, topics=topics)
            )
            self.begin_at_the_beginning(receiver.group, topics, receiver.consume)

    def begin_at_the_beginning(self, group: str, topics: Sequence[str], consume: Consume) -> None:
        """Before the first member joins, commits where a group starts that is new to a topic.

        `consume` takes in a record of the group outside it, when a restored store catches up."""
        self._groups.append((group, topics))
        self.gate.followed.append(Followed(group, topics, consume))

    def restorable(self) -> Restorable:
        """What `reconcile` works on; the node itself is not started for it."""
        return Restorable(self.gate, self.receivers, self.settling)

    async def start(self) -> None:
        """Waits for the broker and for a store in step with it, then consumes. Cancel it to give
        up. Without `compares` any store will do."""
        self._begin("measures", self.measures.run)
        if self.compares:
            await self.gate.pass_()
        self.gate.open_at_once()
        for once in (self.switches.look, *self.at_start):
            await self._until_reached(once)
        self._begin("switches", self.switches.run)
        if self.publishes:
            relay = Relay(
                self.store,
                self.access.new_producer,
                self.tracing,
                self.metrics,
                self.on_published,
                partial(self.switches.is_off, RELAY),
            )
            self._begin("relay", relay.run)
        self._begin("sweep", self._sweep)
        self._begin("renewing", Renewing(self).run)
        for name, task in self.tasks.items():
            part = PART_OF_TASK.get(name, name)
            self._begin(name, partial(self.switches.run_while_on, part, task))
        await self._start_broker()

    async def stop(self) -> None:
        """Finishes what is in hand, leaves the groups, sends the last spans; each within a bound,
        because broker and store may be gone for good."""
        self._stopping = self.switches.leaving = True
        await ended(self.broker.stop(), LEAVING_SECONDS)
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=LEAVING_SECONDS)
        await ended(self.store.pool.close())
        self.store.pool.terminate()
        await asyncio.to_thread(self.tracing.close)

    async def _start_broker(self) -> None:
        """Keeps trying: the broker may come later than we do, a group's coordinator later yet."""
        for group, topics in self._groups:
            await self._until_reached(partial(commit_first_offsets, self.access, group, topics))
        await self._until_reached(self.broker.start)

    async def _until_reached(self, step: Task) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                await step()
                return
            except INFRASTRUCTURE as error:
                logger().warning("start.waits", error=error, seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _begin(self, name: str, task: Task) -> None:
        async def guarded() -> None:
            try:
                await task()
            except BaseException as error:
                # A library's own cancellation must not end a part of us without a word.
                if self._stopping and isinstance(error, asyncio.CancelledError):
                    raise
                logger().critical("task.ended", task=name, error=error)
            if not self._stopping:
                end_as_failed()

        self._running.append(asyncio.create_task(guarded(), name=name))

    async def _sweep(self) -> None:
        while True:
            try:
                for receiver in self.receivers:
                    off = self.switches.is_off(consumer_part(receiver.source_service))
                    if not off and not receiver.breaker_open:
                        await receiver.sweep()
            except INFRASTRUCTURE as error:
                logger().warning("sweep.paused", error=error)
            await asyncio.sleep(SWEEP_SECONDS)

    async def not_alive(self) -> Sequence[str]:
        """Codes of what says that this process should be replaced; empty when all is well."""
        codes = [f"breaker_open.{r.source_service}" for r in self.receivers if r.breaker_open]
        stuck = self.measures.stuck
        codes += [f"no_progress.{s}" for s in stuck if stuck[s] > NO_PROGRESS_SECONDS]
        return codes

    def alarms(self) -> Sequence[str]:
        """The names of the alarms that are raised."""
        return self.measures.alarms.raised()

    async def not_ready(self) -> Sequence[str]:
        """Codes of what keeps this process from doing its work now; empty when it is ready."""
        codes = [self.gate.shut] if self.gate.shut else []
        try:
            async with self.store.reading() as connection:
                age = await connection.fetchval(
                    """select extract(epoch from clock_timestamp() - min(recorded_at))
                       from outbox where published_at is null"""
                )
            if age and age > OLDEST_UNPUBLISHED_SECONDS:
                codes.append("outbox_waits")
        except INFRASTRUCTURE:
            codes.append("store_unreachable")
        with contextlib.suppress(KafkaError, OSError):
            if not await self.broker.ping(timeout=2.0):
                codes.append("broker_unreachable")
        for receiver, subscriber in zip(self.receivers, self.subscribers, strict=True):
            if subscriber.consumer is None or not subscriber.consumer.assignment():
                codes.append(f"not_consuming.{receiver.source_service}")
        return codes
