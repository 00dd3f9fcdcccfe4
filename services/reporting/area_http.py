"""The records of areas for machines: a sending system for a safeguarding partner, or a page
session."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import TypeAdapter

from services.reporting import described
from services.reporting.area_journey import AreaJourney
from services.reporting.cases import AreaList, Cases
from services.reporting.http import tagged
from services.reporting.reader_http import reader_of
from services.reporting.readers import is_area
from services.reporting.sessions import Sessions
from shared.calendar.london import london_date
from shared.reference.systems import SystemRegistry
from shared.web.problem import Problem

AreaCode = Annotated[str, Path(pattern=r"^E(06|08|09|10)[0-9]{6}$")]
_JOURNEY = TypeAdapter(AreaJourney)


def area_routes(cases: Cases, systems: SystemRegistry, sessions: Sessions) -> APIRouter:
    router = APIRouter(prefix="/v1/areas", tags=["areas"])
    reader_of_areas = reader_of(cases, systems, sessions)

    @router.get("/{code}/journey", response_model=AreaJourney, **described.AREA_JOURNEY)
    async def journey_of_an_area(request: Request, code: AreaCode) -> Response:
        """The yearly reports of the area's safeguarding partners, which clocks run for them, who
        received copies, what needs attention. For who may follow the cases of the area. A page
        session is taken in place of a token.

        An area of which nothing was recorded has a journey without anything in it.
        """
        reader = await reader_of_areas(request)
        allowed = reader.areas is None or code in reader.areas
        if not allowed or not is_area(code, london_date(await cases.now())):
            raise Problem("area_not_found", 404)
        return tagged(request, _JOURNEY.dump_json(await cases.area_journey(code)))

    @router.get("", **described.AREAS)
    async def list_of_areas(request: Request) -> AreaList:
        """Those of which a yearly report was recorded. A page session is taken in place of a
        token."""
        reader = await reader_of_areas(request)
        return await cases.areas_listed(reader.areas)

    return router
