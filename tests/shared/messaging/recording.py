"""A registry that records what was applied, and a look into quarantine."""

from uuid import UUID

from shared.contracts.envelope import case_stream
from shared.contracts.intake_events import CaseStageEntered
from shared.contracts.payload import Payload
from shared.messaging.order import CannotBeApplied
from shared.messaging.registry import Event, Registry
from shared.messaging.store import Store, Tx

TOPIC = "case.stage.entered"


def stage(revision: int) -> CaseStageEntered:
    return CaseStageEntered.model_validate(
        {"cycle": 1, "stage": "triage", "entered_at": "2026-11-02T09:00:00Z", "revision": revision}
    )


def recording_registry() -> tuple[Registry, dict[UUID, list[int]]]:
    """Keeps the revisions applied per case; a revision of 666 is a defect of the handler."""
    applied: dict[UUID, list[int]] = {}
    registry = Registry("reporting")

    @registry.on(CaseStageEntered)
    async def keep(event: Event[Payload], tx: Tx) -> None:
        if not isinstance(event.data, CaseStageEntered):
            raise CannotBeApplied("other_event")
        if event.data.revision == 666:
            raise KeyError("what was typed must not be logged")
        applied.setdefault(event.case_id, []).append(event.data.revision)

    return registry, applied


async def stopped_rows(store: Store, case_id: UUID | None = None) -> list[dict[str, object]]:
    async with store.reading() as connection:
        rows = await connection.fetch(
            "select * from quarantine where status = 'open' and ($1::text is null or stream = $1)",
            case_stream(case_id) if case_id else None,
        )
    return [dict(row) for row in rows]
