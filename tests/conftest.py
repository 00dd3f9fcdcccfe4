"""A real Kafka and a real Postgres for the session, and migrated stores on demand."""

import asyncio
import itertools
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import structlog

from shared.messaging import erasure_tables, operation_tables, tables
from shared.messaging.clock import Clock
from shared.messaging.store import Store, open_pool
from shared.reference.shared_regions import use_regions_file
from shared.sealing.envelope import Keyring
from tests.support.containers import containers_are_chosen, image
from tests.support.local_stack import Infrastructure, provision, start_infrastructure
from tests.support.whole_stack import WholeStack, new_stack

REPOSITORY = Path(__file__).parents[1]
SYSTEMS = ("police-records", "health-incidents", "la-cases", "panel-desk")

OpenStore = Callable[..., Awaitable[Store]]
_numbers = itertools.count(1)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Where the tests' Kafka and Postgres came from, whatever of them was needed."""
    if containers_are_chosen():
        said = f"in containers: {image('kafka')}, {image('postgres')}"
    else:
        said = "from packages, without containers"
    terminalreporter.write_line(f"Kafka and Postgres {said}.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the whole stack comes last, so that it does not run beside everything else."""
    items.sort(key=lambda item: "stack" in getattr(item, "fixturenames", ()))


@pytest.fixture(autouse=True)
def nothing_stays_of_a_command_in_this_process() -> Iterator[None]:
    """It would go on writing to its own closed output, and share with its own stack's regions."""
    yield
    structlog.reset_defaults()
    use_regions_file(None)


@pytest.fixture(scope="session")
def infrastructure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Infrastructure]:
    """Kafka and Postgres with every role, topic and right, apart from any running stack."""
    started = start_infrastructure(tmp_path_factory.mktemp("infrastructure"))
    try:
        provision(started, SYSTEMS)
        yield started
    finally:
        started.stop()


@pytest.fixture(scope="session")
def migrated(infrastructure: Infrastructure) -> Callable[[str], str]:
    """Migrates a service's own database once, as its owner, to be copied from then on."""
    done: set[str] = set()

    def migrate(service: str) -> str:
        if service not in done:
            run_migration(infrastructure, service)
            done.add(service)
        return service

    return migrate


def run_migration(infrastructure: Infrastructure, service: str) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "VIGIL_DATABASE_PORT": str(infrastructure.postgres_port),
        "VIGIL_DATABASE_NAME": service,
        "VIGIL_DATABASE_USER": f"{service}_owner",
        "VIGIL_SECRETS_DIR": str(infrastructure.secrets / f"{service}_owner"),
    }
    code = f"from shared.messaging.migrating import migrate; migrate({service!r})"
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-2000:]


@pytest.fixture
async def open_store(
    infrastructure: Infrastructure, migrated: Callable[[str], str]
) -> AsyncIterator[OpenStore]:
    """`await open_store("intake")`: a store of the runtime role on a fresh, migrated database."""
    opened: list[Store] = []

    async def open_(service: str, *, clock: Clock | None = None, database: str = "") -> Store:
        template = migrated(service)
        name = database or await copy_database(infrastructure, template, service)
        store = await as_runtime_role(infrastructure, service, name, clock)
        opened.append(store)
        return store

    yield open_
    for store in opened:
        await asyncio.wait_for(store.pool.close(), 10)


async def copy_database(infrastructure: Infrastructure, template: str, service: str) -> str:
    name = f"{service}_{next(_numbers)}"
    connection = await superuser_connection(infrastructure, "postgres")
    try:
        await connection.execute(f"create database {name} template {template}")
        await connection.execute(f"revoke connect, temporary on database {name} from public")
        await connection.execute(f"grant connect on database {name} to {service}_app, chk_ro")
    finally:
        await connection.close()
    return name


@pytest.fixture
async def bare_store(infrastructure: Infrastructure) -> AsyncIterator[OpenStore]:
    """`await bare_store("reporting")`: a store with the messaging tables alone."""
    opened: list[Store] = []

    async def open_(service: str, *, clock: Clock | None = None) -> Store:
        name = f"bare_{service}_{next(_numbers)}"
        admin = await superuser_connection(infrastructure, "postgres")
        await admin.execute(f"create database {name} owner {service}_owner")
        await admin.execute(f"grant connect on database {name} to {service}_app")
        await admin.close()
        owner = await superuser_connection(infrastructure, name)
        await owner.execute(f"set role {service}_owner")
        erased = tables.single_statements(erasure_tables.TABLES)
        for statement in (
            *tables.statements(service),
            *operation_tables.statements(service),
            *erased,
            f"grant select on erased_case to {service}_app",
        ):
            await owner.execute(statement)
        await owner.close()
        store = await as_runtime_role(infrastructure, service, name, clock)
        opened.append(store)
        return store

    yield open_
    for store in opened:
        await asyncio.wait_for(store.pool.close(), 10)


async def as_runtime_role(
    infrastructure: Infrastructure, service: str, database: str, clock: Clock | None
) -> Store:
    pool = await open_pool(
        host=infrastructure.postgres_host,
        port=infrastructure.postgres_port,
        database=database,
        user=f"{service}_app",
        password=infrastructure.database_password(service),
    )
    return Store(pool, service, Keyring(b"k" * 32, kek_id="test"), clock)


async def superuser_connection(infrastructure: Infrastructure, database: str) -> Any:
    return await asyncpg.connect(
        host=infrastructure.postgres_host,
        port=infrastructure.postgres_port,
        database=database,
        user=infrastructure.superuser,
        password=infrastructure.superuser_password,
    )


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeStack]:
    """Started as by `make run DETACH=1`, samples published and decided, stopped at the end."""
    started = new_stack(tmp_path_factory.mktemp("stack") / "data")
    try:
        started.shown = started.start()
        yield started
    finally:
        started.stop()
        left = [process.cmdline() for process in started.processes()]
        assert left == [], "`make stop` leaves no process behind"
