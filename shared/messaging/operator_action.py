"""Who used an operator's command, and why: in the transaction of what the command did."""

from shared.messaging.audit import audit
from shared.messaging.store import Tx
from shared.sealing.envelope import seal


async def record_action(
    tx: Tx, action: str, object_: str, *, name: str, reason: str, **codes: str | int | bool | None
) -> None:
    """Adds the audit row and, sealed, the reason that the person gave."""
    key = tx.keyring.new_data_key()
    row = f"{action}/{object_}"
    because = seal(
        tx.keyring.opened(key),
        reason.encode(),
        table="operator_action",
        column="sealed_because",
        row=row,
        case=tx.cause,
    )
    await tx.execute(
        """insert into operator_action (at, name, action, object, sealed_because, kek_id,
                                        wrapped_key)
           values ($1, $2, $3, $4, $5, $6, $7)""",
        tx.now,
        name,
        action,
        object_,
        because,
        key.kek_id,
        key.wrapped,
    )
    await audit(tx, action, object_, **codes)
