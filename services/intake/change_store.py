"""SQL of changes to a standing case. Callers hold the lock of the case."""

from collections.abc import Sequence
from uuid import UUID

from shared.contracts.intake_events import FactChanged
from shared.messaging.case_keys import data_key_of
from shared.messaging.store import Row, Tx
from shared.sealing.envelope import seal


async def insert_change(
    tx: Tx,
    case_id: UUID,
    cycle: int,
    kind: str,
    reason: str,
    by: str,
    changed: Sequence[FactChanged],
    command: bytes,
) -> int:
    """Keeps the command sealed, with the values before and after; returns its number."""
    number = int(
        await tx.fetchval(
            "select coalesce(max(number), 0) + 1 from case_change where case_id = $1", case_id
        )
    )
    sealed = seal(
        await data_key_of(tx, case_id),
        command,
        table="case_change",
        column="sealed_record",
        row=f"{case_id}/{number}",
        case=case_id,
    )
    await tx.execute(
        """insert into case_change (case_id, number, cycle, kind, reason, changed_at, changed_by,
                                    changed, sealed_record)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        case_id,
        number,
        cycle,
        kind,
        reason,
        tx.now,
        by,
        [one.model_dump(mode="json") for one in changed],
        sealed,
    )
    return number


async def begin_cycle(tx: Tx, case_id: UUID, cycle: int) -> None:
    await tx.execute("update incident_case set cycle = $2 where case_id = $1", case_id, cycle)


async def set_owner(tx: Tx, case_id: UUID, area: str) -> None:
    await tx.execute("update incident_case set owner_area = $2 where case_id = $1", case_id, area)


async def propose_transfer(
    tx: Tx, case_id: UUID, to_area: str, reason: str, by: str, command: bytes
) -> None:
    number = int(
        await tx.fetchval(
            "select coalesce(max(number), 0) + 1 from transfer where case_id = $1", case_id
        )
    )
    sealed = seal(
        await data_key_of(tx, case_id),
        command,
        table="transfer",
        column="sealed_record",
        row=f"{case_id}/{number}",
        case=case_id,
    )
    await tx.execute(
        """insert into transfer (case_id, number, to_area, reason, proposed_at, proposed_by,
                                 sealed_record)
           values ($1, $2, $3, $4, $5, $6, $7)""",
        case_id,
        number,
        to_area,
        reason,
        tx.now,
        by,
        sealed,
    )


async def open_transfer(tx: Tx, case_id: UUID) -> Row | None:
    """The proposal that waits for an answer."""
    found: Row | None = await tx.fetchrow(
        """select number, to_area, reason, proposed_at, proposed_by from transfer
           where case_id = $1 and answer is null""",
        case_id,
    )
    return found


async def answer_transfer(tx: Tx, case_id: UUID, number: int, answer: str, by: str) -> None:
    await tx.execute(
        """update transfer set answer = $3, answered_at = $4, answered_by = $5
           where (case_id, number) = ($1, $2)""",
        case_id,
        number,
        answer,
        tx.now,
        by,
    )
