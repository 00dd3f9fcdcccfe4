"""The journey for machines: a sending system for a safeguarding partner, or a page session."""

import hashlib
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import TypeAdapter

from services.reporting import described
from services.reporting.cases import CasePage, Cases
from services.reporting.heading import Heading
from services.reporting.journey import Journey
from services.reporting.readers import areas_it_follows
from services.reporting.sessions import Sessions
from shared.calendar.london import london_date
from shared.reference.systems import SystemRegistry
from shared.web.machine_caller import identify
from shared.web.problem import Problem

SERVICE = "reporting"
PAGE_SIZE = 100
_JOURNEY = TypeAdapter(Journey)


@dataclass(frozen=True)
class Reader:
    """`areas` None: all cases."""

    areas: tuple[str, ...] | None

    def may_read(self, heading: Heading) -> bool:
        concerned = [area for area in (heading.owner_area, *heading.other_areas) if area]
        return self.areas is None or any(area.code in self.areas for area in concerned)


def routes(cases: Cases, systems: SystemRegistry, sessions: Sessions) -> APIRouter:
    router = APIRouter(prefix="/v1/cases", tags=["cases"])

    async def reader_of(request: Request) -> Reader:
        now = await cases.now()
        if "authorization" not in request.headers and sessions.valid(request, now):
            return Reader(None)

        caller = await identify(
            request.headers.get("authorization"),
            audience=SERVICE,
            now=now,
            registry=systems,
            remember=cases.remember_token,
        )
        return Reader(tuple(areas_it_follows(caller.organisation, london_date(now))))

    @router.get("/{case_id}/journey", response_model=Journey, **described.JOURNEY)
    async def journey_of_a_case(request: Request, case_id: UUID) -> Response:
        """What happened, who was told, which clocks run, what needs attention. No personal data.
        A page session is taken in place of a token.

        Of a case merged into another, `heading.survivor` names the one that goes on.
        """
        reader = await reader_of(request)
        found = await cases.journey(case_id)
        if found is None or not reader.may_read(found.heading):
            raise Problem("unknown_case", 404)
        return _tagged(request, _JOURNEY.dump_json(found))

    @router.get("", **described.CASES)
    async def list_of_cases(
        request: Request, page: Annotated[int, Query(ge=1, le=100_000)] = 1
    ) -> CasePage:
        """A hundred a page; `total` counts those of all pages. A page session is taken in place of
        a token."""
        reader = await reader_of(request)
        return await cases.listed(reader.areas, page=page, size=PAGE_SIZE)

    return router


def _tagged(request: Request, body: bytes) -> Response:
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
