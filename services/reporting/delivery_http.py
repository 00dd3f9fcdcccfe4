"""Which subscriber received and processed which event of a case."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict

from services.reporting import described
from services.reporting.cases import Cases
from services.reporting.delivery import Delivery
from services.reporting.delivery_store import deliveries_of
from services.reporting.reader_http import reader_of
from services.reporting.sessions import Sessions
from shared.messaging.store import Store
from shared.reference.systems import SystemRegistry
from shared.web.problem import Problem


class Deliveries(BaseModel):
    """Of a case and of those merged into it."""

    model_config = ConfigDict(frozen=True)

    case_id: UUID
    deliveries: tuple[Delivery, ...]
    as_of: datetime


def delivery_routes(
    store: Store, cases: Cases, systems: SystemRegistry, sessions: Sessions
) -> APIRouter:
    router = APIRouter(prefix="/v1/deliveries", tags=["deliveries"])
    reader_of_request = reader_of(cases, systems, sessions, synthetic_too=True)

    @router.get("", **described.DELIVERIES)
    async def deliveries_of_a_case(
        request: Request, case: Annotated[UUID, Query(description="The case.")]
    ) -> Deliveries:
        """By when they were published: what was shared with a region, confirmed or not, and every
        other event of the case that somebody confirmed. A page session is taken in place of a
        token."""
        reader = await reader_of_request(request)
        found = await cases.journey(case)
        if found is None or not reader.may_read(found.heading):
            raise Problem("unknown_case", 404)
        return Deliveries(
            case_id=case,
            deliveries=await deliveries_of(store, case),
            as_of=await cases.now(),
        )

    return router
