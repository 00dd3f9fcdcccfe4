"""One filled Vigil for all; what a test breaks is a copy of a store, or a topic mended after."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.operate.estate import Estate
from tests.conftest import copy_database, superuser_connection
from tests.deploy.operate.world import World, fill
from tests.support.local_stack import Infrastructure
from tests.support.own_infrastructure import own_infrastructure_in

Break = Callable[..., Awaitable[Estate]]


@pytest.fixture(scope="package")
def own_infrastructure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Infrastructure]:
    """Apart from that of other tests, which write to topics whatever they like."""
    with own_infrastructure_in(tmp_path_factory.mktemp("operate")) as started:
        yield started


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def world(
    own_infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory
) -> World:
    directory: Path = tmp_path_factory.mktemp("world")
    return await fill(own_infrastructure, directory)


@pytest.fixture
async def broken(world: World) -> AsyncIterator[Break]:
    """`await broken("intake", "update …")`: the Vigil with a copy of that store, which somebody
    changed behind everybody's back, as a superuser whom no constraint stops."""
    made: list[str] = []

    async def break_(service: str, *statements: str) -> Estate:
        name = await copy_database(world.infrastructure, service, service)
        made.append(name)
        connection = await superuser_connection(world.infrastructure, name)
        try:
            await connection.execute("set session_replication_role = replica")
            for statement in statements:
                done = await connection.execute(statement)
                assert not done.endswith(" 0"), f"nothing was broken by: {statement}"
        finally:
            await connection.close()
        return world.with_store(service, name)

    yield break_
    connection = await superuser_connection(world.infrastructure, "postgres")
    for name in made:
        await connection.execute(f"drop database {name}")
    await connection.close()
