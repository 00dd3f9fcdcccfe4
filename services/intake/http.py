"""Intake over HTTP: reports from systems, and the commands of the authority's own client."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from services.intake import shown_case_store
from services.intake.assess import state_facts
from services.intake.commands import Answer, Run, run_command
from services.intake.commands import Request as CommandRequest
from services.intake.decide import decide
from services.intake.desk import Desk
from services.intake.link import answer_not_the_same, link
from services.intake.receive_report import Refused, accept, cause_of, read_content, submission_of
from services.intake.refuse import keep_refused, record_of_request
from services.intake.stated_facts import AnswerCandidate, Assess, Command, Decide, Link
from services.intake.structured_event import read_event
from shared.contracts.envelope import NAMESPACE
from shared.contracts.strict_json import Invalid, parse, validate
from shared.messaging.callers import caller_of, not_available
from shared.messaging.crash_points import crash_point
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.web.bounded_body import read_body
from shared.web.idempotency import idempotency_key
from shared.web.machine_caller import Caller
from shared.web.problem import Problem, problem_of_invalid

CLOUDEVENTS = "application/cloudevents+json"
JSON = "application/json"
_STATUS_OF_REFUSAL = {"report_id_reused": 409, "too_large": 413, "organisation_mismatch": 403}

C = TypeVar("C", bound=Command)


def routes(desk: Desk) -> APIRouter:
    """All routes under /v1, over one desk."""
    router = APIRouter(prefix="/v1")
    Known = Annotated[Caller, Depends(caller_of(desk.store, desk.registry))]

    @router.post("/reports", status_code=202)
    async def submit(request: Request, who: Known) -> JSONResponse:
        body = await read_body(request, content_types={CLOUDEVENTS})
        try:
            answer = await _submit(desk, who, body)
        except Refused as refusal:
            raise await _refused(desk, who, body, refusal) from None
        except INFRASTRUCTURE:
            raise not_available() from None
        desk.metrics.reports.labels("http", "accepted").inc()
        location = {"Location": f"/v1/reports/{answer['report_id']}"}
        return JSONResponse(answer, 202, location)

    @router.get("/reports/{report_id}")
    async def report(report_id: UUID, who: Known) -> dict[str, Any]:
        return await shown_case_store.report_of(desk.store, report_id, who.organisation)

    @router.get("/cases")
    async def cases(area: str, who: Known) -> dict[str, Any]:
        return {"cases": await shown_case_store.cases_of(desk.store, area, who.organisation)}

    @router.get("/cases/{case_id}")
    async def case(case_id: UUID, who: Known, response: Response) -> dict[str, Any]:
        found = await shown_case_store.case_of(desk.store, case_id, who.organisation)
        response.headers["ETag"] = f'"{found["version"]}"'
        return found

    async def command(request: Request, who: Caller, case_id: UUID, name: str) -> CommandRequest:
        body = await read_body(request, content_types={JSON})
        return CommandRequest(
            caller=who,
            case_id=case_id,
            name=name,
            idempotency_key=idempotency_key(request.headers.get("idempotency-key"), required=True)
            or "",
            version=_version(request.headers.get("if-match")),
            content=parse(body),
        )

    @router.post("/cases/{case_id}/assessments")
    async def assessments(case_id: UUID, request: Request, who: Known) -> JSONResponse:
        sent = await command(request, who, case_id, "assess")
        said = _read(Assess, sent.content)

        async def run(tx: Any, group: Any) -> Answer:
            version = await state_facts(tx, group, who.organisation, said.facts)
            return Answer(200, {"case_id": str(case_id), "version": version})

        return await _answered(desk, sent, run)

    @router.post("/cases/{case_id}/candidates/{other}/answers")
    async def candidates(case_id: UUID, other: UUID, request: Request, who: Known) -> JSONResponse:
        sent = await command(request, who, case_id, "answer candidate")
        _read(AnswerCandidate, sent.content)
        sent = replace(sent, content=sent.content | {"candidate": str(other)})

        async def run(tx: Any, group: Any) -> Answer:
            return await answer_not_the_same(tx, group, other, who.organisation)

        return await _answered(desk, sent, run, other)

    @router.post("/cases/{case_id}/links")
    async def links(case_id: UUID, request: Request, who: Known) -> JSONResponse:
        sent = await command(request, who, case_id, "link")
        loser = _read(Link, sent.content).loser

        async def run(tx: Any, group: Any) -> Answer:
            return await link(tx, desk.tracing, group, loser, who.organisation)

        return await _answered(desk, sent, run, loser)

    @router.post("/cases/{case_id}/decisions", status_code=201)
    async def decisions(case_id: UUID, request: Request, who: Known) -> JSONResponse:
        sent = await command(request, who, case_id, "decide")
        said = _read(Decide, sent.content)

        async def run(tx: Any, group: Any) -> Answer:
            content = said.model_dump_json().encode()
            return await decide(tx, group, said, content, who.organisation)

        return await _answered(desk, sent, run)

    return router


async def _submit(desk: Desk, who: Caller, body: bytes) -> dict[str, Any]:
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
    async with desk.store.transaction(cause, f"system:{who.system}") as tx:
        receipt = asdict(await accept(desk, tx, submission, event.data))
        crash_point("http.written")
    crash_point("http.committed")
    receipt.pop("new")
    return {name: _text(value) for name, value in receipt.items()}


async def _refused(desk: Desk, who: Caller, body: bytes, refusal: Refused) -> Problem:
    """Keeps what was refused, for a person, and says so to the sender."""
    desk.metrics.reports.labels("http", "refused").inc()
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


async def _answered(desk: Desk, sent: CommandRequest, run: Run, *also: UUID) -> JSONResponse:
    try:
        answer = await run_command(desk, sent, run, *also)
    except INFRASTRUCTURE:
        raise not_available() from None
    headers = {"ETag": f'"{answer.body["version"]}"'} if "version" in answer.body else None
    return JSONResponse(answer.body, answer.status, headers)


def _read(model: type[C], content: dict[str, Any]) -> C:
    try:
        return validate(model, content)
    except Invalid as error:
        raise problem_of_invalid(error) from None


def _version(header: str | None) -> int:
    if header is None:
        raise Problem("if_match_required", 428, detail="Send the ETag of the case as If-Match.")
    text = header.strip().removeprefix('"').removesuffix('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Problem("version_changed", 412, detail="Read the case again, then send the command.")
    return int(text)


def _text(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
