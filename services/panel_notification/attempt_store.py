"""The rows of sending: which notices are due, and who is trying."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from services.panel_notification.composing import Composing
from services.panel_notification.notice import State
from services.panel_notification.notice_store import lock_group
from shared.contracts.event_codes import Channel, RecipientKind
from shared.messaging.audit import audit
from shared.messaging.case_keys import data_key_of
from shared.messaging.facts import facts_of
from shared.messaging.store import Row, Tx
from shared.sealing.envelope import open_sealed, seal

SENDER_LOCKS = 8_211_903
"""First half of the advisory locks by which a living sender is known."""

_DUE = """
select n.notice_id, n.attempts, n.lane from notice n left join channel_pace p using (lane)
where n.state = 'pending' and n.next_attempt_at <= $1
  and n.lane is not null and n.lane <> all($3)
  and coalesce(p.held_until, '-infinity') <= $1
order by n.next_attempt_at, n.notice_id limit $2
"""
_ABANDONED = """
select a.notice_id, a.number, coalesce(a.channel, n.channel) as channel, n.recipient,
       n.recipient_kind, n.synthetic
from attempt a join notice n using (notice_id)
where a.outcome is null and not exists (
    select 1 from pg_locks l
    where l.locktype = 'advisory' and l.granted and l.classid = $1 and l.objid = a.sender::oid
      and l.objsubid = 2
      and l.database = (select oid from pg_database where datname = current_database()))
order by a.notice_id limit 100
"""


@dataclass(frozen=True)
class Claimed:
    """An attempt that is committed and not yet made."""

    notice_id: UUID
    case_id: UUID
    number: int
    recipient: str
    recipient_kind: RecipientKind
    synthetic: bool
    channel: Channel
    lane: str
    content: bytes
    started_at: datetime
    traceparent: str | None


async def become_sender(connection: Any, sender: int) -> None:
    """Holds the lock of this sender for as long as the connection lives, which is how others see
    whether an attempt without an outcome is still being made."""
    await connection.execute("select pg_advisory_lock($1, $2)", SENDER_LOCKS, sender)


async def without_lane(connection: Any, limit: int) -> list[Row]:
    """Notices for which no channel was chosen yet."""
    rows: list[Row] = await connection.fetch(
        """select notice_id, recipient, recipient_kind, synthetic from notice
           where lane is null and state = 'pending' order by notice_id limit $1""",
        limit,
    )
    return rows


async def choose_lanes(connection: Any, chosen: Sequence[tuple[UUID, Channel, str]]) -> None:
    await connection.executemany(
        """update notice set channel = $2, lane = $3
           where notice_id = $1 and lane is null and state = 'pending'""",
        chosen,
    )


async def due(connection: Any, now: datetime, limit: int, busy: Sequence[str] = ()) -> list[Row]:
    """What may be tried now; nothing in a lane that is held, or `busy` here."""
    rows: list[Row] = await connection.fetch(_DUE, now, limit, list(busy))
    return rows


async def abandoned(connection: Any) -> list[Row]:
    """Attempts without an outcome whose sender is gone."""
    rows: list[Row] = await connection.fetch(_ABANDONED, SENDER_LOCKS)
    return rows


async def claim(tx: Tx, notice_id: UUID, sender: int, compose: Composing) -> Claimed | None:
    """Writes the attempt that is about to be made, or returns None if it is not to be made.

    The message is composed for the first attempt and taken as it is for every later one by the
    same channel.
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
    same = row["message_channel"] == row["channel"]
    sealed = row["sealed_message"] if same else None
    if not sealed:
        sealed = seal(key, compose(row, tx.now, await facts_of(tx, [case_id])), **place)
        await _keep_the_one_before(tx, row)
    content = open_sealed(key, sealed, **place)
    await tx.execute(
        """insert into attempt (notice_id, number, sender, started_at, channel)
           values ($1, $2, $3, $4, $5)""",
        notice_id,
        number,
        sender,
        tx.now,
        row["channel"],
    )
    await tx.execute(
        """update notice set state = 'sending', attempts = $2, next_attempt_at = null,
               sealed_message = $3, message_sha256 = $4, message_channel = channel
           where notice_id = $1""",
        notice_id,
        number,
        sealed,
        sha256(content).hexdigest(),
    )
    await audit(tx, "notice.attempted", str(notice_id), number=number, channel=row["channel"])
    return Claimed(
        notice_id=notice_id,
        case_id=case_id,
        number=number,
        recipient=row["recipient"],
        recipient_kind=RecipientKind(row["recipient_kind"]),
        synthetic=row["synthetic"],
        channel=Channel(row["channel"]),
        lane=row["lane"],
        content=content,
        started_at=tx.now,
        traceparent=row["traceparent"],
    )


async def _keep_the_one_before(tx: Tx, row: Row) -> None:
    """What went out by the channel that the notice used before stays as it was sent."""
    if row["sealed_message"]:
        await tx.execute(
            """insert into message_before (notice_id, channel, sealed_message, message_sha256,
                                           replaced_at)
               values ($1, $2, $3, $4, $5) on conflict (notice_id, channel) do nothing""",
            row["notice_id"],
            row["message_channel"],
            row["sealed_message"],
            row["message_sha256"],
            tx.now,
        )


async def lock_notice(tx: Tx, notice_id: UUID) -> Row | None:
    """Locks the case's whole group, then reads the notice as it stands."""
    case = await tx.fetchrow(
        """select case_id, notice_case.synthetic from notice join notice_case using (case_id)
           where notice_id = $1""",
        notice_id,
    )
    if case is None:
        return None
    tx.synthetic = case["synthetic"]
    await lock_group(tx, case["case_id"])
    return await tx.fetchrow("select * from notice where notice_id = $1", notice_id)
