"""The pages: cases, yearly reports of areas, and the journey of one of each. Rendered here,
without scripts."""

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from services.reporting.cases import Cases
from services.reporting.journey import Journey
from services.reporting.plain_words import (
    RULES,
    STAGES,
    area_name,
    counted,
    day_words,
    moment,
    reference_of,
    words_of,
)
from services.reporting.readers import is_area
from services.reporting.sessions import Sessions
from services.reporting.steps import Step
from shared.calendar.london import LONDON, london_date
from shared.web.layout import Layout
from shared.web.problem import Problem

PAGE_SIZE = 50
LAST_PAGE = 100_000
ZIPKIN_TRACES = "/zipkin/traces"
_LOCAL_PATH = re.compile(r"/|(/[A-Za-z0-9_-]+)+")

layout = Layout(
    Path(__file__).with_name("templates"),
    service="Case journeys",
    home="/cases",
    words={
        "counted": counted,
        "day": day_words,
        "reference": reference_of,
        "moment": moment,
        "stage_words": lambda code: words_of(STAGES, code) if code else "Not yet known",
        "rule_words": lambda code: words_of(RULES, code),
    },
)


def pages(
    cases: Cases, sessions: Sessions, traces_url: str, trace_path: str = ZIPKIN_TRACES
) -> APIRouter:
    """Pages for people. Each needs a session, which a one-time link begins."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    async def allowed(request: Request) -> bool:
        return sessions.valid(request, await cases.now())

    @router.get("/")
    async def start() -> Response:
        return RedirectResponse("/cases", 303)

    @router.get("/open")
    async def open_link(request: Request, token: str = "", to: str = "/cases") -> Response:
        session = sessions.links.redeem(token, await cases.now())
        to = local_path(to)
        if session is None and await allowed(request):
            return RedirectResponse(to, 303)
        if session is None:
            return _closed("This link has been used before, or is too old.")
        # A browser that comes from another site does not send a strict cookie along with the
        # redirect that sets it: there the page itself leads on.
        elsewhere = request.headers.get("sec-fetch-site") == "cross-site"
        response = layout.page("opened.html", to=to) if elsewhere else RedirectResponse(to, 303)
        sessions.begin(request, response, session)
        return response

    @router.get("/cases")
    async def list_of_cases(request: Request, page: str = "1") -> Response:
        if not await allowed(request):
            return _closed()
        number = min(int(page), LAST_PAGE) if page.isascii() and page.isdigit() else 1
        number = max(number, 1)
        found = await cases.listed(None, page=number, size=PAGE_SIZE)
        today = london_date(found.as_of)
        listed = (await cases.areas_listed(None)).areas if number == 1 else ()
        due = [row for row in listed if row.needs_attention]
        return layout.page(
            "cases.html",
            found=found,
            areas=due,
            page=number,
            more=number * PAGE_SIZE < found.total,
            names={
                code: area_name(code, today)
                for code in (
                    *(row.area for row in due),
                    *(a for row in found.cases for a in row.areas),
                )
            },
        )

    @router.get("/cases/{case}")
    async def case_journey(request: Request, case: str) -> Response:
        if not await allowed(request):
            return _closed()
        case_id = _uuid(case)
        try:
            found = await cases.journey(case_id) if case_id else None
        except Problem as gone:
            return layout.page("erased_case.html", status=gone.status)
        if found is None:
            return layout.page("no_case.html", status=404)
        return journey_page(found, f"{traces_url}{trace_path}")

    @router.get("/areas")
    async def list_of_areas(request: Request) -> Response:
        if not await allowed(request):
            return _closed()
        found = await cases.areas_listed(None)
        today = london_date(found.as_of)
        names = {row.area: area_name(row.area, today) for row in found.areas}
        return layout.page("areas.html", areas=found.areas, names=names)

    @router.get("/areas/{code}")
    async def journey_of_an_area(request: Request, code: str) -> Response:
        if not await allowed(request):
            return _closed()
        if not is_area(code, london_date(await cases.now())):
            return layout.page("no_area.html", status=404)
        found = await cases.area_journey(code)
        return layout.page(
            "area.html", journey=found, **_by_day(found.steps, f"{traces_url}{trace_path}")
        )

    return router


def journey_page(found: Journey, trace_pages: str) -> HTMLResponse:
    return layout.page("journey.html", journey=found, **_by_day(found.steps, trace_pages))


def _by_day(steps: Sequence[Step], trace_pages: str) -> dict[str, Any]:
    """What a page needs to show them."""
    days = groupby(steps, key=lambda step: london_date(step.at.utc))
    return {
        "days": [(day_words(day), list(of_day)) for day, of_day in days],
        "time_words": _time_words,
        "trace": lambda trace_id: f"{trace_pages}/{trace_id}",
    }


def local_path(to: str) -> str:
    """`to` if it is a plain path of this service, else the list of cases."""
    return to if _LOCAL_PATH.fullmatch(to) else "/cases"


def _closed(what: str = "You have no open session, or it has ended.") -> HTMLResponse:
    return layout.page("closed.html", status=401, what=what)


def _time_words(step: Step) -> str:
    return f"{step.at.utc.astimezone(LONDON):%H:%M} ({step.at.utc:%H:%M} UTC)"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None
