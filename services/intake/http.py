"""Intake over HTTP: reports from systems, and the commands of the authority's own client."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from services.intake import described, shown_case_store, transfer
from services.intake.assess import state_facts
from services.intake.case_flow import Refused as CaseRefused
from services.intake.change_case import correct, problem_of, reopen, withdraw
from services.intake.close_case import close
from services.intake.commands import Answer, Asked, Run, run_command
from services.intake.commands import Request as CommandRequest
from services.intake.criteria_rows import NoRuleSet
from services.intake.decide import decide
from services.intake.desk import Desk
from services.intake.link import answer_not_the_same, link
from services.intake.receive_report import Refused
from services.intake.stated_changes import (
    AnswerTransfer,
    Close,
    Correct,
    Reopen,
    Transfer,
    Withdraw,
)
from services.intake.stated_facts import AnswerCandidate, Assess, Command, Decide, Link
from services.intake.submit_report import refused_report, submit_report
from shared.contracts.strict_json import Invalid, parse, validate
from shared.messaging.callers import caller_of, not_available
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.web.bounded_body import read_body
from shared.web.idempotency import idempotency_key
from shared.web.machine_caller import Caller
from shared.web.problem import Problem, problem_of_invalid

JSON = "application/json"

C = TypeVar("C", bound=Command)


def routes(desk: Desk) -> APIRouter:
    """All routes under /v1, over one desk."""
    router = APIRouter(prefix="/v1")
    Known = Annotated[Caller, Depends(caller_of(desk.store, desk.registry, synthetic_too=True))]
    Real = Annotated[Caller, Depends(caller_of(desk.store, desk.registry))]

    @router.post("/reports", **described.SUBMIT)
    async def submit(request: Request, who: Known) -> JSONResponse:
        body = await read_body(request, content_types={described.CLOUDEVENTS})
        try:
            answer = await submit_report(desk, who, body)
        except Refused as refusal:
            raise await refused_report(desk, who, body, refusal) from None
        except INFRASTRUCTURE:
            raise not_available() from None
        desk.metrics.reports.labels("http", "accepted").inc()
        location = {"Location": f"/v1/reports/{answer['report_id']}"}
        return JSONResponse(answer, 202, location)

    @router.get("/reports/{report_id}", **described.REPORT)
    async def report(report_id: UUID, who: Real) -> dict[str, Any]:
        return await shown_case_store.report_of(desk.store, report_id, who.organisation)

    @router.get("/transfers", **described.TRANSFERS)
    async def proposed(who: Real) -> dict[str, Any]:
        return {"transfers": await shown_case_store.transfers_to(desk.store, who.organisation)}

    @router.get("/cases", **described.CASES)
    async def cases(area: str, who: Known) -> dict[str, Any]:
        return {"cases": await shown_case_store.cases_of(desk.store, area, who)}

    @router.get("/cases/{case_id}", **described.CASE)
    async def case(case_id: UUID, who: Known, response: Response) -> dict[str, Any]:
        found = await shown_case_store.case_of(desk.store, case_id, who)
        response.headers["ETag"] = f'"{found["version"]}"'
        return found

    @router.post("/cases/{case_id}/assessments", **described.ASSESSMENT)
    async def assessments(case_id: UUID, request: Request, who: Known) -> JSONResponse:
        sent = await _command(request, who, case_id, "assess")
        said = _read(Assess, sent.content)

        async def run(tx: Any, group: Any) -> Answer:
            version = await state_facts(tx, group, who.organisation, said.facts)
            return Answer(200, {"case_id": str(case_id), "version": version})

        return await _answered(desk, sent, run)

    @router.post("/cases/{case_id}/candidates/{other}/answers", **described.CANDIDATE)
    async def candidates(case_id: UUID, other: UUID, request: Request, who: Known) -> JSONResponse:
        sent = await _command(request, who, case_id, "answer candidate")
        _read(AnswerCandidate, sent.content)
        sent = replace(sent, content=sent.content | {"candidate": str(other)})

        async def run(tx: Any, group: Any) -> Answer:
            return await answer_not_the_same(tx, group, other, who.organisation)

        return await _answered(desk, sent, run, other)

    @router.post("/cases/{case_id}/links", **described.LINK)
    async def links(case_id: UUID, request: Request, who: Known) -> JSONResponse:
        sent = await _command(request, who, case_id, "link")
        loser = _read(Link, sent.content).loser

        async def run(tx: Any, group: Any) -> Answer:
            return await link(tx, desk.tracing, group, loser, who.organisation)

        return await _answered(desk, sent, run, loser)

    @router.post("/cases/{case_id}/decisions", **described.DECISION)
    async def decisions(case_id: UUID, request: Request, who: Known) -> JSONResponse:
        sent = await _command(request, who, case_id, "decide")
        said = _read(Decide, sent.content)

        async def run(tx: Any, group: Any) -> Answer:
            content = said.model_dump_json().encode()
            return await decide(tx, group, said, content, who.organisation)

        return await _answered(desk, sent, run)

    for change in _CHANGES:
        _add(router, desk, change)
    return router


@dataclass(frozen=True)
class _Change:
    """A command on a standing case: its path, what it reads, what it does. `asked`: who else but
    the owner may send it, without having seen a version of the case."""

    path: str
    name: str
    model: type[Command]
    act: Callable[[Any, Any, Any, str], Awaitable[Answer]]
    asked: Asked | None = None


_CHANGES = (
    _Change("corrections", "correct", Correct, correct),
    _Change("withdrawals", "withdraw", Withdraw, withdraw),
    _Change("closings", "close", Close, close),
    _Change("reopenings", "reopen", Reopen, reopen),
    _Change("transfers", "propose transfer", Transfer, transfer.propose),
    _Change(
        "transfers/answers",
        "answer transfer",
        AnswerTransfer,
        transfer.answer,
        transfer.asked_to_take,
    ),
)


def _add(router: APIRouter, desk: Desk, change: _Change) -> None:
    caller = Depends(caller_of(desk.store, desk.registry))

    async def changed(case_id: UUID, request: Request, who: Caller = caller) -> JSONResponse:
        sent = await _command(request, who, case_id, change.name, seen=change.asked is None)
        said = _read(change.model, sent.content)

        async def run(tx: Any, group: Any) -> Answer:
            return await change.act(tx, group, said, who.organisation)

        return await _answered(desk, sent, run, asked=change.asked)

    path, said = f"/cases/{{case_id}}/{change.path}", described.OF_CHANGES[change.path]
    router.post(path, name=change.name, **said)(changed)


async def _command(
    request: Request, who: Caller, case_id: UUID, name: str, *, seen: bool = True
) -> CommandRequest:
    body = await read_body(request, content_types={JSON})
    return CommandRequest(
        caller=who,
        case_id=case_id,
        name=name,
        idempotency_key=idempotency_key(request.headers.get("idempotency-key"), required=True)
        or "",
        version=_version(request.headers.get("if-match")) if seen else None,
        content=parse(body),
    )


async def _answered(
    desk: Desk, sent: CommandRequest, run: Run, *also: UUID, asked: Asked | None = None
) -> JSONResponse:
    try:
        answer = await run_command(desk, sent, run, *also, asked=asked)
    except CaseRefused as refused:
        raise problem_of(refused) from None
    except NoRuleSet:
        raise problem_of(CaseRefused("before_the_criteria")) from None
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
