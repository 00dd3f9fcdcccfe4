"""A whole Vigil of its own as killable parts: durable stores, a broker, the four services.

Every part keeps its ports, so that whoever speaks to it finds it again after a restart. They lie
below those that the system gives to clients: nobody takes one while its owner is down.
"""

import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import httpx

from deploy.local.children import Child, port_is_open, start_child, wait_until_ready
from deploy.local.kafka import admin_password, start_kafka
from deploy.local.layout import LOOPBACK, SERVICES
from deploy.local.postgres import start_postgres, superuser_password
from deploy.local.secret_files import keep_secret, new_key, private_directory
from shared.sealing.ingress import new_private_key
from tests.conftest import SYSTEMS, run_migration
from tests.support.local_stack import Infrastructure, provision
from tests.support.systems import Systems

LOWEST_PORT, HIGHEST_PORT = 10_000, 20_000
READY_SECONDS = 90.0
T = TypeVar("T")


def steady_ports(count: int) -> list[int]:
    """Free ports that no outgoing connection is ever given."""
    chosen: list[int] = []
    source = random.SystemRandom()
    while len(chosen) < count:
        port = source.randrange(LOWEST_PORT, HIGHEST_PORT)
        with socket.socket() as probe:
            if port not in chosen and probe.connect_ex((LOOPBACK, port)) != 0:
                chosen.append(port)
    return chosen


@dataclass
class World:
    """`wanted`: the services that should run now; whatever ends by itself is started again."""

    directory: Path
    smtp_port: int
    through: dict[str, int] = field(default_factory=dict)
    """Ports by which services come to `postgres` or `kafka` where something stands between."""
    services: dict[str, Child] = field(default_factory=dict)
    wanted: set[str] = field(default_factory=set)
    ended_unasked: list[str] = field(default_factory=list)
    starter: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    """One thread starts every child: on Linux they end when it does."""

    def __post_init__(self) -> None:
        names = (*SERVICES, "postgres", "kafka", "controller")
        self.ports = dict(zip(names, steady_ports(len(names)), strict=True))
        private_directory(self.directory)
        self.systems = Systems(self.directory)
        self.private_key = new_private_key("ingress")

    async def do(self, step: Callable[[], T]) -> T:
        """Runs what blocks in the thread that starts children."""
        return await asyncio.get_running_loop().run_in_executor(self.starter, step)

    @property
    def _infrastructure_secrets(self) -> Path:
        return private_directory(self.directory / "secrets" / "infrastructure")

    async def open(self) -> None:
        """Kafka and Postgres with every role, topic and right; stores migrated; nothing served."""
        kafka = await self.do(self._kafka)
        await self._kafka_listens(kafka)
        postgres = await self.do(self._postgres)
        self.infrastructure = Infrastructure(
            directory=self.directory,
            postgres_port=self.ports["postgres"],
            kafka_port=self.ports["kafka"],
            superuser_password=superuser_password(self._infrastructure_secrets),
            kafka_admin_password=admin_password(self._infrastructure_secrets),
            postgres=postgres,
            kafka=kafka,
        )
        await self.do(lambda: provision(self.infrastructure, SYSTEMS))
        for service in SERVICES:
            await self.do(partial(run_migration, self.infrastructure, service))
            secrets = self.infrastructure.secrets / service
            keep_secret(secrets / "vigil_key_encryption_key", new_key)
            keep_secret(secrets / "vigil_page_key", new_key)
            keep_secret(secrets / "vigil_region_key", new_key)
        intake = self.infrastructure.secrets / "intake"
        keep_secret(intake / "vigil_blind_index_key", new_key)
        keep_secret(intake / "vigil_ingress_private_key", lambda: json.dumps(self.private_key))

    def _kafka(self) -> Child:
        return start_kafka(
            self.directory / "kafka",
            self._infrastructure_secrets,
            self.directory / "logs" / "kafka.log",
            port=self.ports["kafka"],
            controller_port=self.ports["controller"],
            advertised_port=self.through.get("kafka"),
        )

    def _postgres(self) -> Child:
        return start_postgres(
            self.directory / "postgres",
            self._infrastructure_secrets,
            self.directory / "logs" / "postgres.log",
            port=self.ports["postgres"],
        )

    async def restart_kafka(self) -> None:
        """After it was killed. Returns when it accepts connections."""
        self.infrastructure.kafka = await self.do(self._kafka)
        await self._kafka_listens(self.infrastructure.kafka)

    async def _kafka_listens(self, kafka: Child) -> None:
        """Waits where no start of another part has to wait too."""
        port = self.ports["kafka"]
        await asyncio.to_thread(wait_until_ready, [(kafka, lambda: port_is_open(port))], 240.0)

    async def restart_postgres(self) -> None:
        self.infrastructure.postgres = await self.do(self._postgres)

    def url(self, service: str) -> str:
        return f"http://{LOOPBACK}:{self.ports[service]}"

    async def start_service(self, service: str, *, crash: str = "") -> None:
        """One that is to crash is not started again by itself."""
        self.services[service] = await self.do(lambda: self._service(service, crash))
        if not crash:
            self.wanted.add(service)

    def _service(self, service: str, crash: str) -> Child:
        state = private_directory(self.directory / "state" / service)
        environment = {
            "VIGIL_HTTP_PORT": str(self.ports[service]),
            "VIGIL_DATABASE_PORT": str(self.through.get("postgres", self.ports["postgres"])),
            "VIGIL_DATABASE_NAME": service,
            "VIGIL_DATABASE_USER": f"{service}_app",
            "VIGIL_KAFKA_BOOTSTRAP": self.infrastructure.kafka_bootstrap,
            "VIGIL_KAFKA_USERNAME": service,
            "VIGIL_SYSTEMS_FILE": str(self.systems.file),
            "VIGIL_STATE_DIR": str(state),
            "VIGIL_SECRETS_DIR": str(self.infrastructure.secrets / service),
            "VIGIL_SMTP_HOST": LOOPBACK,
            "VIGIL_SMTP_PORT": str(self.smtp_port),
            **({"VIGIL_CRASH": crash} if crash else {}),
        }
        command = [sys.executable, "-m", f"services.{service}", "serve"]
        log = self.directory / "logs" / f"{service}.log"
        return start_child(service, command, log, environment=environment)

    async def supervise(self) -> None:
        """Starts again what ended although it should run, as an init system does. Until cancelled.

        A fault takes its service off `wanted` while it has it in hand.
        """
        while True:
            for service in sorted(self.wanted):
                child = self.services.get(service)
                if child is not None and not child.running:
                    self.ended_unasked.append(f"{service} ({child.process.returncode})")
                    await self.start_service(service)
            await asyncio.sleep(0.5)

    async def ready(self, within: float = READY_SECONDS) -> None:
        """Every service says that it does its work."""
        async with asyncio.timeout(within), httpx.AsyncClient(trust_env=False) as client:
            for service in SERVICES:
                await _until_answered(client, f"{self.url(service)}/health/readiness")

    async def gone(self, child: Child, within: float) -> bool:
        """Whether a process has ended, waiting for it at most so many seconds."""
        return not await asyncio.to_thread(child.pause, within)

    async def connect(self, database: str, *, answer_seconds: float = 20) -> Any:
        """As super user. Raises what asyncpg raises while Postgres is away."""
        return await asyncpg.connect(
            host=LOOPBACK,
            port=self.ports["postgres"],
            database=database,
            user=self.infrastructure.superuser,
            password=self.infrastructure.superuser_password,
            timeout=5,
            command_timeout=answer_seconds,
        )

    def close(self) -> None:
        """Ends every process that was started, by its id, also one that was stopped in its tracks.

        Killed, because nothing of this world is used again.
        """
        self.wanted.clear()
        children = list(self.services.values())
        if hasattr(self, "infrastructure"):
            children += [self.infrastructure.kafka, self.infrastructure.postgres]
        for child in children:
            if child.running:
                os.kill(child.pid, signal.SIGCONT)
                child.ask_to_stop()
        for child in children:
            child.stop(asked=True)
        self.starter.shutdown()


async def _until_answered(client: httpx.AsyncClient, url: str) -> None:
    while True:
        with contextlib.suppress(httpx.HTTPError):
            if (await client.get(url, timeout=2)).status_code == 200:
                return
        await asyncio.sleep(0.2)
