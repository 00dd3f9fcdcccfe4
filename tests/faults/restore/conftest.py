"""Four services with everybody they work for, on stores that can be put back."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.faults.crash.four_services import FourServices
from tests.faults.restore.restored import Estate
from tests.faults.restore.work import RememberedWork
from tests.services.panel_notification.mail_server import running_mail_server
from tests.support.local_stack import Infrastructure
from tests.support.own_infrastructure import own_infrastructure_in
from tests.support.service_processes import ServiceProcesses

SEED = 20261122


@pytest.fixture(scope="module")
def own_infrastructure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Infrastructure]:
    with own_infrastructure_in(tmp_path_factory.mktemp("restore") / "infrastructure") as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def estate(
    own_infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Estate]:
    print(f"seed {SEED}")
    processes = ServiceProcesses(own_infrastructure, tmp_path_factory.mktemp("four"))
    async with running_mail_server() as mail:
        four = FourServices(own_infrastructure, processes, mail)
        work = RememberedWork(four, SEED)
        await four.open()
        await work.open()
        try:
            yield Estate(four, work)
        finally:
            await work.close()
            await four.close()
