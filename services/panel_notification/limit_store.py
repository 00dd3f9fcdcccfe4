"""SQL of limits: by when each notice has to be out, and which are close to it."""

from typing import Any
from uuid import UUID

from services.panel_notification.limit import Watched
from services.panel_notification.notice import State
from shared.contracts.deadline_events import DeadlineState
from shared.messaging.audit import audit
from shared.messaging.store import Row, Tx

MOST_AT_ONCE = 500


def keep_limit(tx: Tx, case_id: UUID, said: DeadlineState) -> None:
    """The newest revision of each clock stays, in whatever order they come."""
    tx.write_later(
        """insert into notice_limit (case_id, cycle, rule, deadline_id, revision, late_from)
           values ($1, $2, $3, $4, $5, $6)
           on conflict (case_id, cycle, rule, deadline_id) do update
           set revision = excluded.revision, late_from = excluded.late_from
           where notice_limit.revision < excluded.revision""",
        case_id,
        said.cycle,
        said.rule,
        said.deadline_id,
        said.revision,
        said.late_from,
    )


async def watched(connection: Any) -> list[tuple[UUID, Watched]]:
    """Notices that have not arrived and that something may still have to be done about."""
    rows = await connection.fetch(_WATCHED, MOST_AT_ONCE)
    return [(row["notice_id"], _watched(row)) for row in rows]


async def watched_of(tx: Tx, notice: Row) -> Watched:
    """The same of one notice that the caller has locked."""
    late_from = await tx.fetchval(
        """select min(late_from) from notice_limit
           where case_id = $1 and cycle = $2 and rule = $3""",
        notice["case_id"],
        notice["cycle"],
        notice["limit_rule"],
    )
    return _watched({**notice, "late_from": late_from})


async def note_escalated(tx: Tx, notice_id: UUID) -> None:
    await tx.execute(
        "update notice set escalated_at = $2 where notice_id = $1 and escalated_at is null",
        notice_id,
        tx.now,
    )
    await audit(tx, "notice.escalated", str(notice_id))


async def note_sent_again(tx: Tx, notice_id: UUID) -> None:
    """What it says is published as possibly double: an earlier attempt may have reached them."""
    await tx.execute(
        """update notice set state = 'pending', next_attempt_at = $2, sent_again_at = $2,
               look_up_at = null
           where notice_id = $1 and state = 'outcome_unknown' and sent_again_at is null""",
        notice_id,
        tx.now,
    )
    await audit(tx, "notice.sent_again", str(notice_id))


_WATCHED = """
select n.notice_id, n.state, n.wanted_at, n.sent_again_at, n.escalated_at, l.late_from
from notice n
left join lateral (select min(late_from) as late_from from notice_limit
                   where case_id = n.case_id and cycle = n.cycle and rule = n.limit_rule) l on true
where n.state in ('pending', 'sending', 'outcome_unknown', 'undeliverable', 'handed')
  and (n.escalated_at is null or (n.state = 'outcome_unknown' and n.sent_again_at is null))
order by l.late_from nulls last, n.wanted_at, n.notice_id limit $1
"""


def _watched(row: Row) -> Watched:
    return Watched(
        State(row["state"]),
        row["wanted_at"],
        row["late_from"],
        row["sent_again_at"],
        row["escalated_at"],
    )
