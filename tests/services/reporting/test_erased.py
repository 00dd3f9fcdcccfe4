"""A case that has left reporting: what who asks for it is told, and that the canary's age stays."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
from fastapi import FastAPI

from services.reporting.canary_age import CanaryAge
from services.reporting.delivery_http import delivery_routes
from services.reporting.http import routes
from services.reporting.journey_store import StoredCases
from services.reporting.pages import pages
from services.reporting.sessions import Sessions
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from shared.reference.systems import SystemRegistry
from shared.telemetry.metrics import Metrics
from shared.web.page_token import OneTimeLinks
from shared.web.problem import install_problem_handlers
from tests.conftest import OpenStore
from tests.services.reporting.sample_events import CASE, MERGED, at
from tests.services.reporting.test_http import PAGE_KEY, session
from tests.services.reporting.test_synthetic import gauges, told
from tests.support.systems import Systems

NOW = at(14)


async def erased(store: Store, *cases: UUID) -> None:
    async with store.reading() as connection:
        assert await connection.fetchval(
            "select erase_cases($1, 'synthetic_expired', $2, $3)",
            list(cases),
            NOW - timedelta(days=8),
            NOW,
        )


async def test_routes_and_page_say_that_it_is_gone(open_store: OpenStore, tmp_path: Path) -> None:
    store = await open_store("reporting", clock=SetClock(NOW))
    await told(store, CASE, MERGED)
    await erased(store, CASE, MERGED)
    cases, systems = StoredCases(store), SystemRegistry(Systems(tmp_path).file)
    sessions = Sessions(OneTimeLinks(PAGE_KEY, "reporting"), 8104)
    app = FastAPI()
    install_problem_handlers(app)
    app.include_router(routes(cases, systems, sessions))
    app.include_router(delivery_routes(store, cases, systems, sessions))
    app.include_router(pages(cases, sessions, ""))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://reporting") as client:
        for path in (f"/v1/cases/{CASE}/journey", f"/v1/deliveries?case={MERGED}"):
            answer = await client.get(path, headers=session())
            assert answer.status_code == 410, answer.text
            assert answer.json()["type"] == "urn:vigil:problem:case_erased"
        page = await client.get(f"/cases/{CASE}", headers=session())
    assert page.status_code == 410
    assert "This case was erased" in page.text


async def test_that_no_canary_comes_any_more_is_heard_after_the_last_has_left(
    open_store: OpenStore,
) -> None:
    store, metrics = await open_store("reporting", clock=SetClock(NOW)), Metrics()
    await told(store, CASE, MERGED)
    await erased(store, CASE, MERGED)
    await CanaryAge(store, metrics).look()
    age, _, overdue = gauges(metrics)
    assert age == timedelta(days=8).total_seconds()
    assert overdue


async def test_a_case_that_is_not_known_as_synthetic_is_not_taken_out(
    open_store: OpenStore,
) -> None:
    store = await open_store("reporting", clock=SetClock(NOW))
    await told(store, CASE)
    async with store.reading() as connection:
        done = await connection.fetchval(
            "select erase_cases($1, 'synthetic_expired', $2, $2)", [CASE, MERGED], NOW
        )
        assert done is False
        assert await connection.fetchval("select count(*) from case_seen") == 2
