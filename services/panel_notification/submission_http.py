"""The web side of notices that a person submits: their pack, and the reference they got."""

from pathlib import Path
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from services.panel_notification import described
from services.panel_notification.pack_pdf import pack_as_pdf
from services.panel_notification.submission_given import SubmissionGiven
from services.panel_notification.submission_store import (
    SubmissionRefused,
    Submitted,
    pack_of,
    record_submission,
)
from shared.contracts.envelope import NAMESPACE
from shared.contracts.strict_json import field_names, parse, validate
from shared.messaging.answered_commands import given_answer, keep_answer
from shared.messaging.callers import caller_of
from shared.messaging.crash_points import crash_point
from shared.messaging.store import Store
from shared.reference.systems import SystemRegistry
from shared.web.bounded_body import read_body
from shared.web.idempotency import content_fingerprint, idempotency_key
from shared.web.layout import Layout
from shared.web.problem import Problem

MAX_BODY = 4096
PAGE, DOCUMENT = "text/html", "application/pdf"
_STATUS = {"unknown_notice": 404, "nothing_to_submit": 409, "in_the_future": 422}
_LAYOUT = Layout(Path(__file__).parent / "templates", service="Panel notification", home="/")


def submission_routes(store: Store, systems: SystemRegistry, fingerprint_key: bytes) -> APIRouter:
    """For the authority that owns the case, and nobody else."""
    router = APIRouter(prefix="/v1/notices", tags=["submissions"])
    identified = caller_of(store, systems)

    @router.get("/{notice_id}/pack", **described.PACK)
    async def pack(request: Request, notice_id: UUID) -> Response:
        """Each question of the form, with what is known: as data, or as a page or a document for
        who accepts `text/html` or `application/pdf`."""
        caller = await identified(request)
        try:
            async with store.transaction(uuid4(), caller.system) as tx:
                found = await pack_of(tx, notice_id, caller.organisation)
        except SubmissionRefused as refusal:
            raise Problem(refusal.code, _STATUS[refusal.code]) from None
        wanted = request.headers.get("accept", "").partition(",")[0].partition(";")[0].strip()
        if wanted == PAGE:
            return _LAYOUT.page("pack.html", pack=found)
        if wanted == DOCUMENT:
            return Response(pack_as_pdf(found), media_type=DOCUMENT)
        return JSONResponse(found)

    @router.post("/{notice_id}/submission", **described.SUBMISSION)
    async def submitted(request: Request, notice_id: UUID) -> JSONResponse:
        """The authority submitted it and has the form's reference."""
        caller = await identified(request)
        key = idempotency_key(request.headers.get("idempotency-key"), required=True) or ""
        body = await read_body(request, content_types=("application/json",), max_bytes=MAX_BODY)
        content = parse(body, names=field_names(SubmissionGiven))
        given = validate(SubmissionGiven, content)
        what = {"submission of": str(notice_id), "content": content}
        fingerprint = content_fingerprint(fingerprint_key, what)
        cause = uuid5(NAMESPACE, f"submission|{caller.system}|{key}|{notice_id}")
        said = Submitted(given.reference, given.submitted_at, caller.system)
        try:
            async with store.transaction(cause, caller.system) as tx:
                earlier = await given_answer(tx, caller.system, key, fingerprint)
                if earlier is not None:
                    return JSONResponse(earlier[1], earlier[0])
                answer = await record_submission(tx, notice_id, caller.organisation, said)
                await keep_answer(tx, caller.system, key, fingerprint, 201, dict(answer))
                crash_point("http.written")
        except SubmissionRefused as refusal:
            raise Problem(refusal.code, _STATUS[refusal.code]) from None
        crash_point("http.committed")
        return JSONResponse(answer, 201)

    return router
