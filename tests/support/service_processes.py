"""Services as processes of their own, on their own infrastructure, killed where a test says."""

import asyncio
import json
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from deploy.local.children import ROOT, Child, start_child
from deploy.local.secret_files import keep_secret, new_key
from shared.contracts.catalogue import REPORT_SUBMITTED
from shared.sealing.ingress import new_private_key
from tests.support.local_stack import Infrastructure, free_ports
from tests.support.systems import Systems
from tests.support.waiting import eventually


@dataclass
class Service:
    name: str
    port: int
    child: Child

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def ready(self, within: float = 60.0) -> "Service":
        async def answers() -> bool:
            assert self.child.running, f"{self.name} ended:\n{self.child.last_lines(30)}"
            return await self.is_ready()

        await eventually(answers, f"{self.name} is ready", within=within)
        return self

    async def is_ready(self) -> bool:
        return await _answers(f"{self.url}/health/readiness")

    async def killed(self, within: float = 30.0) -> None:
        """Waits until it has killed itself where it was told to."""

        async def dead() -> bool:
            return self.child.process.poll() is not None

        await eventually(dead, f"{self.name} was killed", within=within)
        assert self.child.process.returncode == -signal.SIGKILL, self.child.last_lines(20)


async def _answers(url: str) -> bool:
    try:
        async with httpx.AsyncClient() as client:
            return (await client.get(url, timeout=2)).status_code == 200
    except httpx.HTTPError:
        return False


class ServiceProcesses:
    """Starts services of one infrastructure; `stop_all` ends every one of them by its id."""

    def __init__(self, infrastructure: Infrastructure, directory: Path) -> None:
        self.infrastructure = infrastructure
        self.directory = directory
        self.systems = Systems(directory)
        self.started: list[Service] = []
        self.smtp_port = 1
        self.tree_of: dict[str, Path] = {}
        """Services that run from another tree than this one, such as a version before it."""
        secrets = infrastructure.secrets
        for service in ("intake", "rapid_review_timer", "panel_notification", "reporting"):
            keep_secret(secrets / service / "vigil_key_encryption_key", new_key)
            keep_secret(secrets / service / "vigil_page_key", new_key)
        keep_secret(secrets / "reporting" / "vigil_region_key", new_key)
        keep_secret(secrets / "intake" / "vigil_blind_index_key", new_key)
        keep_secret(
            secrets / "intake" / "vigil_ingress_private_key",
            lambda: json.dumps(new_private_key("ingress")),
        )

    def start(self, service: str, *, crash: str = "", when: Path | None = None) -> Service:
        """With `crash` it kills itself there, once the file `when` exists if one is named."""
        (port,) = free_ports(1)
        environment = {
            **self.environment_of(service, port),
            **({"VIGIL_CRASH": crash} if crash else {}),
            **({"VIGIL_CRASH_WHEN": str(when)} if when else {}),
        }
        child = start_child(
            service,
            [sys.executable, "-m", f"services.{service}", "serve"],
            self.directory / "logs" / f"{service}.{uuid4().hex[:6]}.log",
            environment=environment,
            within=self.tree_of.get(service, ROOT),
        )
        started = Service(service, port, child)
        self.started.append(started)
        return started

    def environment_of(self, service: str, port: int = 1) -> dict[str, str]:
        """What a process of the service is told, whether it serves or does an operator's work."""
        state = self.directory / "state" / service
        state.mkdir(parents=True, exist_ok=True)
        return {
            "VIGIL_HTTP_PORT": str(port),
            "VIGIL_DATABASE_PORT": str(self.infrastructure.postgres_port),
            "VIGIL_DATABASE_NAME": service,
            "VIGIL_DATABASE_USER": f"{service}_app",
            "VIGIL_KAFKA_BOOTSTRAP": self.infrastructure.kafka_bootstrap,
            "VIGIL_KAFKA_USERNAME": service,
            "VIGIL_SYSTEMS_FILE": str(self.systems.file),
            "VIGIL_STATE_DIR": str(state),
            "VIGIL_SECRETS_DIR": str(self.infrastructure.secrets / service),
            "VIGIL_SMTP_HOST": "127.0.0.1",
            "VIGIL_SMTP_PORT": str(self.smtp_port),
        }

    def stop_all(self) -> None:
        for service in self.started:
            service.child.stop()

    async def fetch(self, service: str, sql: str, *arguments: object) -> list[dict[str, Any]]:
        """Rows of a service's store, read as its runtime role."""
        connection = await asyncpg.connect(
            host=self.infrastructure.postgres_host,
            port=self.infrastructure.postgres_port,
            database=service,
            user=f"{service}_app",
            password=self.infrastructure.database_password(service),
        )
        try:
            return [dict(row) for row in await connection.fetch(sql, *arguments)]
        finally:
            await connection.close()

    async def submit(self, intake: Service, data: dict[str, Any], sender_id: UUID) -> int | None:
        """The status, or None when the connection broke: the client then owns the report still."""
        event = {
            "specversion": "1.0",
            "id": str(sender_id),
            "source": "/org/police-merseyside/police-records",
            "type": REPORT_SUBMITTED,
            "data": data,
        }
        headers = self.systems.bearer("police-records", "police-merseyside", "intake") | {
            "Content-Type": "application/cloudevents+json"
        }
        try:
            async with httpx.AsyncClient() as client:
                answer = await client.post(
                    f"{intake.url}/v1/reports", json=event, headers=headers, timeout=10
                )
        except httpx.HTTPError:
            return None
        return answer.status_code

    async def submit_until_accepted(
        self, intake: Service, data: dict[str, Any], sender_id: UUID
    ) -> None:
        async def accepted() -> bool:
            return await self.submit(intake, data, sender_id) == 202

        await eventually(accepted, "the report accepted")
        await asyncio.sleep(0)
