"""Reads what is answered about deadlines. Takes no lock."""

from typing import Any
from uuid import UUID

from services.rapid_review_timer.answers import EarlierRevision, FiringAnswer, TriggerAnswer
from services.rapid_review_timer.deadline_store import Kept, kept_of
from shared.contracts.area_record import is_area_record
from shared.contracts.event_codes import DueKind


async def case_that_counts(connection: Any, case_id: UUID) -> tuple[UUID, str | None] | None:
    """The survivor of a case, or itself, with the area that owns it; None for an unknown case, and
    for the record of an area, which is none."""
    if is_area_record(case_id):
        return None
    row = await connection.fetchrow(
        """select counting.case_id, counting.owner_area
           from case_state asked join case_state counting
                on counting.case_id = coalesce(asked.survivor, asked.case_id)
           where asked.case_id = $1""",
        case_id,
    )
    return (row["case_id"], row["owner_area"]) if row else None


async def deadlines_by_case(connection: Any, case_id: UUID) -> list[Kept]:
    rows = await connection.fetch(
        "select * from deadline where case_id = $1 order by cycle, due_date, rule", case_id
    )
    return [kept_of(row) for row in rows]


async def deadline_by_id(connection: Any, deadline_id: UUID) -> tuple[Kept, str | None] | None:
    """A deadline and the area that owns its case."""
    row = await connection.fetchrow(
        """select deadline.*, case_state.owner_area
           from deadline join case_state using (case_id) where deadline_id = $1""",
        deadline_id,
    )
    return (kept_of(row), row["owner_area"]) if row else None


async def trigger_of(connection: Any, event_id: UUID) -> TriggerAnswer | None:
    """An event of another service, or a step of the review that this one told."""
    row = await connection.fetchrow(
        """select event_id, type, source, happened_at, recorded_at from fact where event_id = $1
           union all
           select event_id, type, headers ->> 'ce_source', happened_at, recorded_at
           from outbox where event_id = $1""",
        event_id,
    )
    return TriggerAnswer(**dict(row)) if row else None


async def earlier_revisions(connection: Any, deadline_id: UUID) -> list[EarlierRevision]:
    rows = await connection.fetch(
        """select revision, state, due_date, superseded_at from deadline_revision
           where deadline_id = $1 order by revision""",
        deadline_id,
    )
    return [EarlierRevision(**dict(row)) for row in rows]


async def firings_of(connection: Any, deadline_id: UUID) -> list[FiringAnswer]:
    rows = await connection.fetch(
        "select * from firing where deadline_id = $1 order by fired_at, due_at", deadline_id
    )
    return [
        FiringAnswer(
            revision=row["revision"],
            kind=DueKind(row["kind"]),
            due_at=row["due_at"],
            fired_at=row["fired_at"],
        )
        for row in rows
    ]
