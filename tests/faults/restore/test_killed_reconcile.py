"""A reconcile that is killed half way: the service stays shut, and the next one ends it."""

import pytest

from shared.contracts.catalogue import SERVICES
from tests.faults.restore.killed_reconcile import killed_when_grown, places
from tests.faults.restore.restored import PERSON, Estate

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

BATCHES = 3


@pytest.mark.parametrize("service", SERVICES)
async def test_a_reconcile_killed_at_each_of_its_steps_is_simply_run_again(
    estate: Estate, service: str
) -> None:
    await estate.start()
    await estate.work.batch()
    await estate.at_rest()
    await estate.stop([service])
    old = await estate.copy(service)
    await estate.start()
    for _ in range(BATCHES):
        await estate.work.batch()
    await estate.at_rest()
    before = await estate.told()
    await estate.stop([service])
    await estate.put_back(service, old)

    for number in places(service):
        await killed_when_grown(estate, service, number)
        left = await estate.reconcile(service, "--dry-run")
        assert "reconcile_unfinished" in {each["code"] for each in left["conflicts"]}
    await estate.is_shut(service)
    await estate.reconcile(service, *PERSON)
    await estate.start()
    await estate.work.answer_requests()
    await estate.at_rest()

    assert await estate.told() == before, "no case, deadline or notice more or less"
    assert await estate.breaches() == []
    assert (await estate.reconcile(service, *PERSON))["conflicts"] == []
