"""Sends what is due: the attempt is committed first, then made, then settled.

So a process that dies in between leaves an attempt without an outcome. Whether its message went out
cannot be known, and nothing is sent again until a person or the recipient has said so.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import datetime
from random import SystemRandom
from typing import Any, TypeVar
from uuid import UUID, uuid5

from opentelemetry.trace import SpanKind
from prometheus_client import Gauge

from services.panel_notification import attempt_store
from services.panel_notification.attempt_store import Claimed
from services.panel_notification.channels.channel import Answer, Channel, Letter
from services.panel_notification.message import compose
from services.panel_notification.notice import Outcome, State, pause_after
from services.panel_notification.notice_store import waiting_for_a_person
from shared.contracts.envelope import NAMESPACE
from shared.messaging.crash_points import crash_point
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.store import Row, Store
from shared.reference.directory import mailbox, organisation
from shared.reference.errors import UnknownReference
from shared.telemetry.logging import logger
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing, parent_in_case

T = TypeVar("T")

ACTOR = "notice_sender"
BATCH = 20
POLL_SECONDS = 0.25
SETTLE_PAUSE_SECONDS = 1.0


@dataclass
class NoticeSender:
    """The sending task of one process. Several may run: each notice is claimed under the lock of
    its case, and an attempt's number exists once."""

    store: Store
    channel: Channel
    tracing: Tracing
    metrics: Metrics
    sender_address: str
    base_url: str
    chance: SystemRandom = field(default_factory=SystemRandom)
    for_a_person: Gauge = field(init=False)

    def __post_init__(self) -> None:
        self.for_a_person = Gauge(
            "vigil_notices_for_a_person",
            "Notices that a person has to settle",
            ["state"],
            registry=self.metrics.registry,
        )

    async def run(self) -> None:
        """Until cancelled; then the attempt in hand is finished first."""
        while True:
            try:
                async with self.store.session() as connection:
                    sender = self.chance.randint(1, 2**31 - 1)
                    await attempt_store.become_sender(connection, sender)
                    while True:
                        if not await finished(self.send_due(connection, sender)):
                            await asyncio.sleep(POLL_SECONDS)
            except INFRASTRUCTURE as error:
                logger().warning("notice_sender.paused", error=error)
                await asyncio.sleep(SETTLE_PAUSE_SECONDS)

    async def send_due(self, connection: Any, sender: int) -> int:
        """One round: what dead senders left, then what is due. Returns how many were due."""
        await self.settle_abandoned(connection)
        await self._count_for_a_person(connection)
        now = await self.store.clock.now(connection)
        rows = await attempt_store.due(connection, now, BATCH)
        for row in rows:
            await self.send(row["notice_id"], row["attempts"] + 1, sender)
        return len(rows)

    async def _count_for_a_person(self, connection: Any) -> None:
        counts = Counter(row["state"] for row in await waiting_for_a_person(connection))
        for state in (State.OUTCOME_UNKNOWN, State.UNDELIVERABLE):
            self.for_a_person.labels(state).set(counts[state])

    async def settle_abandoned(self, connection: Any) -> None:
        """Attempts whose sender is gone without saying what became of them."""
        for row in await attempt_store.abandoned(connection):
            answer = Answer(Outcome.UNKNOWN, "sender_stopped")
            await self._settle(row["notice_id"], row["number"], answer)

    async def send(self, notice_id: UUID, number: int, sender: int) -> None:
        """Makes the next attempt of a notice, if it is still to be made."""
        claimed = await self._claim(notice_id, number, sender)
        if claimed is None:
            return
        crash_point("notice.attempt_written")
        with self.tracing.span(
            "send notice",
            parent=parent_in_case(claimed.traceparent, claimed.case_id),
            kind=SpanKind.CLIENT,
            attributes={
                "vigil.notice.id": str(notice_id),
                "vigil.notice.recipient": claimed.recipient,
                "vigil.notice.attempt": claimed.number,
                "vigil.notice.channel": self.channel.name,
            },
        ) as span:
            answer = await self._try(claimed)
            crash_point("notice.answered")
            span.set_attribute("vigil.notice.outcome", answer.outcome)
            await self._settle(notice_id, claimed.number, answer)
        crash_point("notice.settled")

    async def _claim(self, notice_id: UUID, number: int, sender: int) -> Claimed | None:
        try:
            async with self.store.transaction(_cause(notice_id, number, "claim"), ACTOR) as tx:
                return await attempt_store.claim(tx, notice_id, sender, self.compose)
        except UnknownReference:
            logger().error("notice.no_mailbox", notice_id=str(notice_id))
        async with self.store.transaction(_cause(notice_id, number, "refuse"), ACTOR) as tx:
            await attempt_store.refuse_unsent(tx, notice_id, "no_mailbox")
        return None

    def compose(self, row: Row, written_at: datetime) -> bytes:
        return compose(
            row["notice_id"],
            sender=self.sender_address,
            recipient_name=organisation(row["recipient"]).name,
            mailbox=mailbox(row["recipient"]),
            base_url=self.base_url,
            written_at=written_at,
        )

    async def _try(self, claimed: Claimed) -> Answer:
        letter = Letter(
            notice_id=claimed.notice_id,
            sender=self.sender_address,
            mailbox=mailbox(claimed.recipient),
            content=claimed.content,
        )
        try:
            return await self.channel.send(letter)
        except Exception as error:
            # A defect of a channel leaves this notice to a person and the others their turn.
            logger().error("notice.channel_failed", error=error, notice_id=str(claimed.notice_id))
            return Answer(Outcome.UNKNOWN, "channel_failed")

    async def _settle(self, notice_id: UUID, number: int, answer: Answer) -> None:
        """Does not give up: an answer that is forgotten is an outcome that nobody knows."""
        pause = pause_after(number, self.chance.random())
        cause = _cause(notice_id, number, answer.outcome)
        while True:
            try:
                async with self.store.transaction(cause, ACTOR) as tx:
                    if not await attempt_store.settle(tx, notice_id, number, answer, pause):
                        return
                break
            except INFRASTRUCTURE as error:
                logger().warning("notice.settling_paused", error=error, notice_id=str(notice_id))
                await asyncio.sleep(SETTLE_PAUSE_SECONDS)
        self.metrics.sends.labels(self.channel.name, answer.outcome).inc()
        if answer.outcome is not Outcome.ACCEPTED:
            say = logger().info if answer.outcome is Outcome.AGAIN else logger().error
            say(
                "notice.not_accepted",
                notice_id=str(notice_id),
                number=number,
                outcome=answer.outcome,
                code=answer.code,
            )


async def finished(work: Awaitable[T]) -> T:
    """The result of `work`; when cancelled meanwhile, lets it end before it passes that on."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _cause(notice_id: UUID, number: int, step: str) -> UUID:
    return uuid5(NAMESPACE, f"{notice_id}|{number}|{step}")
