"""When a synthetic case last reached its region: for whoever asks, since nobody is behind it."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict

from services.reporting import described
from services.reporting.canary_age import last_canary
from services.reporting.cases import Cases
from services.reporting.reader_http import reader_of
from services.reporting.sessions import Sessions
from shared.messaging.store import Store
from shared.reference.systems import SystemRegistry


class CanaryArrived(BaseModel):
    """The last that its region confirmed; each None where none that is still kept has arrived.
    `overdue`: another should have been confirmed by `expected_by`."""

    model_config = ConfigDict(frozen=True)

    case_id: UUID | None
    region: str | None
    set_out_at: datetime | None
    confirmed_at: datetime | None
    expected_by: datetime | None
    overdue: bool
    as_of: datetime


def canary_routes(
    store: Store, cases: Cases, systems: SystemRegistry, sessions: Sessions
) -> APIRouter:
    router = APIRouter(prefix="/v1/canary", tags=["operations"])
    reader_of_request = reader_of(cases, systems, sessions, synthetic_too=True)

    @router.get("", **described.CANARY)
    async def canary(request: Request) -> CanaryArrived:
        """Any organisation may ask. A page session is taken in place of a token."""
        await reader_of_request(request)
        return await arrived(store)

    return router


async def arrived(store: Store) -> CanaryArrived:
    async with store.reading() as connection:
        last = await last_canary(connection, await store.clock.now(connection))
    return CanaryArrived(
        case_id=last.case_id,
        region=last.region,
        set_out_at=last.set_out_at,
        confirmed_at=last.confirmed_at,
        expected_by=last.expected_by,
        overdue=last.overdue_seconds > 0,
        as_of=last.as_of,
    )
