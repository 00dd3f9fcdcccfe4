"""The data key of a case, made with its first sealed value."""

from uuid import UUID

from shared.messaging.store import Tx
from shared.sealing.envelope import DataKey, WrappedKey


async def data_key_of(tx: Tx, case_id: UUID) -> DataKey:
    """Opens the case's key, making it if there is none; two at once make one."""
    new = tx.keyring.new_data_key()
    row = await tx.fetchrow(
        """with found as (
               select kek_id, wrapped_key from data_key where case_id = $1
           ), made as (
               insert into data_key as known (case_id, kek_id, wrapped_key, made_at)
               select $1::uuid, $2, $3::bytea, $4::timestamptz
               where not exists (select 1 from found)
               on conflict (case_id) do update set kek_id = known.kek_id
               returning kek_id, wrapped_key
           )
           select * from found union all select * from made""",
        case_id,
        new.kek_id,
        new.wrapped,
        tx.now,
    )
    if row is None:
        raise LookupError("a data key vanished within its transaction")
    return tx.keyring.opened(WrappedKey(row["kek_id"], row["wrapped_key"]))
