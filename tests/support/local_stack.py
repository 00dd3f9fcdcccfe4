"""A real Kafka and a real Postgres for one test session, on free ports, in a directory of its own.

In containers where those are chosen (see `tests/support/containers.py`), else without.
Nothing of a running stack is touched. The servers end with the process that started them, also
when it is killed.
"""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from deploy.local.children import Child, port_is_open, wait_until_ready
from deploy.local.kafka import admin_password, start_kafka
from deploy.local.kafka_settings import ADMIN
from deploy.local.layout import LOOPBACK, SERVICES
from deploy.local.postgres import start_postgres, superuser_password
from deploy.local.postgres_settings import SUPERUSER
from deploy.local.provision_kafka import administrator, provision_kafka
from deploy.local.provision_postgres import DATABASE_PASSWORD, provision_postgres
from deploy.local.secret_files import keep_secret, new_password, private_directory
from shared.contracts.catalogue import CHECKER, acls, topics
from shared.contracts.region_topics import region_acls, region_topics, subscriber_of
from shared.reference.shared_regions import shared_regions
from tests.support.containers import (
    Contained,
    await_postgres,
    containers_are_chosen,
    make_administrator,
    start_kafka_container,
    start_postgres_container,
)


@dataclass
class Infrastructure:
    directory: Path
    postgres_port: int
    kafka_port: int
    superuser_password: str
    kafka_admin_password: str
    postgres: Child | Contained
    kafka: Child | Contained
    postgres_host: str = LOOPBACK
    superuser: str = SUPERUSER
    kafka_admin: str = ADMIN

    @property
    def kafka_bootstrap(self) -> str:
        return f"{LOOPBACK}:{self.kafka_port}"

    @property
    def secrets(self) -> Path:
        """Secret files per process: `<secrets>/<service>/vigil_database_password` and so on."""
        return self.directory / "secrets"

    def database_password(self, process: str) -> str:
        """Of a service's runtime role (`intake`) or of its owner (`intake_owner`)."""
        return (self.secrets / process / DATABASE_PASSWORD).read_text()

    def kafka_password(self, user: str) -> str:
        return (self.secrets / user / "vigil_kafka_password").read_text()

    def stop(self) -> None:
        for each in (self.kafka, self.postgres):
            each.ask_to_stop()
        for each in (self.kafka, self.postgres):
            each.stop(asked=True)


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for probe in sockets:
            probe.bind((LOOPBACK, 0))
        return [probe.getsockname()[1] for probe in sockets]
    finally:
        for probe in sockets:
            probe.close()


def start_infrastructure(directory: Path, *, durable: bool = False) -> Infrastructure:
    """Starts both and returns when both answer. Raises StackFailure with the reason otherwise.

    `durable`: Postgres writes to disk before it says so, as outside tests.

    Call it from the main thread: on Linux the servers end when the thread that started them does.
    """
    if containers_are_chosen():
        return _start_in_containers(directory, durable)
    private_directory(directory)
    secrets = private_directory(directory / "secrets" / "infrastructure")
    postgres_port, kafka_port, controller_port = free_ports(3)
    kafka = start_kafka(
        directory / "kafka",
        secrets,
        directory / "logs" / "kafka.log",
        port=kafka_port,
        controller_port=controller_port,
    )
    postgres = start_postgres(
        directory / "postgres",
        secrets,
        directory / "logs" / "postgres.log",
        port=postgres_port,
        durable=durable,
    )
    wait_until_ready([(kafka, lambda: port_is_open(kafka_port))])
    return Infrastructure(
        directory=directory,
        postgres_port=postgres_port,
        kafka_port=kafka_port,
        superuser_password=superuser_password(secrets),
        kafka_admin_password=admin_password(secrets),
        postgres=postgres,
        kafka=kafka,
    )


def _start_in_containers(directory: Path, durable: bool) -> Infrastructure:
    private_directory(directory)
    secrets = private_directory(directory / "secrets" / "infrastructure")
    postgres_port, kafka_port, controller_port, broker_port = free_ports(4)
    kafka = start_kafka_container(
        directory,
        secrets,
        port=kafka_port,
        controller_port=controller_port,
        broker_port=broker_port,
    )
    postgres = start_postgres_container(directory, secrets, postgres_port, durable)
    started = Infrastructure(
        directory=directory,
        postgres_port=postgres_port,
        kafka_port=kafka_port,
        superuser_password=superuser_password(secrets),
        kafka_admin_password=admin_password(secrets),
        postgres=postgres,
        kafka=kafka,
    )
    try:
        await_postgres(postgres_port, started.superuser_password, postgres)
        make_administrator(broker_port, secrets)
    except BaseException:
        started.stop()
        raise
    return started


def provision(infrastructure: Infrastructure, systems: Iterable[str] = ()) -> None:
    """Databases, roles, Kafka users, topics and rights for the four services and these systems."""
    systems = list(systems)
    regions = [row.region for row in shared_regions()]
    provision_postgres(
        infrastructure.postgres_port,
        infrastructure.superuser_password,
        SERVICES,
        infrastructure.secrets,
    )
    provision_kafka(
        administrator(infrastructure.kafka_bootstrap, infrastructure.kafka_admin_password),
        {
            user: keep_secret(infrastructure.secrets / user / "vigil_kafka_password", new_password)
            for user in (*SERVICES, CHECKER, *systems, *map(subscriber_of, regions))
        },
        topics(systems) + region_topics(regions),
        acls(systems) + region_acls(regions),
    )
