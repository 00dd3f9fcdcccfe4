"""Runs a store's migrations as its owner, which the running service is not."""

import asyncio
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import URL, Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine

from shared.settings import MigrationSettings

REPOSITORY = Path(__file__).resolve().parents[2]


def migrate(service: str) -> None:
    """Brings the store of `service` to the newest version. Reads MigrationSettings."""
    config = Config()
    config.set_main_option("script_location", str(migrations_of(service)))
    command.upgrade(config, "head")


def migrations_of(service: str) -> Path:
    return REPOSITORY / "services" / service / "migrations"


def run() -> None:
    """What a service's `migrations/env.py` calls."""
    settings = MigrationSettings()
    url = URL.create(
        "postgresql+asyncpg",
        username=settings.database_user,
        password=settings.database_password.get_secret_value(),
        host=settings.database_host,
        port=settings.database_port,
        database=settings.database_name,
    )
    asyncio.run(_run(url))


async def _run(url: URL) -> None:
    engine = create_async_engine(url, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_upgrade)
        await connection.commit()
    await engine.dispose()


def _upgrade(connection: Connection) -> None:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
