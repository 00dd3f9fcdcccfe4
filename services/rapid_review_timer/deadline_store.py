"""Deadlines as rows. Callers hold the lock of the case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.rapid_review_timer.deadline import Basis, Deadline
from services.rapid_review_timer.firing import Firing, schedule
from services.rapid_review_timer.outcome import Cancelled, Met, Suspended
from shared.calendar.london import london_date
from shared.contracts.event_codes import DueKind, Force
from shared.messaging.store import Row, Tx


@dataclass(frozen=True)
class Kept:
    """A stored deadline: the revision that holds and what it will fire next, if anything.

    `moved_because` and `moved_at` say why and when it was last put on another day."""

    deadline: Deadline
    revision: int
    due_soon_on: date | None
    next_firing: Firing | None
    traceparent: str | None
    synthetic: bool
    moved_because: str | None = None
    moved_at: datetime | None = None

    @property
    def planned(self) -> list[Firing]:
        """What is still to be fired, in order of time."""
        first = self.next_firing
        whole = planned_for(self.deadline.basis, self.due_soon_on)
        return [firing for firing in whole if first and firing.due_at >= first.due_at]

    @property
    def is_settled(self) -> bool:
        """Met, cancelled or fired as overdue: no new calendar or rule touches it."""
        return self.next_firing is None


def planned_for(basis: Basis, due_soon_on: date | None) -> list[Firing]:
    """All that a deadline with this basis fires, in order of time. One that starts on its last day
    fires nothing that would have been heard before it started."""
    relaxed = basis.relaxed_by is not None
    planned = schedule(basis.due_date, basis.late_from, due_soon_on, relaxed=relaxed)
    if london_date(basis.started_at) != basis.due_date:
        return planned
    return [firing for firing in planned if firing.due_at >= basis.started_at]


async def deadlines_of_case(tx: Tx, case_id: UUID) -> dict[UUID, Kept]:
    """The current deadlines of a case, by id."""
    await tx.flush()
    rows = await tx.fetch("select * from deadline where case_id = $1", case_id)
    return {row["deadline_id"]: kept_of(row) for row in rows}


async def keep(tx: Tx, kept: Kept) -> None:
    """Writes a deadline; what its revision held before is overwritten, so call `put_away` first
    for a new revision."""
    made = kept.deadline
    basis, outcome, firing = made.basis, made.outcome, kept.next_firing
    met = outcome if isinstance(outcome, Met) else None
    cancelled = outcome if isinstance(outcome, Cancelled) else None
    tx.write_later(
        """insert into deadline (deadline_id, case_id, cycle, rule, revision, rule_version,
               rule_set, force, calendar_version, started_at, caused_by, due_date, late_from,
               alternatives, state, met_at, met_by, on_time, working_days_late, reason, ended_by,
               traceparent, synthetic, awaits_receipt, due_soon_on, next_kind, next_at,
               relaxed_by, moved_because, moved_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                   $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30)
           on conflict (deadline_id) do update set
               revision = excluded.revision, rule_version = excluded.rule_version,
               rule_set = excluded.rule_set, force = excluded.force,
               calendar_version = excluded.calendar_version, started_at = excluded.started_at,
               caused_by = excluded.caused_by, due_date = excluded.due_date,
               late_from = excluded.late_from, alternatives = excluded.alternatives,
               state = excluded.state, met_at = excluded.met_at, met_by = excluded.met_by,
               on_time = excluded.on_time, working_days_late = excluded.working_days_late,
               reason = excluded.reason, ended_by = excluded.ended_by,
               traceparent = excluded.traceparent, synthetic = excluded.synthetic,
               awaits_receipt = excluded.awaits_receipt, due_soon_on = excluded.due_soon_on,
               next_kind = excluded.next_kind, next_at = excluded.next_at,
               relaxed_by = excluded.relaxed_by, moved_because = excluded.moved_because,
               moved_at = excluded.moved_at""",
        made.deadline_id,
        made.case_id,
        made.cycle,
        made.rule,
        kept.revision,
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
        cancelled and cancelled.by,
        kept.traceparent,
        kept.synthetic,
        made.awaits_receipt,
        kept.due_soon_on,
        firing and firing.kind.value,
        firing and firing.due_at,
        basis.relaxed_by,
        kept.moved_because,
        kept.moved_at,
    )


async def put_away(tx: Tx, *deadline_ids: UUID) -> None:
    """Copies the revisions that hold to those that held before."""
    await tx.flush()
    await tx.execute(
        """insert into deadline_revision (deadline_id, case_id, cycle, rule, revision,
               rule_version, rule_set, force, calendar_version, started_at, caused_by, due_date,
               late_from, alternatives, state, met_at, met_by, on_time, working_days_late, reason,
               ended_by, traceparent, synthetic, relaxed_by, superseded_at, superseded_by)
           select deadline_id, case_id, cycle, rule, revision,
               rule_version, rule_set, force, calendar_version, started_at, caused_by, due_date,
               late_from, alternatives, state, met_at, met_by, on_time, working_days_late, reason,
               ended_by, traceparent, synthetic, relaxed_by, $2, $3
           from deadline where deadline_id = any($1)""",
        list(deadline_ids),
        tx.now,
        tx.cause,
    )


def kept_of(row: Row) -> Kept:
    """A deadline from a row of `deadline`."""
    return Kept(
        deadline=Deadline(
            deadline_id=row["deadline_id"],
            case_id=row["case_id"],
            cycle=row["cycle"],
            rule=row["rule"],
            basis=basis_of(row),
            outcome=_outcome_of(row),
            awaits_receipt=row["awaits_receipt"],
        ),
        revision=row["revision"],
        due_soon_on=row["due_soon_on"],
        next_firing=Firing(DueKind(row["next_kind"]), row["next_at"]) if row["next_at"] else None,
        traceparent=row["traceparent"],
        synthetic=row["synthetic"],
        moved_because=row["moved_because"],
        moved_at=row["moved_at"],
    )


def basis_of(row: Row) -> Basis:
    """What a row of `deadline` or `deadline_revision` was counted from."""
    alternatives: Mapping[str, str] = row["alternatives"]
    return Basis(
        rule_version=row["rule_version"],
        rule_set=row["rule_set"],
        force=Force(row["force"]),
        calendar_version=row["calendar_version"],
        started_at=row["started_at"],
        caused_by=row["caused_by"],
        due_date=row["due_date"],
        late_from=row["late_from"],
        alternatives={name: date.fromisoformat(day) for name, day in alternatives.items()},
        relaxed_by=row["relaxed_by"],
    )


def _outcome_of(row: Row) -> Met | Cancelled | None:
    if row["state"] == "met":
        return Met(row["met_at"], row["met_by"], row["on_time"], row["working_days_late"])
    kinds = {"cancelled": Cancelled, "suspended": Suspended}
    kind = kinds.get(row["state"])
    return kind(row["reason"], row["ended_by"]) if kind else None
