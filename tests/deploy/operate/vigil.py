"""Four nodes of this process on a real bus, and clients that sign."""

import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI

from services.intake import app as intake
from services.intake.settings import Settings as IntakeSettings
from services.panel_notification import app as panel
from services.panel_notification.settings import PanelNotificationSettings
from services.rapid_review_timer import app as timer
from services.rapid_review_timer.settings import Settings as TimerSettings
from services.reporting import app as reporting
from services.reporting.settings import ReportingSettings
from shared.contracts.catalogue import REPORT_SUBMITTED
from shared.messaging.node import Node
from shared.messaging.store import Store
from shared.sealing.ingress import encrypt, new_private_key
from shared.web.problem import install_problem_handlers
from tests.services.intake.conftest import LIVERPOOL
from tests.services.panel_notification.mail_server import MailServer
from tests.support.bus import producer_of
from tests.support.local_stack import Infrastructure, free_ports
from tests.support.systems import Systems

POLICE = ("police-records", "police-merseyside")
HEALTH = ("health-incidents", "trust-northbank")
AUTHORITY = ("la-cases", f"la-{LIVERPOOL}")
CANARY = ("canary", AUTHORITY[1])
SERIOUS = {"decision": "met", "domains": ["physical_health"], "reasons": "Invented reasons."}
_KEY = base64.urlsafe_b64encode(b"k" * 32).decode()


class Vigil:
    """Runs while `running`; `stores` and `clients` are those of its nodes."""

    def __init__(self, infrastructure: Infrastructure, directory: Path, mail: MailServer) -> None:
        self.infrastructure = infrastructure
        self.systems = Systems(directory)
        self.ingress_key = new_private_key("ingress")
        self.directory = directory
        self.mail = mail
        self.clients: dict[str, httpx.AsyncClient] = {}
        self.stores: dict[str, Store] = {}

    def settings(self, service: str) -> Mapping[str, Any]:
        return {
            "http_port": free_ports(1)[0],
            "database_port": self.infrastructure.postgres_port,
            "database_name": service,
            "database_user": f"{service}_app",
            "database_password": self.infrastructure.database_password(service),
            "kafka_bootstrap": self.infrastructure.kafka_bootstrap,
            "kafka_username": service,
            "kafka_password": self.infrastructure.kafka_password(service),
            "key_encryption_key": _KEY,
            "blind_index_key": _KEY,
            "page_key": _KEY,
            "region_key": _KEY,
            "ingress_private_key": json.dumps(self.ingress_key),
            "systems_file": self.systems.file,
            "state_dir": self.directory,
            "smtp_port": self.mail.port,
        }

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await self._start(stack, intake, IntakeSettings(**self.settings("intake")))
            await self._start(stack, timer, TimerSettings(**self.settings("rapid_review_timer")))
            await self._start(
                stack, panel, PanelNotificationSettings(**self.settings("panel_notification"))
            )
            await self._start(stack, reporting, ReportingSettings(**self.settings("reporting")))
            yield

    async def _start(self, stack: AsyncExitStack, service: Any, settings: Any) -> None:
        node: Node = await service.build_node(settings)
        app = FastAPI()
        install_problem_handlers(app)
        for router in service.routers(node, settings):
            app.include_router(router)
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service")
        self.stores[service.SERVICE] = node.store
        self.clients[service.SERVICE] = await stack.enter_async_context(client)
        stack.push_async_callback(node.stop)
        await node.start()

    def signed(self, who: tuple[str, str], service: str) -> dict[str, str]:
        return self.systems.bearer(*who, service)

    async def submit(self, who: tuple[str, str], data: dict[str, Any]) -> httpx.Response:
        event = {
            "specversion": "1.0",
            "id": str(uuid4()),
            "source": f"/org/{who[1]}/{who[0]}",
            "type": REPORT_SUBMITTED,
            "data": data,
        }
        content_type = {"Content-Type": "application/cloudevents+json"}
        return await self.clients["intake"].post(
            "/v1/reports", json=event, headers=self.signed(who, "intake") | content_type
        )

    async def send(self, who: tuple[str, str], content: bytes) -> None:
        """On the bus, as that system."""
        headers = {
            "ce_specversion": "1.0",
            "ce_id": str(uuid4()),
            "ce_type": REPORT_SUBMITTED,
            "ce_source": f"/org/{who[1]}/{who[0]}",
            "ce_time": "2026-03-02T09:20:00+00:00",
            "content-type": "application/jose",
        }
        public = {name: value for name, value in self.ingress_key.items() if name != "d"}
        async with producer_of(self.infrastructure, who[0]) as producer:
            await producer.send_and_wait(
                f"ingress.{who[0]}",
                encrypt(content, public),
                headers=[(name, value.encode()) for name, value in headers.items()],
                partition=0,
            )

    async def cases(self, who: tuple[str, str] = AUTHORITY) -> list[dict[str, Any]]:
        answer = await self.clients["intake"].get(
            "/v1/cases", params={"area": LIVERPOOL}, headers=self.signed(who, "intake")
        )
        return list(answer.json()["cases"])

    async def ids(self, service: str, sql: str, case_id: UUID) -> list[UUID]:
        async with self.stores[service].reading() as connection:
            return [row[0] for row in await connection.fetch(sql, case_id)]

    async def command(
        self,
        case: dict[str, Any],
        path: str,
        body: dict[str, Any],
        who: tuple[str, str] = AUTHORITY,
    ) -> None:
        version = {"If-Match": f'"{case["version"]}"', "Idempotency-Key": str(uuid4())}
        answer = await self.clients["intake"].post(
            f"/v1/cases/{case['case_id']}/{path}",
            json=body,
            headers=self.signed(who, "intake") | version,
        )
        assert answer.is_success, answer.text

    async def confirm(self, notice_id: str, organisation: str) -> None:
        """The recipient's receipt, when the notice is known to have been sent."""
        answer = await self.clients["panel_notification"].post(
            f"/v1/notices/{notice_id}/receipt",
            json={"reference": "SAMPLE-1"},
            headers=self.signed(("panel-desk", organisation), "panel_notification")
            | {"Idempotency-Key": str(uuid4())},
        )
        assert answer.is_success, answer.text
