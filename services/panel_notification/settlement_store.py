"""What a person does with a notice that nothing sends any more: send again, or note its arrival."""

from uuid import UUID

from services.panel_notification.attempt_store import lock_notice
from services.panel_notification.notice import State
from services.panel_notification.notice_store import bring_in_line, lock_group
from services.panel_notification.outcome_store import accept_by_receipt
from shared.messaging.audit import audit
from shared.messaging.case_keys import data_key_of
from shared.messaging.store import Row, Tx
from shared.sealing.envelope import seal

BY_HAND = "by-hand"


class NotForAPerson(Exception):
    """The notice does not exist, or goes its way without anybody's help."""


async def send_again(tx: Tx, notice_id: UUID, *, name: str, reason: str) -> None:
    """The next attempt is made as soon as a sender looks. If an earlier one may have reached the
    recipient, what is published says `possible_duplicate`. Raises NotForAPerson."""
    row = await _settle(tx, notice_id, "send_again", name, reason)
    await tx.execute(
        """update notice set state = 'pending', next_attempt_at = $2, look_up_at = null
           where notice_id = $1""",
        notice_id,
        tx.now,
    )
    await bring_in_line(tx, await lock_group(tx, row["case_id"]))


async def arrived(tx: Tx, notice_id: UUID, *, reference: str, name: str, reason: str) -> None:
    """The recipient has confirmed in another way, and gave this reference. Raises NotForAPerson,
    also for a notice that was never tried."""
    row = await _settle(tx, notice_id, "arrived", name, reason)
    if not row["attempts"]:
        raise NotForAPerson
    await tx.execute(
        """insert into receipt (notice_id, reference, received_at, recorded_at, system)
           values ($1, $2, $3, $3, $4) on conflict (notice_id) do nothing""",
        notice_id,
        reference,
        tx.now,
        BY_HAND,
    )
    await accept_by_receipt(tx, notice_id)
    await bring_in_line(tx, await lock_group(tx, row["case_id"]))


async def _settle(tx: Tx, notice_id: UUID, settled_as: str, name: str, reason: str) -> Row:
    row = await lock_notice(tx, notice_id)
    if row is None or row["state"] not in (State.OUTCOME_UNKNOWN, State.UNDELIVERABLE):
        raise NotForAPerson
    sealed = seal(
        await data_key_of(tx, row["case_id"]),
        reason.encode(),
        table="settlement",
        column="sealed_because",
        row=notice_id,
        case=row["case_id"],
    )
    await tx.execute(
        """insert into settlement (notice_id, at, settled_as, name, sealed_because)
           values ($1, $2, $3, $4, $5)""",
        notice_id,
        tx.now,
        settled_as,
        name,
        sealed,
    )
    await audit(tx, "notice.settled_by_hand", str(notice_id), settled_as=settled_as)
    return row
