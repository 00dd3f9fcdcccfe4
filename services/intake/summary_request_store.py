"""SQL of the requests for summaries: who was asked, and which system was told."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from shared.contracts.review_events import SummaryRequested
from shared.messaging.store import Row, Store, Tx

LOOK_AGAIN = timedelta(minutes=10)


async def insert_request(tx: Tx, case_id: UUID, said: SummaryRequested) -> None:
    await tx.execute(
        """insert into summary_request (request_id, case_id, agency, requested_at, due_date,
                                        synthetic, next_look_at)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict (request_id) do nothing""",
        said.request_id,
        case_id,
        said.agency,
        said.requested_at,
        said.due_date,
        tx.synthetic,
        tx.now,
    )


async def untold(store: Store, limit: int) -> list[UUID]:
    """Requests of which no system was told yet and whose time to look has come."""
    async with store.reading() as connection:
        now = await store.clock.now(connection)
        rows = await connection.fetch(
            """select request_id from summary_request
               where told_at is null and next_look_at <= $1
               order by next_look_at, request_id limit $2""",
            now,
            limit,
        )
    return [row["request_id"] for row in rows]


async def claim_request(tx: Tx, request_id: UUID) -> Row | None:
    """The request with the area whose authority asks; None if another process has it."""
    return await tx.fetchrow(
        """select asked.*, head.owner_area
           from summary_request asked
           join incident_case about on about.case_id = asked.case_id
           join incident_case head on head.case_id = coalesce(about.survivor, about.case_id)
           where asked.request_id = $1 and asked.told_at is null
           for update of asked skip locked""",
        request_id,
    )


async def note_told(tx: Tx, request_id: UUID, systems: Sequence[str]) -> None:
    await tx.execute(
        "update summary_request set told_to = $2, told_at = $3 where request_id = $1",
        request_id,
        list(systems),
        tx.now,
    )


async def look_again(tx: Tx, request_id: UUID) -> None:
    await tx.execute(
        "update summary_request set next_look_at = $2 where request_id = $1",
        request_id,
        tx.now + LOOK_AGAIN,
    )
