"""The rows of cases, notices, attempts and receipts, and bringing them in line with the facts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.panel_notification.about import About
from services.panel_notification.forgotten import may_have_been_sent
from services.panel_notification.fulfilment import key_of, publications
from services.panel_notification.notice import (
    Attempt,
    Notice,
    Outcome,
    Receipt,
    State,
    plan,
)
from services.panel_notification.wanted import Wanted
from services.panel_notification.yearly_tellings import yearly_reports
from shared.contracts.area_events import YearlyReportPublished
from shared.contracts.area_record import is_area_record
from shared.contracts.envelope import case_stream
from shared.contracts.event_codes import Channel, RecipientKind
from shared.messaging.audit import audit
from shared.messaging.behind import last_reconciled
from shared.messaging.facts import facts_of, own_facts_of
from shared.messaging.outbox import emit
from shared.messaging.store import Row, Tx
from shared.telemetry.tracing import current_traceparent


class _GroupChanged(Exception):
    """Another transaction linked cases while this one waited for their locks."""


async def lock_group(tx: Tx, *case_ids: UUID) -> list[UUID]:
    """Locks these cases and all that are linked with them, in id order, and returns their ids.

    A row is made for a case that has none. What the transaction says from now on is synthetic if
    they are: no case is linked with one that is otherwise. When the group changed meanwhile, all
    locks are given back and taken again from the start: locks taken out of order could wait for
    each other.
    """
    wanted = set(case_ids)
    while True:
        try:
            async with tx.connection.transaction():
                for case_id in sorted(wanted):
                    tx.synthetic = await tx.fetchval(
                        """insert into notice_case as held (case_id, synthetic) values ($1, $2)
                           on conflict (case_id) do update set synthetic = held.synthetic
                           returning synthetic""",
                        case_id,
                        tx.synthetic,
                    )
                found = wanted | set(await _linked_with(tx, wanted))
                if found == wanted:
                    return sorted(wanted)
                raise _GroupChanged
        except _GroupChanged:
            wanted = found


async def _linked_with(tx: Tx, case_ids: set[UUID]) -> list[UUID]:
    rows = await tx.fetch(
        """with heads as (select coalesce(survivor, case_id) as head from notice_case
                          where case_id = any($1))
           select case_id from notice_case
           where case_id in (select head from heads) or survivor in (select head from heads)""",
        list(case_ids),
    )
    return [row["case_id"] for row in rows]


async def is_synthetic(source: Any, case_id: UUID | None) -> bool:
    """Whether nobody is behind a case. False for one that is not known."""
    return bool(
        await source.fetchval("select synthetic from notice_case where case_id = $1", case_id)
    )


async def link(tx: Tx, loser: UUID, survivor: UUID) -> list[UUID]:
    """Notes that one case is now part of another; returns the whole group, locked."""
    group = await lock_group(tx, loser, survivor)
    await tx.execute("update notice_case set survivor = $2 where case_id = $1", loser, survivor)
    return group


async def bring_in_line(tx: Tx, group: Sequence[UUID]) -> None:
    """Adds, cancels and reopens notices as the facts ask for, and publishes what follows.

    The group is locked by the caller; facts are read after that. Commits with the caller.
    """
    facts = await facts_of(tx, group)
    notices = await notices_of(tx, group)
    todo = plan(facts, notices)
    reconciled = await last_reconciled(tx.connection) if todo.add or todo.reopen else None
    for wanted in todo.add:
        await _add(tx, wanted, may_have_been_sent(wanted, facts, reconciled))
    for notice_id, reason in (todo.cancel or {}).items():
        await tx.execute(
            """update notice set state = 'cancelled', cancelled_because = $2,
                   next_attempt_at = null
               where notice_id = $1""",
            notice_id,
            reason,
        )
        await audit(tx, "notice.cancelled", str(notice_id), reason=reason)
    for notice in notices:
        if notice.notice_id in todo.reopen:
            await _reopen(tx, notice, may_have_been_sent(notice, facts, reconciled))
    own = {key_of(fact.case_id, fact.data) for fact in await own_facts_of(tx, group)}
    published = {key for key in own if key}
    for each in publications(facts, await notices_of(tx, group), published):
        await emit(tx, each.data, case_stream(each.case_id), happened_at=each.happened_at)


async def _reopen(tx: Tx, notice: Notice, may_have_been_sent: bool) -> None:
    await tx.execute(
        """update notice set state = 'pending', cancelled_because = null, next_attempt_at = $2,
               may_have_been_sent = $3
           where notice_id = $1""",
        notice.notice_id,
        tx.now,
        notice.may_have_been_sent or may_have_been_sent,
    )
    await audit(tx, "notice.reopened", str(notice.notice_id))


async def _add(tx: Tx, wanted: Wanted, may_have_been_sent: bool) -> None:
    await tx.execute(
        """insert into notice (notice_id, case_id, cycle, notification_number, obligation_id,
                               recipient_kind, recipient, area, limit_rule, about, state,
                               wanted_at, next_attempt_at, traceparent, may_have_been_sent,
                               synthetic)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'pending', $11, $11, $12, $13,
                   (select synthetic from notice_case where case_id = $2))""",
        wanted.notice_id,
        wanted.case_id,
        wanted.cycle,
        wanted.notification_number,
        wanted.obligation_id,
        wanted.recipient_kind,
        wanted.recipient,
        wanted.area,
        wanted.limit_rule,
        wanted.about,
        tx.now,
        current_traceparent(),
        may_have_been_sent,
    )
    await audit(
        tx, "notice.wanted", str(wanted.notice_id), recipient=wanted.recipient, cycle=wanted.cycle
    )


async def notices_of(source: Any, case_ids: Sequence[UUID]) -> list[Notice]:
    """All notices of these cases with attempts and receipts, by id. `source` is a Tx or a
    connection."""
    rows = await source.fetch(
        _NOTICES + " where n.case_id = any($1) order by n.notice_id", case_ids
    )
    return [_notice(row) for row in rows]


async def notice_of(source: Any, notice_id: UUID) -> Notice | None:
    row = await source.fetchrow(_NOTICES + " where n.notice_id = $1", notice_id)
    return _notice(row) if row else None


async def reports_of(tx: Tx, record: UUID) -> dict[int, YearlyReportPublished]:
    """The yearly reports of an area's record by cycle, as each was said last; none of a case."""
    facts = await facts_of(tx, [record]) if is_area_record(record) else []
    return {cycle: told[-1][1] for (_, cycle), told in yearly_reports(facts).items()}


async def waiting_for_a_person(connection: Any) -> list[Row]:
    """Notices that nothing sends any more though nobody has said that they arrived, and those that
    are still tried with their limit close."""
    rows: list[Row] = await connection.fetch(
        """select notice_id, case_id, about, recipient, limit_rule, state, attempts,
                  refused_because, channel, escalated_at
           from notice
           where state in ('outcome_unknown', 'undeliverable', 'handed')
              or (state in ('pending', 'sending') and escalated_at is not null)
           order by notice_id"""
    )
    return rows


async def case_of_notice(source: Any, notice_id: UUID) -> UUID | None:
    case_id: UUID | None = await source.fetchval(
        "select case_id from notice where notice_id = $1", notice_id
    )
    return case_id


_NOTICES = """
select n.*, r.reference, r.received_at,
       coalesce((select jsonb_agg(to_jsonb(a) order by a.number)
                 from attempt a where a.notice_id = n.notice_id), '[]') as tried
from notice n left join receipt r using (notice_id)
"""


def _notice(row: Row) -> Notice:
    return Notice(
        case_id=row["case_id"],
        cycle=row["cycle"],
        notification_number=row["notification_number"],
        obligation_id=row["obligation_id"],
        recipient_kind=RecipientKind(row["recipient_kind"]),
        recipient=row["recipient"],
        area=row["area"],
        limit_rule=row["limit_rule"],
        about=About(row["about"]),
        state=State(row["state"]),
        attempts=tuple(_attempt(each) for each in row["tried"]),
        receipt=Receipt(row["reference"], row["received_at"]) if row["reference"] else None,
        refused_at=row["refused_at"],
        refused_because=row["refused_because"],
        channel=Channel(row["channel"]),
        may_have_been_sent=row["may_have_been_sent"],
        delivered_at=row["delivered_at"],
        escalated_at=row["escalated_at"],
    )


def _attempt(row: Row) -> Attempt:
    return Attempt(
        number=row["number"],
        started_at=datetime.fromisoformat(row["started_at"]),
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        ended_at=datetime.fromisoformat(row["ended_at"]) if row["ended_at"] else None,
        code=row["code"],
        channel=Channel(row["channel"]) if row["channel"] else None,
    )
