"""The routes of an area's yearly reports, for machine callers.

The safeguarding partners of the area record them; whoever holds no seat of it is refused.
"""

from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi import Path as FromPath
from fastapi.responses import JSONResponse

from services.rapid_review_timer import yearly_report_described as described
from services.rapid_review_timer.review_desk import Desk
from services.rapid_review_timer.review_said import Command
from services.rapid_review_timer.yearly_report_answers import YearlyReportsShown
from services.rapid_review_timer.yearly_report_commands import (
    SentReport,
    refuse_others,
    reports_shown,
    run_report_command,
)
from services.rapid_review_timer.yearly_report_said import RecordYearlyReport, WithdrawYearlyReport
from shared.contracts.area_record import area_record
from shared.contracts.strict_json import Invalid, parse, validate
from shared.messaging.callers import caller_of, not_available
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.reference.systems import SystemRegistry
from shared.web.bounded_body import read_body
from shared.web.idempotency import idempotency_key
from shared.web.machine_caller import Caller
from shared.web.problem import problem_of_invalid

C = TypeVar("C", bound=Command)
AreaCode = Annotated[str, FromPath(pattern=r"^E(06|08|09|10)[0-9]{6}$")]


def yearly_report_routes(desk: Desk, systems: SystemRegistry) -> APIRouter:
    """All routes under /v1/areas/{code}/yearly-reports; `systems` says who speaks for whom."""
    router = APIRouter(prefix="/v1/areas/{code}/yearly-reports", tags=["yearly reports"])
    authenticated = Depends(caller_of(desk.store, systems))

    @router.get("", **described.YEARLY_REPORTS)
    async def reports(
        code: AreaCode, caller: Annotated[Caller, authenticated]
    ) -> YearlyReportsShown:
        async with desk.store.transaction(area_record(code), caller.organisation) as tx:
            refuse_others(tx, caller, code)
            return await reports_shown(tx, code)

    @router.post("", **described.RECORD_YEARLY_REPORT)
    async def record(
        code: AreaCode, request: Request, caller: Annotated[Caller, authenticated]
    ) -> JSONResponse:
        content, said = await _said(request, RecordYearlyReport)
        return await _run(desk, SentReport(caller, code, _key(request), content, said))

    @router.post("/{report_id}/withdrawal", **described.WITHDRAW_YEARLY_REPORT)
    async def withdrawal(
        code: AreaCode,
        report_id: UUID,
        request: Request,
        caller: Annotated[Caller, authenticated],
    ) -> JSONResponse:
        content, said = await _said(request, WithdrawYearlyReport)
        return await _run(desk, SentReport(caller, code, _key(request), content, said, report_id))

    return router


async def _run(desk: Desk, sent: SentReport) -> JSONResponse:
    try:
        answer = await run_report_command(desk, sent)
    except INFRASTRUCTURE:
        raise not_available() from None
    return JSONResponse(answer.body, answer.status)


async def _said(request: Request, model: type[C]) -> tuple[dict[str, Any], C]:
    content = parse(await read_body(request, content_types={"application/json"}))
    try:
        return content, validate(model, content)
    except Invalid as error:
        raise problem_of_invalid(error) from None


def _key(request: Request) -> str:
    return idempotency_key(request.headers.get("idempotency-key"), required=True) or ""
