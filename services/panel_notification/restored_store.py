"""SQL of a restored store: what was told of notices stands in their rows again."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from services.panel_notification.notice import Outcome, State
from services.panel_notification.receipt_store import TOLD_BEFORE
from services.panel_notification.wanted import Wanted
from shared.contracts.envelope import case_of, case_stream
from shared.contracts.panel_events import NoticeDelivered, NoticeSent, NoticeUndeliverable
from shared.messaging.audit import audit
from shared.messaging.case_keys import data_key_of
from shared.messaging.erasing import erased_among
from shared.messaging.store import Row, Tx
from shared.reference.errors import UnknownReference
from shared.sealing.envelope import seal

Compose = Callable[[Row, datetime], bytes]

RESTORED = "store_restored"
"""The code of an attempt that nobody knows anything of but that it may have been made."""

NOBODY = 1
"""The sender of such an attempt: a lock that no living sender holds for it."""


async def cases(connection: Any) -> list[UUID]:
    """All that this service knows of or has said something about, and the records of areas."""
    known = await connection.fetch("select case_id from notice_case")
    said = await connection.fetch("select distinct stream from outbox")
    told = {case_id for row in said if (case_id := case_of(row["stream"]))}
    found = told | {row["case_id"] for row in known}
    return sorted(found - await erased_among(connection, sorted(found)))


async def was_synthetic(tx: Tx, case_id: UUID) -> bool:
    """Whether what this service said of a case says that nobody is behind it."""
    return bool(
        await tx.fetchval(
            "select bool_or(headers ->> 'ce_synthetic' = 'true') from outbox where stream = $1",
            case_stream(case_id),
        )
    )


async def insert_notice(tx: Tx, wanted: Wanted, channel: str) -> None:
    """One that was told of and that nothing asks for any more. It waits for `note_accepted`."""
    await tx.execute(
        """insert into notice (notice_id, case_id, cycle, notification_number, obligation_id,
                               recipient_kind, recipient, area, limit_rule, about, channel,
                               state, wanted_at, cancelled_because, synthetic)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'cancelled', $12, 'not_owed',
                   (select synthetic from notice_case where case_id = $2))
           on conflict do nothing""",
        wanted.notice_id,
        wanted.case_id,
        wanted.cycle,
        wanted.notification_number,
        wanted.obligation_id,
        wanted.recipient_kind,
        wanted.recipient,
        wanted.area,
        wanted.limit_rule,
        wanted.about,
        channel,
        tx.now,
    )


async def note_accepted(
    tx: Tx, notice_id: UUID, sent: NoticeSent, accepted_at: datetime, compose: Compose | None
) -> None:
    """The attempt of which was told that the channel accepted it. Without `compose` its message
    stays empty."""
    await _end_attempt(tx, notice_id, sent.sent_at, Outcome.ACCEPTED, TOLD_BEFORE, accepted_at)
    if compose:
        await _write_message(tx, notice_id, sent.sent_at, compose)
    await tx.execute(
        """update notice set state = 'accepted', next_attempt_at = null, cancelled_because = null,
               delivered_at = coalesce(delivered_at, $2), look_up_at = null
           where notice_id = $1""",
        notice_id,
        accepted_at if isinstance(sent, NoticeDelivered) else None,
    )
    await audit(tx, "notice.told_before", str(notice_id), state=State.ACCEPTED)


async def note_refused(tx: Tx, notice_id: UUID, told: NoticeUndeliverable) -> None:
    await tx.execute(
        """update notice set state = 'undeliverable', next_attempt_at = null,
               cancelled_because = null, refused_at = $2, refused_because = $3
           where notice_id = $1""",
        notice_id,
        told.refused_at,
        told.reason,
    )
    await audit(tx, "notice.told_before", str(notice_id), state=State.UNDELIVERABLE)


async def note_receipt(tx: Tx, notice_id: UUID, received_at: datetime) -> None:
    """The recipient's own reference came by HTTP and is lost; that it confirmed is not."""
    await tx.execute(
        """insert into receipt (notice_id, reference, received_at, recorded_at, system)
           values ($1, $2, $3, $4, $2) on conflict (notice_id) do nothing""",
        notice_id,
        TOLD_BEFORE,
        received_at,
        max(tx.now, received_at),
    )


async def leave_to_a_person(tx: Tx, notice_id: UUID, compose: Compose) -> None:
    """It may have been sent after the moment to which the store was restored, or not."""
    await _end_attempt(tx, notice_id, tx.now, Outcome.UNKNOWN, RESTORED, tx.now)
    await _write_message(tx, notice_id, tx.now, compose)
    await tx.execute(
        "update notice set state = 'outcome_unknown', next_attempt_at = null where notice_id = $1",
        notice_id,
    )
    await audit(tx, "notice.settled", str(notice_id), code=RESTORED)


async def note_forgotten(tx: Tx, case_id: UUID) -> None:
    """How often a notice went out that is not known to have arrived: attempts are lost as well."""
    await tx.execute(
        """update notice set may_have_been_sent = true
           where case_id = $1 and state not in ('accepted', 'cancelled')""",
        case_id,
    )


async def _end_attempt(
    tx: Tx, notice_id: UUID, started_at: datetime, outcome: Outcome, code: str, ended_at: datetime
) -> None:
    """Ends the attempt under way, or the one that began then, or adds one."""
    number = await tx.fetchval(
        """update attempt set outcome = $3, code = $4, ended_at = greatest($5, started_at)
           where notice_id = $1 and (outcome is null or started_at = $2) returning number""",
        notice_id,
        started_at,
        outcome,
        code,
        ended_at,
    )
    if number is None:
        number = await tx.fetchval(
            """insert into attempt (notice_id, number, sender, started_at, outcome, code, ended_at)
               select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6
               from attempt where notice_id = $1 returning number""",
            notice_id,
            NOBODY,
            started_at,
            outcome,
            code,
            ended_at,
        )
    # The message is written in the same statement: none may be without the other.
    await tx.execute(
        """update notice set sealed_message = coalesce(sealed_message, ''),
               message_sha256 = coalesce(message_sha256, $3), attempts = greatest(attempts, $2)
           where notice_id = $1""",
        notice_id,
        number,
        sha256(b"").hexdigest(),
    )


async def _write_message(tx: Tx, notice_id: UUID, written_at: datetime, compose: Compose) -> None:
    """As it is composed from the notice: the bytes that were sent are lost with the store."""
    row = await tx.fetchrow("select * from notice where notice_id = $1", notice_id)
    if row is None or row["sealed_message"]:
        return
    try:
        content = compose(row, written_at)
    except UnknownReference:
        content = b""
    sealed = seal(
        await data_key_of(tx, row["case_id"]),
        content,
        table="notice",
        column="sealed_message",
        row=notice_id,
        case=row["case_id"],
    )
    await tx.execute(
        """update notice set sealed_message = $2, message_sha256 = $3, message_channel = channel
           where notice_id = $1""",
        notice_id,
        sealed,
        sha256(content).hexdigest(),
    )
