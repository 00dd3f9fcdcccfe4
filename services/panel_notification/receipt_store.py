"""A recipient confirms a notice: what is kept of it, and the same answer to the same request."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.panel_notification.notice import State
from services.panel_notification.notice_store import (
    bring_in_line,
    case_of_notice,
    lock_group,
    notice_of,
)
from services.panel_notification.outcome_store import (
    accept_by_receipt,
    note_delivered,
    note_submitted,
)
from shared.messaging.audit import audit
from shared.messaging.store import Tx
from shared.web.idempotency import Repeat, repeat

CLOCK_TOLERANCE = timedelta(minutes=5)
TOLD_BEFORE = "told_before"
"""The reference of a receipt that a restored store knows of by what was published alone."""


class ReceiptRefused(Exception):
    """`code` is one of unknown_notice, idempotency_conflict, receipt_differs, in_the_future,
    before_it_was_sent."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def record_receipt(
    tx: Tx,
    notice_id: UUID,
    *,
    system: str,
    organisation: str,
    key: str,
    fingerprint: bytes,
    reference: str,
    received_at: datetime | None,
) -> tuple[int, dict[str, Any]]:
    """Status and body of the answer. A receipt stays as it was first given.

    Commits with the caller's transaction. Raises ReceiptRefused; a notice that does not exist,
    belongs to another organisation or was never sent is unknown alike.
    """
    case_id = await case_of_notice(tx, notice_id)
    group = await lock_group(tx, case_id) if case_id else []
    earlier = await _earlier_answer(tx, organisation, key, fingerprint)
    if earlier:
        return earlier
    notice = await notice_of(tx, notice_id)
    if notice is None or notice.recipient != organisation or not notice.attempts:
        raise ReceiptRefused("unknown_notice")
    if notice.receipt and notice.receipt.reference not in (reference, TOLD_BEFORE):
        raise ReceiptRefused("receipt_differs")
    if notice.receipt is None:
        at = _received_at(received_at, tx.now, notice.attempts[0].started_at)
        await tx.execute(
            """insert into receipt (notice_id, reference, received_at, recorded_at, system)
               values ($1, $2, $3, $4, $5)""",
            notice_id,
            reference,
            at,
            tx.now,
            system,
        )
        if notice.state is State.HANDED:
            await note_submitted(tx, notice_id, at, "receipt")
        elif notice.state not in (State.ACCEPTED, State.SENDING):
            await accept_by_receipt(tx, notice_id)
        else:
            await note_delivered(tx, notice_id)
        await audit(tx, "notice.received", str(notice_id), reference=reference, system=system)
        await bring_in_line(tx, group)
    else:
        at = notice.receipt.received_at
    answer = {
        "notice_id": str(notice_id),
        "reference": reference,
        "received_at": at.isoformat(),
    }
    status = 200 if notice.receipt else 201
    await tx.execute(
        """insert into receipt_request (organisation, idempotency_key, fingerprint,
                                        status, answer, at)
           values ($1, $2, $3, $4, $5, $6)""",
        organisation,
        key,
        fingerprint,
        status,
        answer,
        tx.now,
    )
    return status, answer


async def _earlier_answer(
    tx: Tx, organisation: str, key: str, fingerprint: bytes
) -> tuple[int, dict[str, Any]] | None:
    await tx.execute(
        "select pg_advisory_xact_lock(hashtextextended($1, 0))", f"{organisation}|{key}"
    )
    row = await tx.fetchrow(
        """select fingerprint, status, answer from receipt_request
           where organisation = $1 and idempotency_key = $2""",
        organisation,
        key,
    )
    match repeat(row["fingerprint"] if row else None, fingerprint):
        case Repeat.OTHER_CONTENT:
            raise ReceiptRefused("idempotency_conflict")
        case Repeat.SAME if row:
            return row["status"], row["answer"]
    return None


def _received_at(given: datetime | None, now: datetime, sent_at: datetime) -> datetime:
    """What the recipient says, within what can be true; two clocks may differ by minutes."""
    if given is None:
        return now
    if given > now + CLOCK_TOLERANCE:
        raise ReceiptRefused("in_the_future")
    if given < sent_at - CLOCK_TOLERANCE:
        raise ReceiptRefused("before_it_was_sent")
    return min(max(given, sent_at), now)
