"""A store put back to an earlier moment: shut, named, reconciled; nothing lost or doubled."""

import pytest

from shared.contracts.catalogue import SERVICES
from tests.faults.restore.restored import PERSON, Estate

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

BATCHES = 5


@pytest.mark.parametrize("service", SERVICES)
async def test_one_store_of_five_batches_ago_comes_back_to_what_was_told(
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
    await estate.is_shut(service)

    looked = await estate.reconcile(service, "--dry-run")
    assert looked["conflicts"], "the conflicts are named"
    done = await estate.reconcile(service, *PERSON)
    print(service, {**done, "conflicts": len(done["conflicts"])})
    await estate.start()
    await estate.work.answer_requests()
    await estate.at_rest()

    assert await estate.told() == before, "no case, deadline or notice more or less"
    assert await estate.breaches() == []
    again = await estate.reconcile(service, *PERSON)
    assert again["conflicts"] == []
    await estate.work.batch()
    await estate.at_rest()
    assert await estate.breaches() == []


async def test_four_stores_of_four_different_moments_come_back_together(estate: Estate) -> None:
    await estate.start()
    old: dict[str, str] = {}
    for service in SERVICES:
        await estate.work.batch()
        await estate.at_rest()
        await estate.stop([service])
        old[service] = await estate.copy(service)
        await estate.start()
    await estate.work.batch()
    await estate.at_rest()
    before = await estate.told()
    await estate.stop()
    for service, copy in old.items():
        await estate.put_back(service, copy)
    for service in SERVICES:
        await estate.is_shut(service)
    for service in SERVICES:
        done = await estate.reconcile(service, *PERSON)
        print(service, {**done, "conflicts": len(done["conflicts"])})
    await estate.start()
    await estate.work.answer_requests()
    await estate.at_rest()

    assert await estate.told() == before
    assert await estate.breaches() == []
    for service in SERVICES:
        assert (await estate.reconcile(service, *PERSON))["conflicts"] == []
