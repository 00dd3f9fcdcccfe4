"""The web side of the Panel's replies to a rapid review.

The Panel never learns the id of a case: it names the notice that it holds. Whoever has the id, as
the Panel's desk within this estate, may name the case.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.panel_notification import described
from services.panel_notification.notice_store import lock_group
from services.panel_notification.panel_replies import ReplyRefused
from services.panel_notification.reply_in_case import reply_in_case
from services.panel_notification.reply_store import (
    PANEL,
    case_told_of,
    is_known,
    replies_of,
)
from services.panel_notification.submission_store import owners_of
from shared.contracts.envelope import NAMESPACE
from shared.contracts.panel_said import PanelSays
from shared.contracts.strict_json import field_names, parse, validate
from shared.messaging.answered_commands import given_answer, keep_answer
from shared.messaging.callers import caller_of
from shared.messaging.crash_points import crash_point
from shared.messaging.erasing import refuse_erased
from shared.messaging.store import Store, Tx
from shared.reference.systems import SystemRegistry
from shared.telemetry.tracing import Tracing
from shared.web.bounded_body import read_body
from shared.web.idempotency import content_fingerprint, idempotency_key
from shared.web.machine_caller import Caller
from shared.web.problem import Problem

MAX_BODY = 64 * 1024
_STATUS = {"in_the_future": 422, "before_it_was_sent": 422, "before_the_last_reply": 422}
_DETAIL = {
    "not_submitted": "No rapid review of this case went to the Panel yet.",
    "not_received": "Say first that the review was received.",
    "information_outstanding": "The partners have yet to supply what was asked for.",
    "withdrawn": "The notification was withdrawn.",
    "case_closed": "The case was closed; ask its authority to open it again.",
}

Find = Callable[[Tx, Caller], Awaitable[UUID | None]]


def reply_routes(
    store: Store, systems: SystemRegistry, tracing: Tracing, fingerprint_key: bytes
) -> APIRouter:
    """`fingerprint_key` keys the digests by which a repeated reply is recognised."""
    router = APIRouter(prefix="/v1", tags=["panel"])
    identified = caller_of(store, systems)

    @router.post("/notices/{notice_id}/panel-responses", **described.REPLY_TO_A_NOTICE)
    async def reply_to_a_notice(request: Request, notice_id: UUID) -> JSONResponse:
        """The Panel answers a rapid review of the incident that this notice told it of."""

        async def find(tx: Tx, caller: Caller) -> UUID | None:
            return await case_told_of(tx, notice_id, caller.organisation)

        return await answered(request, f"notice {notice_id}", find, "unknown_notice")

    @router.post("/cases/{case_id}/panel-responses", **described.REPLY_ON_A_CASE)
    async def reply_on_a_case(request: Request, case_id: UUID) -> JSONResponse:
        """The same, by the id of the case."""

        async def find(tx: Tx, caller: Caller) -> UUID | None:
            await refuse_erased(tx, case_id)
            return case_id if await is_known(tx, case_id) else None

        return await answered(request, f"case {case_id}", find, "case_not_found")

    @router.get("/cases/{case_id}/panel-responses", **described.REPLIES)
    async def replies(request: Request, case_id: UUID) -> dict[str, object]:
        """What the Panel wrote, for the authority that owns the case."""
        caller = await identified(request)
        async with store.transaction(uuid4(), caller.organisation) as tx:
            await refuse_erased(tx, case_id)
            owners = await owners_of(tx, case_id)
            if not await is_known(tx, case_id) or caller.organisation not in owners:
                raise Problem("case_not_found", 404)
            return {"replies": await replies_of(tx, case_id)}

    async def answered(request: Request, what: str, find: Find, unknown: str) -> JSONResponse:
        caller = await identified(request)
        key = idempotency_key(request.headers.get("idempotency-key"), required=True) or ""
        body = await read_body(request, content_types=("application/json",), max_bytes=MAX_BODY)
        content = parse(body, names=field_names(PanelSays))
        said = validate(PanelSays, content)
        fingerprint = content_fingerprint(fingerprint_key, {"about": what, "content": content})
        cause = uuid5(NAMESPACE, f"panel reply|{caller.system}|{key}")
        try:
            async with store.transaction(cause, caller.system) as tx:
                case_id = await find(tx, caller) if caller.organisation == PANEL else None
                if case_id is None:
                    raise Problem(unknown, 404)
                await lock_group(tx, case_id)
                given = await given_answer(tx, caller.system, key, fingerprint)
                if given is not None:
                    return JSONResponse(given[1], given[0])
                answer = await reply_in_case(tracing, tx, case_id, said, caller.system)
                await keep_answer(tx, caller.system, key, fingerprint, 201, answer)
                crash_point("http.written")
        except ReplyRefused as refused:
            status = _STATUS.get(refused.code, 409)
            raise Problem(refused.code, status, detail=_DETAIL.get(refused.code)) from None
        crash_point("http.committed")
        return JSONResponse(answer, 201)

    return router
