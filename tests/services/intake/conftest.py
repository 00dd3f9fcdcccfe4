"""Intake's HTTP routes over a real store, called as sending systems do."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.intake.desk import Desk
from services.intake.http import routes
from services.intake.sharing_http import sharing_routes
from shared.contracts.catalogue import REPORT_SUBMITTED
from shared.messaging.store import Store
from shared.reference.systems import SystemRegistry
from shared.sealing.blind_index import BlindIndex
from shared.sealing.ingress import IngressKeys, new_private_key
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from shared.web.problem import install_problem_handlers
from tests.conftest import OpenStore
from tests.support.as_described import as_described
from tests.support.systems import Systems

LIVERPOOL, WIRRAL, BARNET = "E08000012", "E08000015", "E09000003"
POSITIONS = {
    LIVERPOOL: ("la-E08000012", "icb-QYG", "police-merseyside"),
    WIRRAL: ("la-E08000015", "icb-QYG", "police-merseyside"),
    BARNET: ("la-E09000003", "icb-Z9B2Z", "police-metropolitan"),
}


@dataclass
class Intake:
    """A client of intake, and the store behind it to look into."""

    store: Store
    desk: Desk
    systems: Systems
    client: httpx.AsyncClient
    spans: InMemorySpanExporter

    def said_in_spans(self) -> str:
        """Everything that the spans so far say of themselves."""
        self.desk.tracing.provider.force_flush()
        return "".join(span.to_json() for span in self.spans.get_finished_spans())

    async def submit(
        self, system: str, organisation: str, data: dict[str, Any], sender_id: UUID | None = None
    ) -> httpx.Response:
        event = {
            "specversion": "1.0",
            "id": str(sender_id or uuid4()),
            "source": f"/org/{organisation}/{system}",
            "type": REPORT_SUBMITTED,
            "data": data,
        }
        return await self.client.post(
            "/v1/reports",
            json=event,
            headers=self.systems.bearer(system, organisation, "intake")
            | {"Content-Type": "application/cloudevents+json"},
        )

    async def cases(self, area: str) -> list[dict[str, Any]]:
        answer = await self.client.get("/v1/cases", params={"area": area}, headers=self._la(area))
        assert answer.status_code == 200, answer.text
        return list(answer.json()["cases"])

    async def case(self, area: str, case_id: str) -> dict[str, Any]:
        return next(case for case in await self.cases(area) if case["case_id"] == case_id)

    async def command(
        self, area: str, case_id: str, path: str, body: dict[str, Any], key: str = ""
    ) -> httpx.Response:
        version = (await self.case(area, case_id))["version"]
        return await self.client.post(
            f"/v1/cases/{case_id}/{path}",
            json=body,
            headers=self._la(area)
            | {"If-Match": f'"{version}"', "Idempotency-Key": key or str(uuid4())},
        )

    async def decide(
        self, area: str, case_id: str, decision: str, **more: object
    ) -> httpx.Response:
        return await self.command(area, case_id, "decisions", decision_body(area, decision, **more))

    async def events(self, case_id: str | None = None) -> list[dict[str, Any]]:
        """What the outbox holds about a case, in the case's order."""
        async with self.store.reading() as connection:
            rows = await connection.fetch(
                """select topic, stream, sequence, payload, headers, key from outbox
                   where $1::text is null or stream = $1 order by position""",
                f"case/{case_id}" if case_id else None,
            )
        return [dict(row) for row in rows]

    def _la(self, area: str) -> dict[str, str]:
        return self.systems.bearer("la-cases", f"la-{area}", "intake")


def decision_body(area: str, decision: str, **more: object) -> dict[str, Any]:
    la, health, police = POSITIONS[area]
    return {
        "decision": decision,
        "positions": [
            {"kind": "local_authority", "organisation": la, "position": "agree"},
            {"kind": "health", "organisation": health, "position": "agree"},
            {"kind": "police", "organisation": police, "position": "agree"},
        ],
        "reasons": "Invented reasons.",
        **more,
    }


@pytest.fixture
async def intake(open_store: OpenStore, tmp_path: Path) -> AsyncIterator[Intake]:
    store = await open_store("intake")
    systems = Systems(tmp_path)
    spans = InMemorySpanExporter()
    desk = Desk(
        store=store,
        tracing=Tracing("intake", spans),
        metrics=Metrics(),
        registry=SystemRegistry(systems.file),
        blind_index=BlindIndex(b"i" * 32),
        ingress_keys=IngressKeys([new_private_key("intake-1")]),
        fingerprint_key=hashlib.sha256(b"test").digest(),
    )
    app = FastAPI()
    install_problem_handlers(app)
    app.include_router(routes(desk))
    app.include_router(sharing_routes(desk))
    transport = httpx.ASGITransport(app)
    hooks = as_described("intake")
    async with httpx.AsyncClient(
        transport=transport, base_url="http://intake", event_hooks=hooks
    ) as client:
        yield Intake(store, desk, systems, client, spans)
