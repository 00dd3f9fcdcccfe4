"""Looks after notices that do not go their way: asks what became of attempts without an answer,
sends again what nobody can say, and tells a person before the limit."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.panel_notification import attempt_store, limit_store, outcome_store
from services.panel_notification.attempt_store import lock_notice
from services.panel_notification.channels.channel import Answer, Letter
from services.panel_notification.limit import is_escalated, is_sent_again
from services.panel_notification.limit_store import watched_of
from services.panel_notification.notice import Outcome, State
from services.panel_notification.notice_store import bring_in_line, lock_group
from services.panel_notification.sending import ACTOR, Sending
from shared.contracts.event_codes import Channel, RecipientKind
from shared.messaging.store import Row
from shared.telemetry.logging import logger

BATCH = 50
ABSENT_AFTER = timedelta(minutes=2)
"""What the other side does not have so long after the attempt never arrived. Sooner it may still
be on its way through it."""

SOONEST, LATEST = timedelta(minutes=1), timedelta(minutes=15)


async def settle_abandoned(sending: Sending, connection: Any) -> None:
    """Attempts whose sender is gone without saying what became of them."""
    for row in await attempt_store.abandoned(connection):
        answer = Answer(Outcome.UNKNOWN, "sender_stopped")
        then = sending.post.following(row, Channel(row["channel"]), timedelta(0))
        await sending.settle(row["notice_id"], row["number"], row["channel"], answer, then)


async def look_up(sending: Sending, connection: Any, now: datetime) -> None:
    """Asks the other side; what it says settles the attempt, and until then it is asked again."""
    for row in await outcome_store.unanswered(connection, now, BATCH):
        answer = await _asked(sending, row)
        if answer.outcome is Outcome.AGAIN and now < row["started_at"] + ABSENT_AFTER:
            answer = Answer(Outcome.UNKNOWN, "not_there_yet")
        channel = Channel(row["channel"])
        if answer.outcome is Outcome.UNKNOWN:
            pause = min(max((now - row["started_at"]) / 2, SOONEST), LATEST)
            async with sending.store.transaction(uuid4(), ACTOR) as tx:
                await outcome_store.ask_later(tx, row["notice_id"], pause)
            continue
        then = sending.post.following(row, channel, timedelta(0))
        await sending.settle(row["notice_id"], row["number"], channel, answer, then)


async def watch_limits(sending: Sending, connection: Any, now: datetime) -> None:
    """What is due is looked at again under the lock: it may have arrived in between."""
    for notice_id, watched in await limit_store.watched(connection):
        if is_sent_again(watched, now) or is_escalated(watched, now):
            await _see_to(sending, notice_id)


async def _see_to(sending: Sending, notice_id: UUID) -> None:
    async with sending.store.transaction(uuid4(), ACTOR) as tx:
        row = await lock_notice(tx, notice_id)
        if row is None:
            return
        watched = await watched_of(tx, row)
        if is_sent_again(watched, tx.now):
            await limit_store.note_sent_again(tx, notice_id)
        escalated = is_escalated(watched, tx.now)
        if escalated:
            await limit_store.note_escalated(tx, notice_id)
            kind = RecipientKind(row["recipient_kind"])
            addressing = sending.post.addressing
            fallback = addressing.row_of(addressing.addressed(row), kind).fallback
            waits = watched.state in (State.PENDING, State.UNDELIVERABLE) and row["attempts"] > 0
            if fallback is not None and waits:
                await outcome_store.go_over(tx, row, fallback)
        # What is not owed any more ends here: it must not go out again.
        await bring_in_line(tx, await lock_group(tx, row["case_id"]))
    if not escalated:
        return
    logger().error(
        "notice.near_its_limit",
        notice_id=str(notice_id),
        state=watched.state,
        limit_rule=row["limit_rule"],
        limit_known=watched.limit is not None,
    )


async def _asked(sending: Sending, row: Row) -> Answer:
    kind, channel = RecipientKind(row["recipient_kind"]), Channel(row["channel"])
    addressing = sending.post.addressing
    address = addressing.address_of(addressing.addressed(row), kind, channel)
    letter = Letter(row["notice_id"], sending.post.compose.sender, address, b"", row["started_at"])
    try:
        return await sending.post.channels[channel].look_up(letter)
    except Exception as error:
        # A defect of a channel is no answer: the notice stays before a person.
        logger().error("notice.look_up_failed", error=error, notice_id=str(row["notice_id"]))
        return Answer(Outcome.UNKNOWN, "look_up_failed")
