"""The rows of what came in for a service by intake's front door."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contracts.arrival_events import SubmissionArrived
from shared.messaging.registry import Event
from shared.messaging.store import Row, Store, Tx


@dataclass(frozen=True)
class Arrival:
    """`about`: the notice or request that it names; `case_id`: None where intake could not say."""

    submission_id: UUID
    stream: str
    about: UUID
    case_id: UUID | None
    system: str
    organisation: str
    content_version: int
    received_at: datetime
    traceparent: str | None
    synthetic: bool
    attempts: int


async def keep_arrival(tx: Tx, event: Event[SubmissionArrived], about: UUID) -> None:
    """Commits with the caller's transaction; once, however often it is called."""
    said, envelope = event.data, event.envelope
    await tx.execute(
        """insert into arrival (submission_id, stream, sequence, about, case_id, system,
                                organisation, content_version, received_at, recorded_at,
                                traceparent, synthetic, next_attempt_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $10)
           on conflict (submission_id) do nothing""",
        said.submission_id,
        envelope.subject,
        envelope.sequence,
        about,
        envelope.case_id,
        said.system,
        said.organisation,
        said.content_version,
        said.received_at,
        tx.now,
        envelope.traceparent,
        tx.synthetic,
    )


async def due_arrivals(store: Store, limit: int) -> list[Arrival]:
    """Those that wait, of each stream the first alone: the others come after it."""
    async with store.reading() as connection:
        now = await store.clock.now(connection)
        rows = await connection.fetch(
            """select * from (
                   select distinct on (stream) * from arrival where answered_at is null
                   order by stream, sequence) as first
               where next_attempt_at <= $1 order by next_attempt_at, submission_id limit $2""",
            now,
            limit,
        )
    return [_arrival(row) for row in rows]


async def claim_arrival(tx: Tx, submission_id: UUID) -> bool:
    """Locks the row; False if it was answered, or another process is at it."""
    return bool(
        await tx.fetchval(
            """select true from arrival where submission_id = $1 and answered_at is null
               for update skip locked""",
            submission_id,
        )
    )


async def note_answered(tx: Tx, submission_id: UUID, reason: str | None) -> None:
    await tx.execute(
        "update arrival set answered_at = $2, reason = $3 where submission_id = $1",
        submission_id,
        tx.now,
        reason,
    )


async def try_later(tx: Tx, submission_id: UUID, pause: timedelta) -> None:
    await tx.execute(
        """update arrival set attempts = attempts + 1, next_attempt_at = $2
           where submission_id = $1 and answered_at is null""",
        submission_id,
        tx.now + pause,
    )


async def oldest_waiting(store: Store) -> float:
    """Seconds since the oldest that has no answer was taken in; 0 if none waits."""
    async with store.reading() as connection:
        now = await store.clock.now(connection)
        first: datetime | None = await connection.fetchval(
            "select min(recorded_at) from arrival where answered_at is null"
        )
    return (now - first).total_seconds() if first else 0.0


async def waiting_arrivals(connection: Any, now: datetime) -> list[dict[str, Any]]:
    """Those without an answer, the longest waiting first. Ids and counts only."""
    rows = await connection.fetch(
        """select submission_id, system, about, attempts, recorded_at, next_attempt_at
           from arrival where answered_at is null order by recorded_at, submission_id"""
    )
    return [
        {
            "submission_id": str(row["submission_id"]),
            "system": row["system"],
            "about": str(row["about"]),
            "attempts": row["attempts"],
            "waits_seconds": int((now - row["recorded_at"]).total_seconds()),
            "next_in_seconds": max(0, int((row["next_attempt_at"] - now).total_seconds())),
        }
        for row in rows
    ]


def _arrival(row: Row) -> Arrival:
    return Arrival(**{name: row[name] for name in Arrival.__dataclass_fields__})
