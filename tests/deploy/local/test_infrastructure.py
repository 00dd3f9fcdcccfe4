from pathlib import Path

import asyncpg
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, TopicAuthorizationFailedError

from deploy.local.kafka_settings import ADMIN
from deploy.local.layout import LOOPBACK
from deploy.local.provision_kafka import administrator
from shared.messaging.security import KafkaAccess
from tests.support.local_stack import Infrastructure, provision

SYSTEMS = ("police-records", "health-incidents", "la-cases", "panel-desk")


def as_user(infrastructure: Infrastructure, user: str, password: str = "") -> KafkaAccess:
    password = password or infrastructure.kafka_password(user)
    return KafkaAccess(infrastructure.kafka_bootstrap, user, password)


async def database(infrastructure: Infrastructure, user: str, password: str, name: str) -> object:
    connection = await asyncpg.connect(
        host=LOOPBACK,
        port=infrastructure.postgres_port,
        user=user,
        password=password,
        database=name,
    )
    try:
        return await connection.fetchval("select current_user")
    finally:
        await connection.close()


def test_both_listen_on_loopback_only(infrastructure: Infrastructure) -> None:
    for child, port in (
        (infrastructure.kafka, infrastructure.kafka_port),
        (infrastructure.postgres, infrastructure.postgres_port),
    ):
        addresses = {
            connection.laddr.ip
            for connection in psutil.net_connections("inet")
            # Whose it is cannot always be seen: root in a container may not look at nobody's.
            if connection.pid == child.pid or connection.laddr.port == port
            if connection.status == psutil.CONN_LISTEN
        }
        assert addresses
        assert addresses <= {LOOPBACK, f"::ffff:{LOOPBACK}"}


@pytest.mark.parametrize("user", ["intake", ADMIN, "nobody"])
async def test_a_wrong_password_does_not_open_kafka(
    infrastructure: Infrastructure, user: str
) -> None:
    producer = as_user(infrastructure, user, "wrong").new_producer()
    with pytest.raises(KafkaConnectionError):
        await producer.start()
    await producer.stop()


@pytest.mark.parametrize("listener", ["clients", "controller"])
async def test_nobody_reaches_kafka_without_signing_in(
    infrastructure: Infrastructure, listener: str
) -> None:
    address = infrastructure.kafka_bootstrap
    if listener == "controller":
        settings = (infrastructure.directory / "kafka" / "server.properties").read_text()
        address = settings.partition("controller.quorum.voters=1@")[2].partition("\n")[0]
    producer = AIOKafkaProducer(bootstrap_servers=address, request_timeout_ms=2000)
    with pytest.raises(KafkaConnectionError):
        await producer.start()
    await producer.stop()


async def test_a_sending_system_writes_its_own_topic_and_no_other(
    infrastructure: Infrastructure,
) -> None:
    producer = as_user(infrastructure, "police-records").new_producer()
    await producer.start()
    try:
        await producer.send_and_wait("ingress.police-records", b"x")
        for topic in ("ingress.la-cases", "incident.decided", "replies.police-records"):
            with pytest.raises(TopicAuthorizationFailedError):
                await producer.send_and_wait(topic, b"x")
    finally:
        await producer.stop()


async def test_a_service_does_not_read_what_is_encrypted_for_another(
    infrastructure: Infrastructure,
) -> None:
    access = as_user(infrastructure, "reporting")
    consumer = AIOKafkaConsumer("ingress.la-cases", group_id="reporting.x", **access.aiokafka())
    try:
        with pytest.raises(TopicAuthorizationFailedError):
            await consumer.start()
    finally:
        await consumer.stop()


async def test_a_topic_that_nobody_made_does_not_come_into_being(
    infrastructure: Infrastructure,
) -> None:
    password = infrastructure.kafka_admin_password
    consumer = AIOKafkaConsumer(**as_user(infrastructure, ADMIN, password).aiokafka())
    await consumer.start()
    try:
        assert consumer.partitions_for_topic("no.such.topic") is None
        consumer.subscribe(["no.such.topic"])
        await consumer.getmany(timeout_ms=200)
    finally:
        await consumer.stop()
    admin = administrator(infrastructure.kafka_bootstrap, password)
    assert "no.such.topic" not in admin.list_topics(timeout=10).topics


@pytest.mark.parametrize(
    ("role", "name"),
    [("intake_app", "reporting"), ("intake_owner", "reporting"), ("intake_app", "postgres")],
)
async def test_a_role_cannot_connect_to_a_database_that_is_not_its_own(
    infrastructure: Infrastructure, role: str, name: str
) -> None:
    process = role.removesuffix("_app")
    password = infrastructure.database_password(process)
    assert await database(infrastructure, role, password, "intake") == role
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database(infrastructure, role, password, name)


async def test_a_wrong_password_does_not_open_postgres(infrastructure: Infrastructure) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await database(infrastructure, "postgres", "wrong", "postgres")


async def test_postgres_keeps_checksums_and_writes_no_values_into_its_log(
    infrastructure: Infrastructure,
) -> None:
    connection = await asyncpg.connect(
        host=LOOPBACK,
        port=infrastructure.postgres_port,
        user="postgres",
        password=infrastructure.superuser_password,
        database="postgres",
    )
    try:
        assert await connection.fetchval("show data_checksums") == "on"
        await connection.execute("create temporary table child (name text primary key)")
        for _ in range(2):
            try:
                await connection.execute("insert into child values ($1)", "Sample Child One")
            except asyncpg.UniqueViolationError:
                break
    finally:
        await connection.close()
    log = infrastructure.postgres.log.read_text()
    assert "duplicate key" in log
    assert "Sample Child One" not in log


def test_provisioning_again_changes_nothing(infrastructure: Infrastructure) -> None:
    before = {path: path.read_bytes() for path in secret_files(infrastructure.secrets)}
    provision(infrastructure, SYSTEMS)
    after = {path: path.read_bytes() for path in secret_files(infrastructure.secrets)}
    assert after == before


def secret_files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.is_file())
