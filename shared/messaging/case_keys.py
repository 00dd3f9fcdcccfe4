"""The data key of a case, made with its first sealed value."""

from uuid import UUID

from shared.messaging.store import Tx
from shared.sealing.envelope import DataKey, WrappedKey


async def data_key_of(tx: Tx, case_id: UUID) -> DataKey:
    """Opens the case's key, making it if there is none; two at once make one."""
    new = tx.keyring.new_data_key()
    await tx.execute(
        """insert into data_key (case_id, kek_id, wrapped_key, made_at) values ($1, $2, $3, $4)
           on conflict (case_id) do nothing""",
        case_id,
        new.kek_id,
        new.wrapped,
        tx.now,
    )
    row = await tx.fetchrow("select kek_id, wrapped_key from data_key where case_id = $1", case_id)
    if row is None:
        raise LookupError("a data key vanished within its transaction")
    return tx.keyring.opened(WrappedKey(row["kek_id"], row["wrapped_key"]))
