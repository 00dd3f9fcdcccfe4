"""What became of an attempt: written once, published with it, and what follows for the notice."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.panel_notification.addressing import Addressing, lane_of
from services.panel_notification.attempt_store import lock_notice
from services.panel_notification.channels.channel import Answer
from services.panel_notification.notice import STATE_AFTER, Outcome, State
from services.panel_notification.notice_store import bring_in_line, lock_group
from shared.contracts.event_codes import Channel, RecipientKind
from shared.messaging.audit import audit
from shared.messaging.store import Row, Tx

BY_A_PERSON = 1
"""The sender of an attempt that a person made: a lock that no living sender holds."""


@dataclass(frozen=True)
class Following:
    """What the channel's data says comes next: how long to wait before it is tried again, after
    what time the other side is asked (None: it cannot be), and by what it goes once refused."""

    pause: timedelta
    look_up_after: timedelta | None = None
    fallback: Channel | None = None


async def settle(tx: Tx, notice_id: UUID, number: int, answer: Answer, then: Following) -> bool:
    """Writes what became of an attempt and publishes what follows; False if that was known.

    A sender that was taken for dead may still bring its answer: better knowledge than `unknown`
    replaces it, nothing else is replaced.
    """
    row = await lock_notice(tx, notice_id)
    attempt = await tx.fetchrow(
        "select outcome from attempt where notice_id = $1 and number = $2", notice_id, number
    )
    if row is None or attempt is None or attempt["outcome"] not in (None, Outcome.UNKNOWN):
        return False
    if attempt["outcome"] == answer.outcome:
        return False
    await tx.execute(
        """update attempt set outcome = $3, code = $4, ended_at = $5,
               provider_reference = coalesce($6, provider_reference)
           where notice_id = $1 and number = $2""",
        notice_id,
        number,
        answer.outcome,
        answer.code,
        tx.now,
        answer.provider_reference,
    )
    if answer.outcome is Outcome.ACCEPTED and answer.delivered:
        await note_delivered(tx, notice_id)
    if row["state"] in (State.SENDING, State.OUTCOME_UNKNOWN) and row["attempts"] == number:
        await _enter(tx, row, answer, then)
    elif row["state"] == State.CANCELLED and answer.outcome is Outcome.ACCEPTED:
        await accept_by_receipt(tx, notice_id, proven=False)
    await audit(tx, "notice.settled", str(notice_id), number=number, code=answer.code)
    await bring_in_line(tx, await lock_group(tx, row["case_id"]))
    return True


async def _enter(tx: Tx, row: Row, answer: Answer, then: Following) -> None:
    confirmed = await tx.fetchval("select 1 from receipt where notice_id = $1", row["notice_id"])
    state = STATE_AFTER[answer.outcome]
    if confirmed and state is not State.ACCEPTED:
        await accept_by_receipt(tx, row["notice_id"])
        return
    refused = state is State.UNDELIVERABLE
    asks = state is State.OUTCOME_UNKNOWN and then.look_up_after is not None
    await tx.execute(
        """update notice set state = $2, next_attempt_at = $3,
               refused_at = coalesce(refused_at, $4),
               refused_because = coalesce(refused_because, $5), look_up_at = $6
           where notice_id = $1""",
        row["notice_id"],
        state,
        tx.now + then.pause if state is State.PENDING else None,
        tx.now if refused else None,
        answer.code if refused else None,
        tx.now + then.look_up_after if asks and then.look_up_after is not None else None,
    )
    if refused and then.fallback is not None:
        await go_over(tx, row, then.fallback)


async def go_over(tx: Tx, row: Row, fallback: Channel) -> bool:
    """The notice goes by its fallback from now on; False if it does already. A person hears of it
    at once: that the first channel failed is something to see to."""
    if row["channel"] == fallback:
        return False
    await tx.execute(
        """update notice set state = 'pending', next_attempt_at = $2, channel = $3, lane = $4,
               look_up_at = null, escalated_at = coalesce(escalated_at, $2)
           where notice_id = $1""",
        row["notice_id"],
        tx.now,
        fallback,
        lane_of(fallback, row["recipient"]),
    )
    await audit(tx, "notice.fallback", str(row["notice_id"]), channel=fallback)
    return True


async def refuse_unsent(tx: Tx, notice_id: UUID, reason: str, addressing: Addressing) -> None:
    """Nobody can be written to: a notice that cannot even be tried is for a person."""
    row = await lock_notice(tx, notice_id)
    if row is None or row["state"] != State.PENDING:
        return
    await tx.execute(
        """update notice set state = 'undeliverable', next_attempt_at = null,
               refused_at = $2, refused_because = $3
           where notice_id = $1""",
        notice_id,
        tx.now,
        reason,
    )
    await audit(tx, "notice.undeliverable", str(notice_id), reason=reason)
    kind = RecipientKind(row["recipient_kind"])
    fallback = addressing.row_of(addressing.addressed(row), kind).fallback
    if fallback is not None:
        await go_over(tx, row, fallback)
    await bring_in_line(tx, await lock_group(tx, row["case_id"]))


async def note_delivered(tx: Tx, notice_id: UUID) -> None:
    """The evidence is in that counts for the channel. The first one stays."""
    await tx.execute(
        "update notice set delivered_at = $2 where notice_id = $1 and delivered_at is null",
        notice_id,
        tx.now,
    )


async def accept_by_receipt(
    tx: Tx, notice_id: UUID, code: str = "receipt", *, proven: bool = True
) -> None:
    """The recipient has it, whatever the channel said: the last attempt is taken to have brought
    it, because an earlier one would date the sending back."""
    await tx.execute(
        """update attempt set outcome = 'accepted', code = $3, ended_at = $2
           where notice_id = $1 and outcome is not null
             and not exists (select 1 from attempt where notice_id = $1 and outcome = 'accepted')
             and number = (select max(number) from attempt where notice_id = $1)""",
        notice_id,
        tx.now,
        code,
    )
    await tx.execute(
        """update notice set state = 'accepted', next_attempt_at = null, cancelled_because = null,
               look_up_at = null
           where notice_id = $1 and state <> 'sending'""",
        notice_id,
    )
    if proven:
        await note_delivered(tx, notice_id)


async def note_submitted(tx: Tx, notice_id: UUID, submitted_at: datetime, code: str) -> None:
    """A person submitted it: an attempt of its own, made when they did and accepted since."""
    await tx.execute(
        """insert into attempt (notice_id, number, sender, started_at, outcome, code, ended_at,
                                channel)
           select notice_id, attempts + 1, $4::int, $2::timestamptz, 'accepted', $3::text,
                  greatest($5::timestamptz, $2::timestamptz), channel
           from notice where notice_id = $1""",
        notice_id,
        submitted_at,
        code,
        BY_A_PERSON,
        tx.now,
    )
    await tx.execute(
        """update notice set state = 'accepted', attempts = attempts + 1, next_attempt_at = null,
               cancelled_because = null, look_up_at = null
           where notice_id = $1""",
        notice_id,
    )
    await note_delivered(tx, notice_id)


async def unanswered(connection: Any, now: datetime, limit: int) -> list[Row]:
    """Notices whose last attempt had no answer and about which the other side can be asked."""
    rows: list[Row] = await connection.fetch(_UNANSWERED, now, limit)
    return rows


async def ask_later(tx: Tx, notice_id: UUID, after: timedelta) -> None:
    await tx.execute(
        """update notice set look_up_at = $2
           where notice_id = $1 and state = 'outcome_unknown' and look_up_at is not null""",
        notice_id,
        tx.now + after,
    )


_UNANSWERED = """
select n.notice_id, n.recipient, n.recipient_kind, n.synthetic, n.channel, n.lane,
       n.attempts as number, a.started_at
from notice n join attempt a on a.notice_id = n.notice_id and a.number = n.attempts
where n.state = 'outcome_unknown' and n.look_up_at <= $1
order by n.look_up_at, n.notice_id limit $2
"""
