"""The journey for machines: a sending system for a safeguarding partner, or a page session."""

import hashlib
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import TypeAdapter

from services.reporting import described
from services.reporting.cases import CasePage, Cases
from services.reporting.journey import Journey
from services.reporting.reader_http import reader_of
from services.reporting.sessions import Sessions
from shared.reference.systems import SystemRegistry
from shared.web.problem import Problem

PAGE_SIZE = 100
_JOURNEY = TypeAdapter(Journey)


def routes(cases: Cases, systems: SystemRegistry, sessions: Sessions) -> APIRouter:
    router = APIRouter(prefix="/v1/cases", tags=["cases"])

    reader_of_journey = reader_of(cases, systems, sessions, synthetic_too=True)
    reader_of_list = reader_of(cases, systems, sessions)

    @router.get("/{case_id}/journey", response_model=Journey, **described.JOURNEY)
    async def journey_of_a_case(request: Request, case_id: UUID) -> Response:
        """What happened, who was told, which clocks run, what needs attention. No personal data.
        A page session is taken in place of a token.

        Of a case merged into another, `heading.survivor` names the one that goes on.
        """
        reader = await reader_of_journey(request)
        found = await cases.journey(case_id)
        if found is None or not reader.may_read(found.heading):
            raise Problem("unknown_case", 404)
        return tagged(request, _JOURNEY.dump_json(found))

    @router.get("", **described.CASES)
    async def list_of_cases(
        request: Request, page: Annotated[int, Query(ge=1, le=100_000)] = 1
    ) -> CasePage:
        """A hundred a page; `total` counts those of all pages, synthetic cases never. A page
        session is taken in place of a token."""
        reader = await reader_of_list(request)
        return await cases.listed(reader.areas, page=page, size=PAGE_SIZE)

    return router


def tagged(request: Request, body: bytes) -> Response:
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
