"""The audit table: who changed what, in the transaction that changed it."""

from shared.messaging.store import Tx


async def audit(tx: Tx, action: str, object_: str, **codes: str | int | bool | None) -> None:
    """Adds one row under the transaction's actor and cause. Codes only, never a typed text."""
    tx.write_later(
        """insert into audit (at, actor, action, object, cause, codes)
           values ($1, $2, $3, $4, $5, $6)""",
        tx.now,
        tx.actor,
        action,
        object_,
        tx.cause,
        codes,
    )
