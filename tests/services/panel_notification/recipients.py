"""Recipients' systems that call the service, and its routes without its consumers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from services.panel_notification.addressing import read_addressing
from services.panel_notification.http import routes
from services.panel_notification.reply_http import reply_routes
from services.panel_notification.status_http import status_routes
from services.panel_notification.submission_http import submission_routes
from shared.messaging.store import Store
from shared.reference.systems import SystemRegistry
from shared.telemetry.tracing import Tracing
from shared.web.problem import install_problem_handlers
from tests.support.as_described import as_described
from tests.support.systems import Systems

STATUS_TOKEN = SecretStr("a token of the tests")


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
async def client_of(
    store: Store, systems: Systems, recipients_file: Path | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_problem_handlers(app)
    tracing = Tracing("panel_notification", None)
    registry = SystemRegistry(systems.file)
    app.include_router(routes(store, registry, tracing))
    app.include_router(reply_routes(store, registry, tracing, b"k" * 32))
    app.include_router(submission_routes(store, registry, b"k" * 32))
    app.include_router(status_routes(store, STATUS_TOKEN, read_addressing(recipients_file)))
    transport = httpx.ASGITransport(app=app)
    hooks = as_described("panel_notification")
    async with httpx.AsyncClient(
        transport=transport, base_url="http://vigil", event_hooks=hooks
    ) as client:
        yield client
