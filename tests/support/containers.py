"""The tests' Kafka and Postgres in containers, with the rights and settings of those without.

`VIGIL_TEST_INFRASTRUCTURE=containers` chooses them (`make test-containers`). Tests that kill or
freeze a server start their own one without containers, whatever is chosen.
"""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import yaml  # type: ignore[import-untyped]
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from deploy.compose.broker import BROKER_USER, between_brokers
from deploy.local.kafka_settings import (
    ADMIN,
    access,
    controller_listener,
    copies,
    properties,
    retention,
)
from deploy.local.layout import LOOPBACK
from deploy.local.postgres_settings import CLUSTER_OPTIONS, SETTINGS, SUPERUSER
from deploy.local.provision_kafka import administrator, provision_kafka
from deploy.local.secret_files import keep_secret, new_password, write_private

CHOSEN = "VIGIL_TEST_INFRASTRUCTURE"
REPOSITORY = Path(__file__).parents[2]
KAFKA_SETTINGS = "/mnt/shared/config/server.properties"
START_SECONDS, STOP_SECONDS = 120, 20
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def containers_are_chosen() -> bool:
    return os.environ.get(CHOSEN) == "containers"


def image(name: str) -> str:
    """As docker-compose.yml has it: `kafka` or `postgres`."""
    declared = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())[f"x-{name}"]
    default = str(declared["image"]).partition(":-")[2].rstrip("}")
    return os.environ.get(f"VIGIL_{name.upper()}_IMAGE") or default


@dataclass
class Contained:
    """A server in a container, as far as tests look at a server's process."""

    name: str
    container: DockerContainer
    directory: Path
    stopped: bool = False

    @property
    def pid(self) -> int:
        """On the host, where it can be seen."""
        inside = self.container.get_wrapped_container()
        inside.reload()
        return int(inside.attrs["State"]["Pid"])

    @property
    def running(self) -> bool:
        return not self.stopped and self.container.status == "running"

    @property
    def log(self) -> Path:
        """What it has written until now."""
        path = self.directory / f"{self.name}.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(self.container.get_logs()))
        return path

    def last_lines(self, count: int = 15) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])

    def ask_to_stop(self) -> None:
        """It is asked when it is stopped."""

    def stop(self, *, asked: bool = False) -> None:
        if not self.stopped:
            self.stopped = True
            self.container.get_wrapped_container().stop(timeout=STOP_SECONDS)
            self.container.stop()


def start_postgres_container(directory: Path, secrets: Path, port: int, durable: bool) -> Contained:
    settings = {**SETTINGS, **({} if durable else _NOT_DURABLE)}
    password = keep_secret(secrets / "vigil_postgres_password", new_password)
    container = _on_loopback({5432: port}, image("postgres"), "ready to accept connections")
    container.with_env("POSTGRES_PASSWORD", password)
    container.with_env("POSTGRES_USER", SUPERUSER)
    container.with_env("POSTGRES_INITDB_ARGS", " ".join(CLUSTER_OPTIONS))
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    container.with_command(["postgres", *options])
    return Contained("postgres", container.start(), directory / "logs")


def start_kafka_container(
    directory: Path, secrets: Path, *, port: int, controller_port: int, broker_port: int
) -> Contained:
    admin = keep_secret(secrets / "vigil_kafka_admin_password", new_password)
    controller = keep_secret(secrets / "vigil_kafka_controller_password", new_password)
    broker = keep_secret(secrets / "vigil_kafka_broker_password", new_password)
    ports = {"CLIENT": port, "BROKER": broker_port, "CONTROLLER": controller_port}
    settings = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{LOOPBACK}:{controller_port}",
        "log.dirs": "/var/lib/kafka/data/records",
        "listeners": ",".join(f"{name}://:{number}" for name, number in ports.items()),
        "advertised.listeners": f"CLIENT://{LOOPBACK}:{port},BROKER://{LOOPBACK}:{broker_port}",
        "listener.security.protocol.map": ",".join(f"{name}:SASL_PLAINTEXT" for name in ports),
        **between_brokers(admin, broker),
        **controller_listener(controller),
        **access(BROKER_USER),
        **copies(brokers=1),
        **retention(),
    }
    file = directory / "kafka" / "server.properties"
    write_private(file, properties(settings))
    file.chmod(0o644)  # its user in the container is none of the host's
    published = {number: number for number in ports.values()}
    container = _on_loopback(published, image("kafka"), "Kafka Server started")
    container.with_env("KAFKA_HEAP_OPTS", "-Xms128m -Xmx384m")
    container.with_volume_mapping(str(file), KAFKA_SETTINGS)
    return Contained("kafka", container.start(), directory / "logs")


def make_administrator(broker_port: int, secrets: Path) -> None:
    """So that the administrator can sign in as everybody else does. Raises StackFailure."""
    password = (secrets / "vigil_kafka_admin_password").read_text().strip()
    inside = administrator(f"{LOOPBACK}:{broker_port}", password, "PLAIN")
    provision_kafka(inside, {ADMIN: password}, [], [])


def await_postgres(port: int, password: str, server: Contained) -> None:
    """Its image starts the server once before, to make the cluster, out of reach from outside."""

    async def answers() -> None:
        async with asyncio.timeout(START_SECONDS):
            while True:
                try:
                    connection = await asyncpg.connect(
                        host=LOOPBACK, port=port, user=SUPERUSER, password=password
                    )
                    await connection.close()
                    return
                except (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError):
                    assert server.running, server.last_lines()
                    await asyncio.sleep(0.2)

    asyncio.run(answers())


def _on_loopback(ports: Mapping[int, int], name: str, says: str) -> DockerContainer:
    """A container that has started once its log `says` so."""
    container = DockerContainer(name)
    for inside, outside in ports.items():
        bound: Any = (LOOPBACK, outside)
        container.ports[str(inside)] = bound
    return container.waiting_for(LogMessageWaitStrategy(says).with_startup_timeout(START_SECONDS))
