"""What the Panel and agencies submit on the bus, and what intake was told before."""

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from services.intake.handlers import registry
from shared.contracts.catalogue import source_of, type_for, type_of
from shared.contracts.envelope import NAMESPACE, Envelope, case_stream, correlation_of
from shared.contracts.payload import Payload
from shared.contracts.review_events import SummaryRequested
from shared.messaging.order import Outcome
from shared.messaging.store import Store
from tests.contracts.committed import example

PANEL_DESK, HOSPITALS = "panel-desk", "health-incidents"
TRUST = "trust-northbank"
PANEL_REPLY = type_of("panel.reply.submitted")
SUMMARY = type_of("summary.submitted")
MARKER = "Marker-Typed-Text"


def reply_body(notice_id: UUID, **changes: Any) -> dict[str, Any]:
    return {"notice_id": str(notice_id), "reply": "received", "reference": "PANEL-7"} | changes


def decided_body(notice_id: UUID, **changes: Any) -> dict[str, Any]:
    said = {"reply": "decided", "decision": "agree_no_lcspr", "rationale": MARKER}
    return {"notice_id": str(notice_id)} | said | changes


def summary_body(request_id: UUID, **changes: Any) -> dict[str, Any]:
    return {"request_id": str(request_id), "nil_return": False, "services": MARKER} | changes


def asked(case_id: UUID, agency: str = TRUST) -> SummaryRequested:
    """The timer's step by which an agency is asked for a summary."""
    data = example(type_for(SummaryRequested).type)["data"]
    request_id = uuid5(NAMESPACE, f"request|{case_id}|{agency}")
    told = {"agency": agency, "request_id": str(request_id), "due_date": date(2026, 3, 17)}
    return SummaryRequested.model_validate(data | told)


async def hears(
    store: Store, data: Payload, stream: str, source: str, sequence: int = 1
) -> Envelope:
    """Intake applies an event of another service."""
    row = type_for(type(data))
    at = store.clock
    async with store.reading() as connection:
        now = await at.now(connection)
    envelope = Envelope(
        id=uuid5(NAMESPACE, f"{row.type}|{stream}|{sequence}"),
        source=source_of(source),
        type=row.type,
        time=now,
        recordedtime=now,
        subject=stream,
        correlationid=correlation_of(stream),
        sequence=sequence,
    )
    async with store.transaction(envelope.id, "test", caused_by_event=True) as tx:
        assert await registry.apply(envelope, data.model_dump_json().encode(), tx) is (
            Outcome.APPLIED
        )
    return envelope


async def hears_request(store: Store, case_id: UUID, agency: str = TRUST) -> UUID:
    """The request's id."""
    said = asked(case_id, agency)
    await hears(store, said, case_stream(case_id), "rapid_review_timer")
    return said.request_id
