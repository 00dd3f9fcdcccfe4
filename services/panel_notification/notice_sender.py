"""Sends what is due, each channel for itself: one that hangs or rests holds up no other.

Several processes may run it: each notice is claimed under the lock of its case, and an attempt's
number exists once. What a channel may be asked for is shared between them in the store.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

from prometheus_client import Gauge

from services.panel_notification import attempt_store, pace_store, watching
from services.panel_notification.addressing import lane_of
from services.panel_notification.channels.channel import Answer
from services.panel_notification.notice import State
from services.panel_notification.notice_store import waiting_for_a_person
from services.panel_notification.sending import ACTOR, SETTLE_PAUSE_SECONDS, Post, Sending
from shared.contracts.event_codes import RecipientKind
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.store import Row, Store
from shared.telemetry.logging import logger
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing

T = TypeVar("T")

BATCH = 20
POLL_SECONDS = 0.25
ROUNDS_BETWEEN_WATCHES = 20


@dataclass
class NoticeSender:
    """The sending task of one process."""

    store: Store
    post: Post
    tracing: Tracing
    metrics: Metrics
    sending: Sending = field(init=False)
    for_a_person: Gauge = field(init=False)
    to_submit: Gauge = field(init=False)
    refused_us: Gauge = field(init=False)
    lanes: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)
    leaving: bool = False
    refusing: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sending = Sending(self.store, self.post, self.tracing, self.metrics)
        self.for_a_person = Gauge(
            "vigil_notices_for_a_person",
            "Notices that a person has to settle",
            ["state"],
            registry=self.metrics.registry,
        )
        self.to_submit = Gauge(
            "vigil_notices_to_submit",
            "Notices that a person has to submit by hand",
            registry=self.metrics.registry,
        )
        self.refused_us = Gauge(
            "vigil_channel_refuses_us",
            "1 while a channel does not accept our own key or account",
            ["channel"],
            registry=self.metrics.registry,
        )

    async def run(self) -> None:
        """Until cancelled; then the attempts in hand are finished first."""
        while True:
            try:
                async with self.store.session() as connection:
                    sender = self.sending.chance.randint(1, 2**31 - 1)
                    await attempt_store.become_sender(connection, sender)
                    self.leaving = False
                    try:
                        await self._rounds(connection, sender)
                    finally:
                        # The attempts in hand are known by this connection's lock.
                        self.leaving = True
                        await finished(self._lanes_ended())
            except INFRASTRUCTURE as error:
                logger().warning("notice_sender.paused", error=error)
                await asyncio.sleep(SETTLE_PAUSE_SECONDS)

    async def _rounds(self, connection: Any, sender: int) -> None:
        number = 0
        while True:
            watches = number % ROUNDS_BETWEEN_WATCHES == 0
            if not await finished(self._round(connection, sender, watches=watches)):
                await asyncio.sleep(POLL_SECONDS)
            number += 1

    async def send_due(self, connection: Any, sender: int) -> int:
        """One round to its end. Returns how many were due."""
        due = await self._round(connection, sender, watches=True)
        await self._lanes_ended()
        return due

    async def _round(self, connection: Any, sender: int, *, watches: bool) -> int:
        """What dead senders left, what has to be seen to, then what is due."""
        await watching.settle_abandoned(self.sending, connection)
        await self._count_for_a_person(connection)
        now = await self.store.clock.now(connection)
        await watching.look_up(self.sending, connection, now)
        if watches:
            await watching.watch_limits(self.sending, connection, now)
        await self._choose_lanes(connection)
        for lane in [lane for lane, task in self.lanes.items() if task.done()]:
            self.lanes.pop(lane).result()
        rows = await attempt_store.due(connection, now, BATCH, list(self.lanes))
        for lane in sorted({row["lane"] for row in rows}):
            of_lane = [row for row in rows if row["lane"] == lane]
            self.lanes[lane] = asyncio.create_task(self._send_in(lane, of_lane, sender))
        return len(rows)

    async def _choose_lanes(self, connection: Any) -> None:
        chosen = []
        for row in await attempt_store.without_lane(connection, BATCH):
            kind = RecipientKind(row["recipient_kind"])
            to = self.post.addressing.addressed(row)
            channel = self.post.addressing.row_of(to, kind).channel
            chosen.append((row["notice_id"], channel, lane_of(channel, to)))
        if chosen:
            await attempt_store.choose_lanes(connection, chosen)

    async def _send_in(self, lane: str, rows: Sequence[Row], sender: int) -> None:
        limits = pace_store.limits_of(self.post.addressing, lane)
        try:
            async with self.store.transaction(uuid4(), ACTOR) as tx:
                given, failing = await pace_store.may_send(tx, lane, limits, len(rows))
            for row in rows[:given]:
                if self.leaving:
                    return
                number = row["attempts"] + 1
                answer = await self.sending.attempt(row["notice_id"], number, sender)
                if answer is None:
                    continue
                self._note_refused_us(lane, answer)
                if not (failing or answer.channel_down or answer.retry_after):
                    continue
                async with self.store.transaction(uuid4(), ACTOR) as tx:
                    pace = await pace_store.note_answer(tx, lane, limits, answer)
                failing = pace.failures > 0
                if pace.held_until:
                    logger().warning("channel.held", lane=lane, code=answer.code)
                    return
        except INFRASTRUCTURE as error:
            logger().warning("channel.paused", lane=lane, error=error)

    def _note_refused_us(self, lane: str, answer: Answer) -> None:
        channel = lane.partition(":")[0]
        if answer.refuses_us:
            logger().error("channel.refuses_us", channel=channel, code=answer.code)
        self.refused_us.labels(channel).set(answer.refuses_us)
        self.refusing[channel] = answer.refuses_us
        self.for_a_person.labels("channel_refuses_us").set(sum(self.refusing.values()))

    async def _lanes_ended(self) -> None:
        if self.lanes:
            await asyncio.wait(list(self.lanes.values()))
        while self.lanes:
            self.lanes.popitem()[1].result()

    async def _count_for_a_person(self, connection: Any) -> None:
        counts = Counter(row["state"] for row in await waiting_for_a_person(connection))
        for state in (State.OUTCOME_UNKNOWN, State.UNDELIVERABLE):
            self.for_a_person.labels(state).set(counts[state])
        self.for_a_person.labels("near_its_limit").set(counts[State.PENDING])
        self.to_submit.set(counts[State.HANDED])


async def finished(work: Awaitable[T]) -> T:
    """The result of `work`; when cancelled meanwhile, lets it end before it passes that on."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
