"""Who reads over HTTP, and the cases of which areas: a machine caller, or a page session."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import Request

from services.reporting.cases import Cases
from services.reporting.heading import Heading
from services.reporting.readers import areas_it_follows
from services.reporting.sessions import Sessions
from shared.calendar.london import london_date
from shared.reference.systems import SystemRegistry
from shared.web.machine_caller import identify
from shared.web.problem import Problem

SERVICE = "reporting"


@dataclass(frozen=True)
class Reader:
    """`areas` None: all cases. For a synthetic system there are synthetic cases alone."""

    areas: tuple[str, ...] | None
    synthetic: bool = False

    def may_read(self, heading: Heading) -> bool:
        if self.synthetic and not heading.synthetic:
            return False
        concerned = [area for area in (heading.owner_area, *heading.other_areas) if area]
        return self.areas is None or any(area.code in self.areas for area in concerned)


def reader_of(
    cases: Cases, systems: SystemRegistry, sessions: Sessions, *, synthetic_too: bool = False
) -> Callable[[Request], Awaitable[Reader]]:
    """Gives the reader. Raises Problem 401 or 403 as `identify` does, 403 `synthetic_system` on a
    route that is not for one."""

    async def reader(request: Request) -> Reader:
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
        if caller.synthetic and not synthetic_too:
            raise Problem("synthetic_system", 403)
        areas = areas_it_follows(caller.organisation, london_date(now))
        return Reader(tuple(areas), caller.synthetic)

    return reader
