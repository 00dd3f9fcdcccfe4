"""Four stores, emptied for each test, at a set instant."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.catalogue import SERVICES
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from tests.conftest import as_runtime_role, copy_database, superuser_connection
from tests.support.local_stack import Infrastructure
from tests.two_owners.estate import Estate, new_estate

TUESDAY = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
CLOCK = SetClock(TUESDAY)

_EMPTY = """
do $$ declare written text; begin
    set local session_replication_role = replica;
    for written in select relname from pg_class
        where relkind = 'r' and relnamespace = 'public'::regnamespace
          and relname <> 'alembic_version'
    loop execute format('delete from %I', written); end loop;
end $$
"""


class Stores:
    """One migrated database for each service, used by one test after another."""

    def __init__(self) -> None:
        self.stores: dict[str, Store] = {}
        self.owners: dict[str, Any] = {}

    async def open(
        self, infrastructure: Infrastructure, migrated: Callable[[str], str], service: str
    ) -> None:
        name = await copy_database(infrastructure, migrated(service), service)
        self.stores[service] = await as_runtime_role(infrastructure, service, name, CLOCK)
        self.owners[service] = await superuser_connection(infrastructure, name)

    async def empty(self) -> None:
        for owner in self.owners.values():
            await owner.execute(_EMPTY)

    async def close(self) -> None:
        for service, owner in self.owners.items():
            await owner.close()
            await self.stores[service].pool.close()


@pytest.fixture(scope="package")
async def stores(
    infrastructure: Infrastructure, migrated: Callable[[str], str]
) -> AsyncIterator[Stores]:
    opened = Stores()
    for service in SERVICES:
        await opened.open(infrastructure, migrated, service)
    yield opened
    await opened.close()


@pytest.fixture
async def estate(stores: Stores, tmp_path: Path) -> AsyncIterator[Estate]:
    CLOCK.instant = TUESDAY
    made = new_estate(stores.stores, CLOCK, tmp_path)
    yield made
    await made.intake.aclose()
    await made.panel.aclose()
    await made.timer.aclose()
    await stores.empty()
