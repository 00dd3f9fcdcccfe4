"""SQL of firing: what is due, whose it is, and what is written of it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from services.rapid_review_timer.deadline_store import Kept, kept_of
from services.rapid_review_timer.firing import Firing
from shared.messaging.store import Tx

CASES_DUE = """
select case_id from deadline where next_at <= $1 and case_id <> all($3::uuid[])
order by next_at limit $2
"""
"""One short scan of the index of what is to be fired, however many deadlines are open."""


async def cases_due(
    connection: Any, now: datetime, limit: int, left_out: Collection[UUID] = ()
) -> list[UUID]:
    """Cases of the `limit` deadlines that have been due the longest, but those `left_out`. Takes
    no lock."""
    rows = await connection.fetch(CASES_DUE, now, limit, list(left_out))
    return list(dict.fromkeys(row["case_id"] for row in rows))


async def claim_due(tx: Tx, limit: int, left_out: Collection[UUID] = ()) -> list[UUID]:
    """As `cases_due`, and locks these cases: those that somebody else holds now are passed over,
    and others that are due stand in for them."""
    rows = await tx.fetch(
        """select case_id from deadline join case_state using (case_id)
           where next_at <= $1 and case_id <> all($3::uuid[])
           order by next_at limit $2 for update of case_state skip locked""",
        tx.now,
        limit,
        list(left_out),
    )
    return list(dict.fromkeys(row["case_id"] for row in rows))


async def due_deadlines(tx: Tx, case_ids: Collection[UUID]) -> list[Kept]:
    """Deadlines of these cases that have something to fire by the transaction's `now`, those due
    the longest first."""
    await tx.flush()
    rows = await tx.fetch(
        """select * from deadline where case_id = any($1) and next_at <= $2
           order by next_at, deadline_id""",
        list(case_ids),
        tx.now,
    )
    return [kept_of(row) for row in rows]


async def note_firing(tx: Tx, kept: Kept, fired: Firing, then: Firing | None) -> None:
    """Records a firing and what the deadline fires after it, when the transaction is flushed."""
    tx.write_later(
        """insert into firing (deadline_id, revision, kind, due_at, fired_at, event_id)
           values ($1, $2, $3, $4, $5, $6)""",
        kept.deadline.deadline_id,
        kept.revision,
        fired.kind.value,
        fired.due_at,
        tx.now,
        tx.cause,
        together="""insert into firing (deadline_id, revision, kind, due_at, fired_at, event_id)
           select * from unnest($1::uuid[], $2::int[], $3::text[], $4::timestamptz[],
                                $5::timestamptz[], $6::uuid[])""",
    )
    tx.write_later(
        "update deadline set next_kind = $2, next_at = $3 where deadline_id = $1",
        kept.deadline.deadline_id,
        then and then.kind.value,
        then and then.due_at,
        together="""update deadline set next_kind = fired.then_kind, next_at = fired.then_at
           from unnest($1::uuid[], $2::text[], $3::timestamptz[])
               as fired (deadline_id, then_kind, then_at)
           where deadline.deadline_id = fired.deadline_id""",
    )
