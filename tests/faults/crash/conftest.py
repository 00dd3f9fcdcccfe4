"""One infrastructure, four processes and everybody they work for, for all tests here."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.faults.crash.four_services import FourServices
from tests.faults.crash.work import Work
from tests.services.panel_notification.mail_server import running_mail_server
from tests.support.local_stack import Infrastructure
from tests.support.own_infrastructure import own_infrastructure_in
from tests.support.service_processes import ServiceProcesses

SEED = 20261122


@dataclass
class World:
    four: FourServices
    work: Work


@pytest.fixture(scope="package")
def own_infrastructure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Infrastructure]:
    with own_infrastructure_in(tmp_path_factory.mktemp("crash") / "infrastructure") as started:
        yield started


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def world(
    own_infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    print(f"seed {SEED}")
    processes = ServiceProcesses(own_infrastructure, tmp_path_factory.mktemp("four"))
    async with running_mail_server() as mail:
        four = FourServices(own_infrastructure, processes, mail)
        work = Work(four, SEED)
        await four.open()
        await work.open()
        try:
            yield World(four, work)
        finally:
            await work.close()
            await four.close()
