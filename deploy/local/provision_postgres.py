"""One database per service, with an owner for its migrations and a role for its daily work.

A service's runtime role can connect to its own database and to no other; what it may do there is
granted by the migrations. Repeating it changes nothing but a password that was replaced.
"""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import asyncpg

from deploy.local.layout import LOOPBACK
from deploy.local.postgres_settings import SUPERUSER
from deploy.local.secret_files import keep_secret, new_password
from shared.messaging.check_views import CHECKER

DATABASE_PASSWORD = "vigil_database_password"  # noqa: S105 (the name of a file)


def owner_of(service: str) -> str:
    return f"{service}_owner"


def runtime_role_of(service: str) -> str:
    return f"{service}_app"


def provision_postgres(
    port: int,
    superuser_password: str,
    services: Iterable[str],
    secrets: Path,
    *,
    host: str = LOOPBACK,
) -> None:
    """Makes roles and databases. Passwords are kept in `<secrets>/<service>` (runtime role),
    `<secrets>/<service>_owner` and, for the checker's role, `<secrets>/chk_ro`."""
    asyncio.run(_provision(host, port, superuser_password, list(services), secrets))


def keep_database_passwords(services: Iterable[str], secrets: Path) -> None:
    """Makes those that are missing, without a server."""
    for process in (CHECKER, *(name for each in services for name in (each, owner_of(each)))):
        keep_secret(secrets / process / DATABASE_PASSWORD, new_password)


async def _provision(
    host: str, port: int, password: str, services: list[str], secrets: Path
) -> None:
    server = await asyncpg.connect(
        host=host, port=port, user=SUPERUSER, password=password, database="postgres"
    )
    try:
        await server.execute("revoke connect, temporary on database postgres from public")
        await _make_checker(server, secrets)
        for service in services:
            await _make_database(server, service, secrets)
    finally:
        await server.close()


async def _make_database(
    server: "asyncpg.Connection[asyncpg.Record]", service: str, secrets: Path
) -> None:
    """Names come from the project, passwords are hexadecimal: neither needs quoting."""
    owner, runtime = owner_of(service), runtime_role_of(service)
    for role, process in ((owner, owner), (runtime, service)):
        password = keep_secret(secrets / process / DATABASE_PASSWORD, new_password)
        if not await server.fetchval("select true from pg_roles where rolname = $1", role):
            await server.execute(f"create role {role} login")
        await server.execute(
            f"alter role {role} login nosuperuser nocreatedb nocreaterole password '{password}'"
        )
    if not await server.fetchval("select true from pg_database where datname = $1", service):
        await server.execute(f"create database {service} owner {owner} template template0")
    await server.execute(f"revoke connect, temporary on database {service} from public")
    await server.execute(f"grant connect on database {service} to {runtime}, {CHECKER}")


async def _make_checker(server: "asyncpg.Connection[asyncpg.Record]", secrets: Path) -> None:
    """May connect to every store; what it may read there are views that migrations grant."""
    password = keep_secret(secrets / CHECKER / DATABASE_PASSWORD, new_password)
    if not await server.fetchval("select true from pg_roles where rolname = $1", CHECKER):
        await server.execute(f"create role {CHECKER} login")
    await server.execute(
        f"alter role {CHECKER} login nosuperuser nocreatedb nocreaterole password '{password}'"
    )
    await server.execute(f"alter role {CHECKER} set default_transaction_read_only = on")
