"""A report handed in over HTTP: accepted with a receipt, or kept for a person and refused."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from services.intake.desk import Desk
from services.intake.receive_report import (
    Refused,
    ReportErased,
    accept,
    cause_of,
    read_content,
    submission_of,
)
from services.intake.refuse import keep_refused, record_of_request
from services.intake.structured_event import read_event
from shared.contracts.envelope import NAMESPACE
from shared.messaging.callers import not_available
from shared.messaging.crash_points import crash_point
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.web.machine_caller import Caller
from shared.web.problem import Problem

_STATUS_OF_REFUSAL = {"report_id_reused": 409, "too_large": 413, "organisation_mismatch": 403}


async def submit_report(desk: Desk, who: Caller, body: bytes) -> dict[str, Any]:
    """The receipt. Raises Refused."""
    event = read_event(read_content(body), who)
    submission = submission_of(
        desk,
        event.data,
        system=who.system,
        organisation=who.organisation,
        sender_report_id=event.id,
        door="http",
        traceparent=None,
    )
    cause = cause_of(who.organisation, event.id)
    actor = f"system:{who.system}"
    async with desk.store.transaction(cause, actor, synthetic=who.synthetic) as tx:
        receipt = asdict(await accept(desk, tx, submission, event.data))
        crash_point("http.written")
    crash_point("http.committed")
    receipt.pop("new")
    return {name: _text(value) for name, value in receipt.items()}


async def refused_report(desk: Desk, who: Caller, body: bytes, refusal: Refused) -> Problem:
    """Keeps what was refused, for a person, and says so to the sender."""
    desk.metrics.reports.labels("http", "refused").inc()
    if isinstance(refusal, ReportErased):
        return report_erased()
    record = record_of_request(who.system, body)
    cause = uuid5(NAMESPACE, f"refused|{record.topic}|{record.offset}")
    try:
        async with desk.store.transaction(cause, f"system:{who.system}") as tx:
            await keep_refused(tx, record, who.system, refusal.reason)
    except INFRASTRUCTURE:
        return not_available()
    return Problem(
        refusal.reason,
        _STATUS_OF_REFUSAL.get(refusal.reason, 422),
        detail="Not accepted. It is kept, sealed, for a person to look at; correct it, send again.",
        errors=refusal.faults,
    )


def report_erased() -> Problem:
    return Problem(
        "report_erased",
        410,
        detail="This report was accepted before, and its case has been erased since. Of another"
        " incident send a report with an id of its own.",
    )


def _text(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
