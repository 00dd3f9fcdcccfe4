"""SQL of what this service itself put in quarantine and nobody settled."""

from collections.abc import Iterable
from uuid import UUID

from services.reporting.known import Stopped, service_of
from shared.contracts.envelope import case_of, case_stream
from shared.messaging.store import Tx


async def stopped_in(tx: Tx, group: Iterable[UUID]) -> list[Stopped]:
    """Of these cases or records of areas."""
    rows = await tx.fetch(
        """select quarantine_id, source, stream, reason, quarantined_at from quarantine
           where status = 'open' and stream = any($1)""",
        [case_stream(case_id) for case_id in group],
    )
    return [
        Stopped(
            quarantine_id=row["quarantine_id"],
            case_id=case_id,
            source=service_of(row["source"]),
            reason=row["reason"],
            since=row["quarantined_at"],
        )
        for row in rows
        if (case_id := case_of(row["stream"]))
    ]
