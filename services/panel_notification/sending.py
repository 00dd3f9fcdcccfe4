"""One attempt: committed first, then made, outside any transaction, then settled.

So a process that dies in between leaves an attempt without an outcome. The other side is asked
about it where it can be; where it cannot, the limit or a person decides whether it goes again.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import SystemRandom
from uuid import UUID, uuid5

from opentelemetry.trace import SpanKind

from services.panel_notification import attempt_store
from services.panel_notification.addressing import Addressing
from services.panel_notification.attempt_store import Claimed
from services.panel_notification.channels.channel import Answer, Channel, Letter
from services.panel_notification.composing import Composer
from services.panel_notification.notice import Outcome, pause_after
from services.panel_notification.outcome_store import Following, refuse_unsent, settle
from shared.contracts.envelope import NAMESPACE
from shared.contracts.event_codes import Channel as ChannelName
from shared.contracts.event_codes import RecipientKind
from shared.messaging.crash_points import crash_point
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.store import Row, Store
from shared.reference.errors import UnknownReference
from shared.telemetry.logging import logger
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing, parent_in_case

ACTOR = "notice_sender"
SETTLE_PAUSE_SECONDS = 1.0
LOOK_UP_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class Post:
    """How everybody is reached: the data, the channels that it uses, and who writes."""

    addressing: Addressing
    channels: Mapping[ChannelName, Channel]
    compose: Composer

    def letter(self, claimed: Claimed) -> Letter:
        """Raises UnknownReference for a recipient without an address."""
        to = self.addressing.addressed(vars(claimed))
        return Letter(
            notice_id=claimed.notice_id,
            sender=self.compose.sender,
            address=self.addressing.address_of(to, claimed.recipient_kind, claimed.channel),
            content=claimed.content,
            at=claimed.started_at,
        )

    def following(self, row: Row, channel: ChannelName, pause: timedelta) -> Following:
        """`row` is one of the table of notices."""
        kind = RecipientKind(row["recipient_kind"])
        fallback = self.addressing.row_of(self.addressing.addressed(row), kind).fallback
        asks = channel in self.channels and self.channels[channel].looks_up
        return Following(pause, LOOK_UP_AFTER if asks else None, fallback)


@dataclass
class Sending:
    """`chance` spreads the pauses, so that what one outage held back does not come at once."""

    store: Store
    post: Post
    tracing: Tracing
    metrics: Metrics
    chance: SystemRandom = field(default_factory=SystemRandom)

    async def attempt(self, notice_id: UUID, number: int, sender: int) -> Answer | None:
        """Makes the next attempt of a notice; None if it is not to be made."""
        claimed = await self._claim(notice_id, number, sender)
        if claimed is None:
            return None
        crash_point("notice.attempt_written")
        with self.tracing.span(
            "send notice",
            parent=parent_in_case(claimed.traceparent, claimed.case_id),
            kind=SpanKind.CLIENT,
            attributes={
                "vigil.notice.id": str(notice_id),
                "vigil.notice.recipient": claimed.recipient,
                "vigil.notice.attempt": claimed.number,
                "vigil.notice.channel": str(claimed.channel),
            },
        ) as span:
            answer = await self._try(claimed)
            crash_point("notice.answered")
            span.set_attribute("vigil.notice.outcome", answer.outcome)
            then = self.post.following(vars(claimed), claimed.channel, self.pause(number))
            await self.settle(notice_id, claimed.number, claimed.channel, answer, then)
        crash_point("notice.settled")
        return answer

    def pause(self, number: int) -> timedelta:
        return pause_after(number, self.chance.random())

    async def settle(
        self, notice_id: UUID, number: int, channel: str, answer: Answer, then: Following
    ) -> None:
        """Does not give up: an answer that is forgotten is an outcome that nobody knows."""
        cause = _cause(notice_id, number, f"{answer.outcome}|{answer.code}")
        while True:
            try:
                async with self.store.transaction(cause, ACTOR) as tx:
                    if not await settle(tx, notice_id, number, answer, then):
                        return
                break
            except INFRASTRUCTURE as error:
                logger().warning("notice.settling_paused", error=error, notice_id=str(notice_id))
                await asyncio.sleep(SETTLE_PAUSE_SECONDS)
        self.metrics.sends.labels(channel, answer.outcome).inc()
        if answer.outcome not in (Outcome.ACCEPTED, Outcome.HANDED):
            say = logger().info if answer.outcome is Outcome.AGAIN else logger().error
            say(
                "notice.not_accepted",
                notice_id=str(notice_id),
                number=number,
                outcome=answer.outcome,
                code=answer.code,
            )

    async def _claim(self, notice_id: UUID, number: int, sender: int) -> Claimed | None:
        try:
            async with self.store.transaction(_cause(notice_id, number, "claim"), ACTOR) as tx:
                return await attempt_store.claim(tx, notice_id, sender, self.post.compose)
        except UnknownReference:
            logger().error("notice.no_mailbox", notice_id=str(notice_id))
        async with self.store.transaction(_cause(notice_id, number, "refuse"), ACTOR) as tx:
            await refuse_unsent(tx, notice_id, "no_mailbox", self.post.addressing)
        return None

    async def _try(self, claimed: Claimed) -> Answer:
        try:
            return await self.post.channels[claimed.channel].send(self.post.letter(claimed))
        except Exception as error:
            # A defect of a channel leaves this notice to a person and the others their turn.
            logger().error("notice.channel_failed", error=error, notice_id=str(claimed.notice_id))
            return Answer(Outcome.UNKNOWN, "channel_failed")


def _cause(notice_id: UUID, number: int, step: str) -> UUID:
    return uuid5(NAMESPACE, f"{notice_id}|{number}|{step}")
