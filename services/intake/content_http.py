"""The content of what came in by the bus, for the service that acts on it and for nobody else."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Response

from services.intake import described
from services.intake.desk import Desk
from services.intake.submission_store import known_submission, opened_content
from services.intake.take_submission import CONTENT_VERSION
from shared.contracts.event_codes import Submission
from shared.contracts.submissions import ASKED_FOR_BY, caller_of_service
from shared.messaging.audit import audit
from shared.messaging.callers import caller_of, not_available
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.web.machine_caller import Caller
from shared.web.problem import Problem

JSON = "application/json"


def content_routes(desk: Desk) -> APIRouter:
    """Below /v1, over one desk."""
    router = APIRouter(prefix="/v1")
    Known = Annotated[Caller, Depends(caller_of(desk.store, desk.registry))]

    @router.get("/contents/{submission_id}/{version}", **described.CONTENT)
    async def content(submission_id: UUID, version: int, who: Known) -> Response:
        try:
            return Response(await _opened(desk, submission_id, version, who), media_type=JSON)
        except INFRASTRUCTURE:
            raise not_available() from None

    return router


async def _opened(desk: Desk, submission_id: UUID, version: int, who: Caller) -> bytes:
    """Each reading leaves a row in the audit table. Raises Problem 404, the same for whatever the
    caller may not read as for what is not there."""
    async with desk.store.transaction(uuid4(), who.organisation) as tx:
        kept = await known_submission(tx, submission_id)
        if kept is None or version != CONTENT_VERSION or not _may_read(who, kept["kind"]):
            raise Problem("content_not_found", 404)
        content = opened_content(tx, kept)
        await audit(tx, "submission.content_read", str(submission_id), version=version)
    return content


def _may_read(who: Caller, kind: str) -> bool:
    reader = caller_of_service(ASKED_FOR_BY[Submission(kind)])
    return who.system == who.organisation == reader
