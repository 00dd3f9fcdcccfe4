"""Recipients' systems that call the service, and its routes without its consumers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import httpx
from fastapi import FastAPI

from services.panel_notification.http import routes
from shared.messaging.store import Store
from shared.reference.systems import SystemRegistry
from shared.telemetry.tracing import Tracing
from shared.web.problem import install_problem_handlers
from tests.support.systems import Systems


def bearer(
    systems: Systems, system: str, organisation: str, now: datetime, **changes: object
) -> str:
    """A token as it is signed at `now`, which a test may have set."""
    second = int(now.timestamp())
    times: dict[str, object] = {"iat": second, "exp": second + 120}
    return "Bearer " + systems.token(
        system, organisation, "panel_notification", **(times | changes)
    )


@asynccontextmanager
async def client_of(store: Store, systems: Systems) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_problem_handlers(app)
    tracing = Tracing("panel_notification", None)
    app.include_router(routes(store, SystemRegistry(systems.file), tracing))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://vigil") as client:
        yield client
