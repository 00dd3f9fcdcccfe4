"""The audit table: who changed what, in the transaction that changed it."""

import json

from shared.messaging.store import Tx

_ONE = """
insert into audit (at, actor, action, object, cause, codes)
values ($1, $2, $3, $4, $5, $6::text::jsonb)
"""
_MANY = """
insert into audit (at, actor, action, object, cause, codes)
select at, actor, action, object, cause, codes::jsonb
from unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[])
    with ordinality as made (at, actor, action, object, cause, codes, place)
order by place
"""


async def audit(tx: Tx, action: str, object_: str, **codes: str | int | bool | None) -> None:
    """Adds one row under the transaction's actor and cause. Codes only, never a typed text."""
    row = (tx.now, tx.actor, action, object_, tx.cause, json.dumps(codes))
    tx.write_later(_ONE, *row, together=_MANY)
