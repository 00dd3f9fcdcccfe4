"""SQL of what providers tell of messages: each status once, and only ever forward."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.panel_notification.addressing import Addressing
from services.panel_notification.attempt_store import lock_notice
from services.panel_notification.channels.provider_status import (
    DELIVERED,
    FAILED,
    code_of_status,
    moves_forward,
)
from services.panel_notification.notice import State
from services.panel_notification.notice_store import bring_in_line, lock_group
from services.panel_notification.outcome_store import accept_by_receipt, go_over, note_delivered
from shared.contracts.event_codes import Channel, RecipientKind
from shared.messaging.audit import audit
from shared.messaging.store import Row, Tx

TAKEN_OVER = (State.ACCEPTED, State.SENDING, State.OUTCOME_UNKNOWN)


@dataclass(frozen=True)
class Told:
    """`reference` is what we gave the provider: the notice, if it is one of ours."""

    channel: Channel
    provider_reference: str
    reference: UUID | None
    status: str
    happened_at: datetime | None


async def record_status(tx: Tx, told: Told, addressing: Addressing) -> bool:
    """Whether it was news. What belongs to no notice is kept for a person and changes nothing."""
    row = await lock_notice(tx, told.reference) if told.reference else None
    if row is None:
        await _keep(tx, told, None, forward=False)
        return False
    forward = moves_forward(await _furthest(tx, told, row), told.status)
    if not await _keep(tx, told, row["notice_id"], forward=forward):
        return False
    proves = told.status in DELIVERED and await _note_which(tx, row["notice_id"], told)
    if not forward and not proves:
        return False
    if told.status in DELIVERED:
        await accept_by_receipt(tx, row["notice_id"], code_of_status(told.status))
        await note_delivered(tx, row["notice_id"])
    elif told.status in FAILED:
        await _failed(tx, row, told, addressing)
    elif row["state"] == State.OUTCOME_UNKNOWN:
        await accept_by_receipt(tx, row["notice_id"], code_of_status(told.status), proven=False)
    await audit(tx, "notice.status", str(row["notice_id"]), status=told.status)
    await bring_in_line(tx, await lock_group(tx, row["case_id"]))
    return True


async def for_nobody(connection: Any) -> list[Row]:
    """Statuses that belong to no notice."""
    rows: list[Row] = await connection.fetch(
        """select channel, provider_reference, status, told_at from provider_status
           where notice_id is null order by told_at, provider_reference"""
    )
    return rows


async def _note_which(tx: Tx, notice_id: UUID, told: Told) -> bool:
    """A message that no answer of the provider named is the one of the attempt that had no answer:
    that was accepted then, also where a later one was since. Of several, the last."""
    changed = await tx.execute(
        """update attempt set outcome = 'accepted', code = $4, ended_at = coalesce(ended_at, $5),
               provider_reference = $3
           where notice_id = $1 and number = (
                     select max(number) from attempt
                     where notice_id = $1 and channel = $2 and outcome = 'unknown'
                       and provider_reference is null)
             and not exists (select 1 from attempt
                             where notice_id = $1 and provider_reference = $3)""",
        notice_id,
        told.channel,
        told.provider_reference,
        code_of_status(told.status),
        tx.now,
    )
    return changed != "UPDATE 0"


_STILL_ACCEPTED = "select 1 from attempt where notice_id = $1 and outcome = 'accepted'"


async def _furthest(tx: Tx, told: Told, row: Row) -> str | None:
    """The status that counts: of this message, or that the notice is known to have arrived."""
    if row["delivered_at"] is not None:
        return next(iter(DELIVERED))
    status: str | None = await tx.fetchval(
        """select status from provider_status
           where channel = $1 and provider_reference = $2 and moved_forward
           order by told_at desc, status limit 1""",
        told.channel,
        told.provider_reference,
    )
    return status


async def _keep(tx: Tx, told: Told, notice_id: UUID | None, *, forward: bool) -> bool:
    """False if this status of this message was told before."""
    kept = await tx.fetchval(
        """insert into provider_status (channel, provider_reference, status, notice_id, told_at,
                                        happened_at, moved_forward)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning true""",
        told.channel,
        told.provider_reference,
        told.status,
        notice_id,
        tx.now,
        told.happened_at,
        forward,
    )
    return bool(kept)


async def _failed(tx: Tx, row: Row, told: Told, addressing: Addressing) -> None:
    """Whatever it took, it could not hand over: the acceptance did not hold. A receipt of the
    recipient's own says more, and so does a later attempt by another channel."""
    code = code_of_status(told.status)
    confirmed = await tx.fetchval("select 1 from receipt where notice_id = $1", row["notice_id"])
    if confirmed or row["channel"] != told.channel or row["state"] not in TAKEN_OVER:
        return
    await tx.execute(
        """update attempt set outcome = 'refused', code = $2, ended_at = coalesce(ended_at, $3)
           where notice_id = $1 and channel = $4
             and (provider_reference = $5 or outcome is null or outcome = 'unknown')""",
        row["notice_id"],
        code,
        tx.now,
        told.channel,
        told.provider_reference,
    )
    if await tx.fetchval(_STILL_ACCEPTED, row["notice_id"]):
        return
    await tx.execute(
        """update notice set state = 'undeliverable', next_attempt_at = null, look_up_at = null,
               refused_at = coalesce(refused_at, $2),
               refused_because = coalesce(refused_because, $3)
           where notice_id = $1""",
        row["notice_id"],
        tx.now,
        code,
    )
    kind = RecipientKind(row["recipient_kind"])
    fallback = addressing.row_of(addressing.addressed(row), kind).fallback
    if fallback is not None:
        await go_over(tx, row, fallback)
