"""A small Vigil filled through its own code, then at rest: four stores and a bus to look at.

Two reports of one child are linked and decided, a third waits in triage and is overdue, one is
refused at each door; the Panel has sent its receipt. Afterwards nothing runs.
"""

import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI

from deploy.operate.estate import Estate, StoreAddress
from deploy.operate.verify import verify
from services.intake import app as intake
from services.intake.settings import Settings as IntakeSettings
from services.panel_notification import app as panel
from services.panel_notification.settings import PanelNotificationSettings
from services.rapid_review_timer import app as timer
from services.rapid_review_timer.settings import Settings as TimerSettings
from services.reporting import app as reporting
from services.reporting.settings import ReportingSettings
from shared.contracts.catalogue import CHECKER, REPORT_SUBMITTED, SERVICES
from shared.messaging.node import Node
from shared.sealing.ingress import encrypt, new_private_key
from shared.web.problem import install_problem_handlers
from tests.conftest import SYSTEMS
from tests.contracts.sample_report import sample_body
from tests.deploy.operate.world_region import let_the_region_hear, told_every_second
from tests.services.intake.conftest import LIVERPOOL, decision_body
from tests.services.panel_notification.mail_server import MailServer, running_mail_server
from tests.support.bus import access, producer_of
from tests.support.local_stack import Infrastructure, free_ports
from tests.support.systems import Systems
from tests.support.waiting import eventually

POLICE = ("police-records", "police-merseyside")
HEALTH = ("health-incidents", "trust-northbank")
AUTHORITY = ("la-cases", f"la-{LIVERPOOL}")
SERIOUS = {"decision": "met", "domains": ["physical_health"], "reasons": "Invented reasons."}
_KEY = base64.urlsafe_b64encode(b"k" * 32).decode()


@dataclass(frozen=True)
class World:
    """`acknowledged`: what senders were told over HTTP, as a ledger keeps it."""

    infrastructure: Infrastructure
    estate: Estate
    acknowledged: list[dict[str, str]]
    mail: list[dict[str, str]]

    def with_store(self, service: str, database: str) -> Estate:
        address = replace(self.estate.stores[service], database=database)
        return replace(self.estate, stores={**self.estate.stores, service: address})


def estate_for(infrastructure: Infrastructure) -> Estate:
    password = infrastructure.database_password("chk_ro")
    return Estate(
        kafka=access(infrastructure, CHECKER),
        stores={s: StoreAddress(infrastructure.postgres_port, s, password) for s in SERVICES},
        urls=dict.fromkeys(SERVICES),
        systems=SYSTEMS,
    )


class _Vigil:
    """Four nodes of this process, and clients that sign."""

    def __init__(self, infrastructure: Infrastructure, directory: Path, mail: MailServer) -> None:
        self.infrastructure = infrastructure
        self.systems = Systems(directory)
        self.ingress_key = new_private_key("ingress")
        self.directory = directory
        self.mail = mail
        self.clients: dict[str, httpx.AsyncClient] = {}

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

    async def cases(self) -> list[dict[str, Any]]:
        answer = await self.clients["intake"].get(
            "/v1/cases", params={"area": LIVERPOOL}, headers=self.signed(AUTHORITY, "intake")
        )
        return list(answer.json()["cases"])

    async def command(self, case: dict[str, Any], path: str, body: dict[str, Any]) -> None:
        version = {"If-Match": f'"{case["version"]}"', "Idempotency-Key": str(uuid4())}
        answer = await self.clients["intake"].post(
            f"/v1/cases/{case['case_id']}/{path}",
            json=body,
            headers=self.signed(AUTHORITY, "intake") | version,
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


async def fill(infrastructure: Infrastructure, directory: Path) -> World:
    estate = estate_for(infrastructure)
    async with running_mail_server() as mail:
        vigil = _Vigil(infrastructure, directory, mail)
        with told_every_second(directory):
            async with vigil.running():
                acknowledged = await _live_through(vigil, mail)
                await eventually(lambda: _at_rest(estate), "everything published and consumed")
        taken = [{"notice_id": str(m["X-Vigil-Notice"])} for m in mail.messages()]
    return World(infrastructure, estate, acknowledged, taken)


async def _live_through(vigil: _Vigil, mail: MailServer) -> list[dict[str, str]]:
    health = {"reporter.agency_type": "health_provider", "reporter.organisation": HEALTH[1]}
    known_long_ago = {
        "children.0.surname": "Two",
        "children.0.nhs_number": "999 000 0026",
        "reporter.agency_type": "local_authority",
        "reporter.organisation": AUTHORITY[1],
        "la_incident_aware_at": "2026-03-01T10:00:00Z",
    }
    await vigil.send(POLICE, json.dumps(sample_body()).encode())
    await vigil.send(POLICE, b'{"not": "a report"}')
    accepted = [
        await vigil.submit(HEALTH, sample_body(health)),
        await vigil.submit(AUTHORITY, sample_body(known_long_ago)),
    ]
    assert [answer.status_code for answer in accepted] == [202, 202], accepted[0].text
    assert (await vigil.submit(POLICE, {"not": "a report"})).status_code == 422

    async def all_opened() -> bool:
        return len(await vigil.cases()) == 3

    await eventually(all_opened, "a case for each accepted report")
    cases = [case for case in await vigil.cases() if case["open_candidates"]]
    survivor, loser = cases
    await vigil.command(survivor, "links", {"loser": loser["case_id"]})
    (survivor,) = [c for c in await vigil.cases() if c["case_id"] == survivor["case_id"]]
    await vigil.command(
        survivor, "decisions", decision_body(LIVERPOOL, "notifiable", serious_harm=SERIOUS)
    )

    async def panel_was_told() -> str | None:
        told = [m for m in mail.messages() if "panel" in str(m["To"]).lower()]
        return str(told[0]["X-Vigil-Notice"]) if told else None

    notice_id = await eventually(panel_was_told, "the Panel's notice sent")
    await vigil.confirm(str(UUID(str(notice_id))), "panel")
    await let_the_region_hear(vigil.clients["intake"], vigil.signed(AUTHORITY, "intake"))
    return [
        {name: str(answer.json()[name]) for name in answer.json() if name in LEDGER_NAMES}
        for answer in accepted
    ]


LEDGER_NAMES = ("organisation", "sender_report_id", "receipt_id", "content_sha256")


async def _at_rest(estate: Estate) -> bool:
    findings = {finding.id: finding for finding in await verify(estate, strict=True)}
    happened = findings["I09"].checked > 0 and findings["I29"].checked > 0
    return happened and all(finding.passed for finding in findings.values())
