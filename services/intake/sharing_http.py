"""Decisions to share information or not, over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse

from services.intake import described, shown_sharing_store
from services.intake.decide_sharing import Sent, decide_sharing
from services.intake.desk import Desk
from services.intake.stated_sharing import DecideSharing
from shared.contracts.sharing_codes import SharedTopic
from shared.contracts.standing_sharing import Telling
from shared.contracts.strict_json import parse, validate
from shared.messaging.callers import caller_of, not_available
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.web.bounded_body import read_body
from shared.web.idempotency import idempotency_key
from shared.web.machine_caller import Caller

JSON = "application/json"
Slug = Annotated[str, Query(pattern=r"^[a-z][A-Za-z0-9-]{0,63}$")]


def sharing_routes(desk: Desk) -> APIRouter:
    """Below /v1, over one desk."""
    router = APIRouter(prefix="/v1")
    Known = Annotated[Caller, Depends(caller_of(desk.store, desk.registry))]

    @router.post("/sharing-decisions", **described.SHARING)
    async def decided(request: Request, who: Known) -> JSONResponse:
        content = parse(await read_body(request, content_types={JSON}))
        key = idempotency_key(request.headers.get("idempotency-key"), required=True) or ""
        sent = Sent(who, key, content, validate(DecideSharing, content))
        try:
            answer = await decide_sharing(desk, sent)
        except INFRASTRUCTURE:
            raise not_available() from None
        location = {"Location": f"/v1/sharing-decisions/{answer.body['decision_id']}"}
        return JSONResponse(answer.body, answer.status, location)

    @router.get("/sharing-decisions/due-for-review", **described.SHARING_DUE)
    async def due(who: Known) -> dict[str, Any]:
        found = await shown_sharing_store.due_for_review(desk.store, who.organisation)
        return {"sharing_decisions": found}

    @router.get("/sharing-decisions/standing", **described.SHARING_STANDING)
    async def standing(
        region: Slug, topic: SharedTopic, recipient: Slug, who: Known
    ) -> dict[str, Any]:
        asked = Telling(who.organisation, region, topic, recipient)
        rests = await shown_sharing_store.standing(desk.store, asked)
        decision = str(rests.decision_id) if rests.decision_id else None
        return {"allowed": rests.allowed, "because": rests.because, "decision_id": decision}

    @router.get("/sharing-decisions/{decision_id}", **described.SHARING_ONE)
    async def one(decision_id: UUID, who: Known) -> dict[str, Any]:
        return await shown_sharing_store.sharing_decision(desk.store, decision_id, who.organisation)

    @router.get("/cases/{case_id}/sharing-decisions", **described.SHARING_OF_CASE)
    async def of_case(case_id: UUID, who: Known) -> dict[str, Any]:
        found = await shown_sharing_store.of_case(desk.store, case_id, who.organisation)
        return {"sharing_decisions": found}

    return router
