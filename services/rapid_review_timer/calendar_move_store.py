"""SQL of many deadlines at once: which ones a new version touches, and their next revisions."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any
from uuid import UUID

from services.rapid_review_timer.deadline_store import Kept, kept_of
from shared.calendar.london import first_late_instant, london_instant
from shared.calendar.versions import CalendarVersions, days_that_differ
from shared.messaging.store import Row, Tx


async def cases_touched(
    connection: Any, versions: CalendarVersions, left_out: Sequence[UUID], limit: int
) -> list[UUID]:
    """Cases of the `limit` open deadlines, those due first, that an older version counted over a
    day on which the newest disagrees. Takes no lock.

    It is the whole list of what is left to do, so that nothing is lost by a crash, nor by a
    transaction that still counted with an older version and commits late. Not in it is what is
    counted back.
    """
    for before, days in _differing(versions):
        rows = await connection.fetch(
            """select case_id from deadline
               where next_at is not null and calendar_version = $1
                 and due_date >= $2 and started_at < $3 and deadline_id <> all($4::uuid[])
               order by due_date limit $5""",
            before,
            days[0],
            london_instant(days[-1], time()),
            list(left_out),
            limit,
        )
        if rows:
            return _once_each(rows)
    return []


async def cases_touched_back(
    connection: Any,
    versions: CalendarVersions,
    left_out: Sequence[UUID],
    limit: int,
    rules: Sequence[str],
) -> list[UUID]:
    """As `cases_touched`, of these `rules` that count back from the day on which they start."""
    for before, days in _differing(versions):
        rows = await connection.fetch(
            """select case_id from deadline
               where next_at is not null and calendar_version = $1 and rule = any($6)
                 and due_date <= $2 and started_at >= $3 and deadline_id <> all($4::uuid[])
               order by due_date limit $5""",
            before,
            days[-1],
            first_late_instant(days[0]),
            list(left_out),
            limit,
            list(rules),
        )
        if rows:
            return _once_each(rows)
    return []


def _differing(versions: CalendarVersions) -> list[tuple[str, tuple[date, ...]]]:
    """By older version, the days on which the newest disagrees, where there are any."""
    compared = ((each, days_that_differ(each, versions.newest)) for each in versions.held[:-1])
    return [(before.version, days) for before, days in compared if days]


def _once_each(rows: Iterable[Row]) -> list[UUID]:
    return list(dict.fromkeys(row["case_id"] for row in rows))


async def counted_before(tx: Tx, case_ids: list[UUID], versions: CalendarVersions) -> list[Kept]:
    """The open deadlines of these cases that were counted by an older version."""
    rows = await tx.fetch(
        """select * from deadline
           where case_id = any($1) and next_at is not null and calendar_version = any($2)
           order by due_date, deadline_id""",
        case_ids,
        [calendar.version for calendar in versions.held[:-1]],
    )
    return [kept_of(row) for row in rows]


async def areas_of(tx: Tx, case_ids: list[UUID]) -> dict[UUID, str]:
    """The area that owns each case, where one does."""
    rows = await tx.fetch(
        """select case_id, owner_area from case_state
           where case_id = any($1) and owner_area is not null""",
        case_ids,
    )
    return {row["case_id"]: row["owner_area"] for row in rows}


async def open_deadlines(connection: Any, case_id: UUID) -> list[UUID]:
    rows = await connection.fetch(
        "select deadline_id from deadline where case_id = $1 and next_at is not null", case_id
    )
    return [row["deadline_id"] for row in rows]


async def move_all(tx: Tx, moved: Sequence[Kept]) -> None:
    """Writes the next revision of each; call `put_away` for the present ones first."""
    columns = zip(*map(_row, moved), strict=True)
    await tx.execute(
        """update deadline set revision = moved.revision,
               calendar_version = moved.calendar_version, due_date = moved.due_date,
               late_from = moved.late_from, alternatives = moved.alternatives::jsonb,
               relaxed_by = moved.relaxed_by, due_soon_on = moved.due_soon_on,
               next_kind = moved.next_kind, next_at = moved.next_at,
               moved_because = moved.moved_because, moved_at = moved.moved_at
           from unnest($1::uuid[], $2::int[], $3::text[], $4::date[], $5::timestamptz[],
                       $6::text[], $7::text[], $8::date[], $9::text[], $10::timestamptz[],
                       $11::text[], $12::timestamptz[])
               as moved (deadline_id, revision, calendar_version, due_date, late_from,
                         alternatives, relaxed_by, due_soon_on, next_kind, next_at,
                         moved_because, moved_at)
           where deadline.deadline_id = moved.deadline_id""",
        *map(list, columns),
    )


def _row(kept: Kept) -> tuple[object, ...]:
    basis, firing = kept.deadline.basis, kept.next_firing
    return (
        kept.deadline.deadline_id,
        kept.revision,
        basis.calendar_version,
        basis.due_date,
        basis.late_from,
        json.dumps({name: day.isoformat() for name, day in basis.alternatives.items()}),
        basis.relaxed_by,
        kept.due_soon_on,
        firing and firing.kind.value,
        firing and firing.due_at,
        kept.moved_because,
        kept.moved_at,
    )


async def note_calendar(tx: Tx, deadline_ids: list[UUID], version: str) -> None:
    """These fall on the same day by this version: it is the one that they stand by now."""
    await tx.execute(
        "update deadline set calendar_version = $2 where deadline_id = any($1)",
        deadline_ids,
        version,
    )
