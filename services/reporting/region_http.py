"""For the owner of a case: which one a reference stands for, and what a region is not told yet."""

from datetime import datetime
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict

from services.reporting import described
from services.reporting.cases import Cases
from services.reporting.reader_http import reader_of
from services.reporting.region_asked import ResolvedReference, ResolveReference
from services.reporting.region_held_store import HeldBack, held_back, resolved
from services.reporting.sessions import Sessions
from shared.contracts.strict_json import parse, validate
from shared.messaging.callers import caller_of, not_available
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.store import Store
from shared.reference.systems import SystemRegistry
from shared.web.bounded_body import read_body
from shared.web.machine_caller import Caller
from shared.web.problem import Problem

JSON = "application/json"
MOST_BYTES = 2_000


class HeldFromRegions(BaseModel):
    """What waits for a decision to share, by region, topic, area and reason."""

    model_config = ConfigDict(frozen=True)

    held: tuple[HeldBack, ...]
    as_of: datetime


def region_routes(
    store: Store, cases: Cases, systems: SystemRegistry, sessions: Sessions
) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["regions"])
    reader_of_request = reader_of(cases, systems, sessions)
    Known = Annotated[Caller, Depends(caller_of(store, systems))]

    @router.post("/region-references/resolve", **described.RESOLVE)
    async def resolve(request: Request, who: Known) -> ResolvedReference:
        """Only for the authority that owns the case now. Each resolution is on record. A question,
        asked by POST so that no address holds a reference; the same again may be answered anew."""
        content = parse(await read_body(request, content_types={JSON}, max_bytes=MOST_BYTES))
        asked = validate(ResolveReference, content)
        try:
            async with store.transaction(uuid4(), who.organisation) as tx:
                found = await resolved(tx, asked.reference, who.organisation)
        except INFRASTRUCTURE:
            raise not_available() from None
        if found is None:
            raise Problem("unknown_reference", 404)
        return ResolvedReference(reference=asked.reference, **found)

    @router.get("/region-copies/held", **described.HELD)
    async def held(request: Request) -> HeldFromRegions:
        """What regions are not told, and why: a decision to share is missing, has expired, or says
        no. A page session is taken in place of a token."""
        reader = await reader_of_request(request)
        async with store.transaction(uuid4(), "reader") as tx:
            return HeldFromRegions(held=tuple(await held_back(tx, reader.areas)), as_of=tx.now)

    return router
