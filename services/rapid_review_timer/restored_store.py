"""SQL of a restored store: rows made again from what was told."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from services.rapid_review_timer.deadline import Deadline
from services.rapid_review_timer.deadline_store import Kept
from services.rapid_review_timer.firing import cause_of
from services.rapid_review_timer.outcome import Cancelled, Met
from shared.contracts.deadline_events import ReviewDue
from shared.contracts.envelope import case_of, case_stream
from shared.messaging.erasing import erased_among
from shared.messaging.facts import Fact
from shared.messaging.store import Tx


async def cases(connection: Any) -> list[UUID]:
    """All that this service knows of or has said something about, but for those erased."""
    known = await connection.fetch("select case_id from case_state")
    said = await connection.fetch("select distinct stream from outbox")
    told = {case_id for row in said if (case_id := case_of(row["stream"]))}
    found = told | {row["case_id"] for row in known}
    return sorted(found - await erased_among(connection, sorted(found)))


async def is_synthetic(tx: Tx, case_id: UUID) -> bool:
    return bool(
        await tx.fetchval(
            """select bool_or(headers ->> 'ce_synthetic' = 'true') from outbox where stream = $1""",
            case_stream(case_id),
        )
    )


async def is_held(tx: Tx, case_ids: list[UUID]) -> bool:
    """Whether a record of these cases waits: what follows from it was told, perhaps, before. Of one
    whose number another has already nothing ever follows."""
    return bool(
        await tx.fetchval(
            """select exists (select 1 from quarantine
                              where status = 'open' and kind <> 'conflict' and stream = any($1))
                   or exists (select 1 from parked where stream = any($1))""",
            [case_stream(case_id) for case_id in case_ids],
        )
    )


async def leave(tx: Tx, case_id: UUID) -> None:
    """Remembers that the clocks of a case are still to be settled."""
    await tx.execute(
        """insert into clocks_left (case_id, stream, since) values ($1, $2, $3)
           on conflict do nothing""",
        case_id,
        case_stream(case_id),
        tx.now,
    )


async def forget_left(tx: Tx, case_id: UUID) -> None:
    await tx.execute("delete from clocks_left where case_id = $1", case_id)


async def is_left(tx: Tx, case_id: UUID) -> bool:
    return bool(await tx.fetchval("select 1 from clocks_left where case_id = $1", case_id))


async def cases_left(connection: Any, limit: int, left_out: Collection[UUID] = ()) -> list[UUID]:
    """Cases that were left and of which no record waits any more (see `is_held`), those left the
    longest first, but for those `left_out`. Takes no lock."""
    rows = await connection.fetch(
        """select case_id from clocks_left kept
           where case_id <> all($2::uuid[]) and not exists (
               select 1 from case_state member
               where (member.case_id = kept.case_id or member.survivor = kept.case_id) and (
                   exists (select 1 from quarantine
                           where status = 'open' and kind <> 'conflict'
                             and stream in (kept.stream, 'case/' || member.case_id))
                   or exists (select 1 from parked
                              where stream in (kept.stream, 'case/' || member.case_id))))
           order by since, case_id limit $1""",
        limit,
        list(left_out),
    )
    return [row["case_id"] for row in rows]


async def keep_revision(tx: Tx, made: Deadline, revision: int, by: Fact, kept: Kept) -> None:
    """A revision that held before `by` was told; one that is there already stays."""
    basis, outcome = made.basis, made.outcome
    met = outcome if isinstance(outcome, Met) else None
    cancelled = outcome if isinstance(outcome, Cancelled) else None
    await tx.execute(
        """insert into deadline_revision (deadline_id, case_id, cycle, rule, revision,
               rule_version, rule_set, force, calendar_version, started_at, caused_by, due_date,
               late_from, alternatives, state, met_at, met_by, on_time, working_days_late, reason,
               traceparent, synthetic, superseded_at, superseded_by, relaxed_by)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                   $19, $20, $21, $22, $23, $24, $25)
           on conflict (deadline_id, revision) do nothing""",
        made.deadline_id,
        made.case_id,
        made.cycle,
        made.rule,
        revision,
        basis.rule_version,
        basis.rule_set,
        basis.force.value,
        basis.calendar_version,
        basis.started_at,
        basis.caused_by,
        basis.due_date,
        basis.late_from,
        {name: day.isoformat() for name, day in basis.alternatives.items()},
        made.state,
        met and met.at,
        met and met.by,
        met.on_time if met else None,
        met.working_days_late if met else None,
        cancelled and cancelled.reason,
        kept.traceparent,
        kept.synthetic,
        by.recorded_at,
        by.event_id,
        basis.relaxed_by,
    )


async def keep_firing(tx: Tx, fired: ReviewDue) -> None:
    await tx.execute(
        """insert into firing (deadline_id, revision, kind, due_at, fired_at, event_id)
           values ($1, $2, $3, $4, $5, $6) on conflict (deadline_id, revision, kind) do nothing""",
        fired.deadline_id,
        fired.revision,
        fired.kind.value,
        fired.due_at,
        fired.fired_at,
        cause_of(fired.deadline_id, fired.revision, fired.kind),
    )
