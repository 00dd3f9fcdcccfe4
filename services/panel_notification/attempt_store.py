"""The rows of sending: which notices are due, who is trying, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from services.panel_notification.channels.channel import Answer
from services.panel_notification.notice import STATE_AFTER, Outcome, State
from services.panel_notification.notice_store import bring_in_line, lock_group
from shared.messaging.audit import audit
from shared.messaging.case_keys import data_key_of
from shared.messaging.store import Row, Tx
from shared.sealing.envelope import open_sealed, seal

SENDER_LOCKS = 8_211_903
"""First half of the advisory locks by which a living sender is known."""

_DUE = """
select notice_id, attempts from notice where state = 'pending' and next_attempt_at <= $1
order by next_attempt_at, notice_id limit $2
"""
_ABANDONED = """
select notice_id, number from attempt a
where outcome is null and not exists (
    select 1 from pg_locks l
    where l.locktype = 'advisory' and l.granted and l.classid = $1 and l.objid = a.sender::oid
      and l.objsubid = 2
      and l.database = (select oid from pg_database where datname = current_database()))
order by notice_id limit 100
"""


@dataclass(frozen=True)
class Claimed:
    """An attempt that is committed and not yet made."""

    notice_id: UUID
    case_id: UUID
    number: int
    recipient: str
    content: bytes
    traceparent: str | None


async def become_sender(connection: Any, sender: int) -> None:
    """Holds the lock of this sender for as long as the connection lives, which is how others see
    whether an attempt without an outcome is still being made."""
    await connection.execute("select pg_advisory_lock($1, $2)", SENDER_LOCKS, sender)


async def due(connection: Any, now: datetime, limit: int) -> list[Row]:
    rows: list[Row] = await connection.fetch(_DUE, now, limit)
    return rows


async def abandoned(connection: Any) -> list[Row]:
    """Attempts without an outcome whose sender is gone."""
    rows: list[Row] = await connection.fetch(_ABANDONED, SENDER_LOCKS)
    return rows


async def claim(
    tx: Tx, notice_id: UUID, sender: int, compose: Callable[[Row, datetime], bytes]
) -> Claimed | None:
    """Writes the attempt that is about to be made, or returns None if it is not to be made.

    The message is composed for the first attempt and taken as it is for every later one.
    """
    row = await lock_notice(tx, notice_id)
    if row is None or row["state"] != State.PENDING or row["next_attempt_at"] > tx.now:
        return None
    number, case_id = row["attempts"] + 1, row["case_id"]
    key = await data_key_of(tx, case_id)
    place: dict[str, Any] = {
        "table": "notice",
        "column": "sealed_message",
        "row": notice_id,
        "case": case_id,
    }
    sealed = row["sealed_message"] or seal(key, compose(row, tx.now), **place)
    content = open_sealed(key, sealed, **place)
    await tx.execute(
        "insert into attempt (notice_id, number, sender, started_at) values ($1, $2, $3, $4)",
        notice_id,
        number,
        sender,
        tx.now,
    )
    await tx.execute(
        """update notice set state = 'sending', attempts = $2, next_attempt_at = null,
               sealed_message = $3, message_sha256 = $4
           where notice_id = $1""",
        notice_id,
        number,
        sealed,
        sha256(content).hexdigest(),
    )
    await audit(tx, "notice.attempted", str(notice_id), number=number)
    return Claimed(notice_id, case_id, number, row["recipient"], content, row["traceparent"])


async def refuse_unsent(tx: Tx, notice_id: UUID, reason: str) -> None:
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
    await bring_in_line(tx, await lock_group(tx, row["case_id"]))


async def settle(tx: Tx, notice_id: UUID, number: int, answer: Answer, pause: timedelta) -> bool:
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
        """update attempt set outcome = $3, code = $4, ended_at = $5
           where notice_id = $1 and number = $2""",
        notice_id,
        number,
        answer.outcome,
        answer.code,
        tx.now,
    )
    if row["state"] in (State.SENDING, State.OUTCOME_UNKNOWN) and row["attempts"] == number:
        await _enter(tx, row, answer, pause)
    await audit(tx, "notice.settled", str(notice_id), number=number, code=answer.code)
    await bring_in_line(tx, await lock_group(tx, row["case_id"]))
    return True


async def _enter(tx: Tx, row: Row, answer: Answer, pause: timedelta) -> None:
    confirmed = await tx.fetchval("select 1 from receipt where notice_id = $1", row["notice_id"])
    state = STATE_AFTER[answer.outcome]
    if confirmed and state is not State.ACCEPTED:
        await accept_by_receipt(tx, row["notice_id"])
        return
    refused = state is State.UNDELIVERABLE
    await tx.execute(
        """update notice set state = $2, next_attempt_at = $3,
               refused_at = coalesce(refused_at, $4),
               refused_because = coalesce(refused_because, $5)
           where notice_id = $1""",
        row["notice_id"],
        state,
        tx.now + pause if state is State.PENDING else None,
        tx.now if refused else None,
        answer.code if refused else None,
    )


async def accept_by_receipt(tx: Tx, notice_id: UUID) -> None:
    """The recipient has it, whatever the channel said: the last attempt is taken to have brought
    it, because an earlier one would date the sending back."""
    await tx.execute(
        """update attempt set outcome = 'accepted', code = 'receipt', ended_at = $2
           where notice_id = $1 and outcome is not null
             and not exists (select 1 from attempt where notice_id = $1 and outcome = 'accepted')
             and number = (select max(number) from attempt where notice_id = $1)""",
        notice_id,
        tx.now,
    )
    await tx.execute(
        """update notice set state = 'accepted', next_attempt_at = null, cancelled_because = null
           where notice_id = $1 and state <> 'sending'""",
        notice_id,
    )


async def lock_notice(tx: Tx, notice_id: UUID) -> Row | None:
    """Locks the case's whole group, then reads the notice as it stands."""
    case = await tx.fetchrow(
        """select case_id, synthetic from notice join notice_case using (case_id)
           where notice_id = $1""",
        notice_id,
    )
    if case is None:
        return None
    tx.synthetic = case["synthetic"]
    await lock_group(tx, case["case_id"])
    return await tx.fetchrow("select * from notice where notice_id = $1", notice_id)
