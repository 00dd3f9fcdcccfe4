"""The web side: what notices there are, and a recipient's receipt."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from opentelemetry import trace

from services.panel_notification import described
from services.panel_notification.fulfilment import reference_of
from services.panel_notification.notice import Notice
from services.panel_notification.notice_store import (
    case_of_notice,
    is_synthetic,
    notice_of,
    notices_of,
    reports_of,
)
from services.panel_notification.receipt_given import ReceiptGiven
from services.panel_notification.receipt_store import ReceiptRefused, record_receipt
from services.panel_notification.submission_store import owners_of
from shared.contracts.area_events import YearlyReportPublished
from shared.contracts.envelope import NAMESPACE
from shared.contracts.strict_json import field_names, parse, validate
from shared.messaging.callers import caller_of
from shared.messaging.crash_points import crash_point
from shared.messaging.erasing import refuse_erased
from shared.messaging.store import Store
from shared.reference.systems import SystemRegistry
from shared.telemetry.tracing import Tracing, case_root
from shared.web.bounded_body import read_body
from shared.web.idempotency import content_fingerprint, idempotency_key
from shared.web.machine_caller import Caller
from shared.web.problem import Problem

AUDIENCE = "panel_notification"
MAX_BODY = 4096
_STATUS = {
    "unknown_notice": 404,
    "idempotency_conflict": 409,
    "receipt_differs": 409,
    "in_the_future": 422,
    "before_it_was_sent": 422,
}


def routes(store: Store, systems: SystemRegistry, tracing: Tracing) -> APIRouter:
    router = APIRouter(prefix="/v1/notices", tags=["notices"])

    identified = caller_of(store, systems, synthetic_too=True)
    real = caller_of(store, systems)

    @router.get("", **described.NOTICES)
    async def notices_of_a_case(request: Request, case: UUID) -> dict[str, object]:
        """Who was told of a case, how, when, and what came back: ids, codes and instants.

        The authority that owns the case sees all of it; a recipient the notices that it was sent.
        Anybody else cannot tell it from a case that does not exist.
        """
        caller = await identified(request)
        async with store.transaction(uuid4(), caller.system) as tx:
            await refuse_erased(tx, case)
            if caller.synthetic and not await is_synthetic(tx, case):
                raise Problem("case_not_found", 404)
            found = await notices_of(tx, [case])
            owners = await owners_of(tx, case)
            reports = await reports_of(tx, case)
        if caller.organisation in owners:
            return {
                "notices": [as_json(notice) | about_report(notice, reports) for notice in found]
            }
        theirs = [one for one in found if one.recipient == caller.organisation and one.attempts]
        if not theirs:
            raise Problem("case_not_found", 404)
        return {"notices": [as_recipient_sees(one) | about_report(one, reports) for one in theirs]}

    @router.get("/{notice_id}", **described.NOTICE)
    async def one_notice(request: Request, notice_id: UUID) -> dict[str, object]:
        """What a recipient may see of a notice that was sent to it."""
        caller = await real(request)
        async with store.transaction(uuid4(), caller.system) as tx:
            notice = await notice_of(tx, notice_id)
            reports = await reports_of(tx, notice.case_id) if notice else {}
        if notice is None or notice.recipient != caller.organisation or not notice.attempts:
            raise Problem("unknown_notice", 404)
        return as_recipient_sees(notice) | about_report(notice, reports)

    @router.post("/{notice_id}/receipt", **described.RECEIPT)
    async def receive(request: Request, notice_id: UUID) -> Response:
        """The recipient has the notice. A repeat with the same key gets the same answer."""
        caller = await identified(request)
        key = idempotency_key(request.headers.get("idempotency-key"), required=True) or ""
        body = await read_body(request, content_types=("application/json",), max_bytes=MAX_BODY)
        given = validate(ReceiptGiven, parse(body, names=field_names(ReceiptGiven)))
        content = given.model_dump(mode="json") | {"notice_id": str(notice_id)}
        cause = uuid5(NAMESPACE, f"receipt|{caller.organisation}|{key}|{notice_id}")
        try:
            async with store.transaction(cause, caller.system) as tx:
                case_id = await case_of_notice(tx, notice_id)
                if caller.synthetic and not await is_synthetic(tx, case_id):
                    raise ReceiptRefused("unknown_notice")
                with _in_the_case(tracing, case_id):
                    status, answer = await record_receipt(
                        tx,
                        notice_id,
                        system=caller.system,
                        organisation=caller.organisation,
                        key=key,
                        fingerprint=content_fingerprint(_fingerprint_key(caller), content),
                        reference=given.reference,
                        received_at=given.received_at,
                    )
                crash_point("http.written")
        except ReceiptRefused as refusal:
            raise Problem(refusal.code, _STATUS[refusal.code]) from None
        crash_point("http.committed")
        return JSONResponse(answer, status)

    return router


def _in_the_case(tracing: Tracing, case_id: UUID | None) -> AbstractContextManager[object]:
    """What a receipt brings about belongs to the case's trace, linked to the request's own."""
    if case_id is None:
        return nullcontext()
    request = trace.get_current_span()
    root = case_root(case_id)
    request.add_link(root)
    return tracing.span("receive receipt", parent=root, links=(request.get_span_context(),))


def as_json(notice: Notice) -> dict[str, Any]:
    return as_recipient_sees(notice) | {
        "obligation_id": str(notice.obligation_id),
        "limit_rule": notice.limit_rule,
        "area": notice.area,
        "channel": notice.channel,
        "delivered_at": notice.proven_at.isoformat() if notice.proven_at else None,
        "escalated_at": notice.escalated_at.isoformat() if notice.escalated_at else None,
        "state": notice.state,
        "needs_a_person": notice.needs_a_person,
        "possible_duplicate": notice.times_reached > 1,
        "attempts": [
            {
                "number": attempt.number,
                "started_at": attempt.started_at.isoformat(),
                "ended_at": attempt.ended_at.isoformat() if attempt.ended_at else None,
                "outcome": attempt.outcome,
                "code": attempt.code,
                "channel": attempt.channel,
            }
            for attempt in notice.attempts
        ],
    }


def as_recipient_sees(notice: Notice) -> dict[str, Any]:
    """Nothing that leads to the case: its id is not for other organisations."""
    taken, receipt = notice.first_accepted, notice.receipt
    return {
        "notice_id": str(notice.notice_id),
        "reference": reference_of(notice.notice_id),
        "cycle": notice.cycle,
        "notification_number": notice.notification_number,
        "about": notice.about,
        "recipient_kind": notice.recipient_kind,
        "recipient": notice.recipient,
        "sent_at": taken.started_at.isoformat() if taken else None,
        "receipt": {
            "reference": receipt.reference,
            "received_at": receipt.received_at.isoformat(),
        }
        if receipt
        else None,
    }


def about_report(notice: Notice, reports: Mapping[int, YearlyReportPublished]) -> dict[str, Any]:
    """The report whose copy is owed, for an area's record; nothing for a case."""
    said = reports.get(notice.cycle)
    if said is None:
        return {}
    shown = {"area", "period_from", "period_to", "published_on", "address"}
    return {"report": said.model_dump(mode="json", include=shown)}


def _fingerprint_key(caller: Caller) -> bytes:
    """The content is codes and instants; the key only keeps organisations' fingerprints apart."""
    return sha256(f"receipt|{caller.organisation}".encode()).digest()
