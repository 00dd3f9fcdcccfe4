"""A registry that records what was applied, and a look into quarantine."""

from uuid import UUID

from shared.contracts.envelope import case_stream
from shared.contracts.intake_events import CaseStageEntered
from shared.contracts.payload import Payload
from shared.messaging.order import CannotBeApplied
from shared.messaging.registry import Event, Registry
from shared.messaging.store import Store, Tx

TOPIC = "case.stage.entered"
NEVER_ROLLED_BACK = 3
"""Of Postgres' own transactions, all committed."""
_ROLLED_BACK = "select pg_xact_status($1::text::xid8) is not distinct from 'aborted'"


def stage(revision: int) -> CaseStageEntered:
    return CaseStageEntered.model_validate(
        {"cycle": 1, "stage": "triage", "entered_at": "2026-11-02T09:00:00Z", "revision": revision}
    )


def recording_registry() -> tuple[Registry, dict[UUID, list[int]]]:
    """Keeps the revisions applied per case, without those of transactions that were rolled back;
    a revision of 666 is a defect of the handler."""
    applied: dict[UUID, list[int]] = {}
    written_by: dict[UUID, list[int]] = {}
    registry = Registry("reporting")

    @registry.on(CaseStageEntered)
    async def keep(event: Event[Payload], tx: Tx) -> None:
        if not isinstance(event.data, CaseStageEntered):
            raise CannotBeApplied("other_event")
        if event.data.revision == 666:
            raise KeyError("what was typed must not be logged")
        revisions = applied.setdefault(event.case_id, [])
        writers = written_by.setdefault(event.case_id, [])
        if len(writers) != len(revisions):  # a test has set what was applied
            writers[:] = [NEVER_ROLLED_BACK] * len(revisions)
        while writers and await tx.fetchval(_ROLLED_BACK, str(writers[-1])):
            del revisions[-1], writers[-1]
        revisions.append(event.data.revision)
        writers.append(int(await tx.fetchval("select pg_current_xact_id()::text")))

    return registry, applied


async def stopped_rows(store: Store, case_id: UUID | None = None) -> list[dict[str, object]]:
    async with store.reading() as connection:
        rows = await connection.fetch(
            "select * from quarantine where status = 'open' and ($1::text is null or stream = $1)",
            case_stream(case_id) if case_id else None,
        )
    return [dict(row) for row in rows]
