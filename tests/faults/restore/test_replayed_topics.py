"""Topics read again from their beginning: by services that know everything, and by one that has
lost everything."""

import pytest

from shared.contracts.catalogue import FOLLOWS, SERVICES, ingress_topic, topics_of
from shared.contracts.wire import Record
from shared.messaging.behind import Followed
from tests.conftest import SYSTEMS, run_migration
from tests.faults.restore.restored import PERSON, Estate
from tests.faults.restore.topics import to_the_beginning

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


async def never(*_: Record) -> None:
    raise AssertionError("nothing is consumed here")


def groups_of(service: str) -> list[Followed]:
    groups = [Followed(f"{service}.{one}", topics_of(one), never) for one in FOLLOWS[service]]
    if service == "intake":
        groups.append(Followed("intake.ingress", [ingress_topic(s) for s in SYSTEMS], never))
    return groups


async def test_all_topics_replayed_from_offset_0_change_nothing_and_send_nothing(
    estate: Estate,
) -> None:
    await estate.start()
    for _ in range(2):
        await estate.work.batch()
    await estate.at_rest()
    before, told = await estate.state(), await estate.told()
    await estate.stop()
    for service in SERVICES:
        for followed in groups_of(service):
            await to_the_beginning(estate.four.infrastructure, service, followed)
    await estate.start()
    await estate.replayed()
    await estate.at_rest()
    assert await estate.state() == before
    assert await estate.told() == told, "no event and no message more"
    assert await estate.breaches() == []


async def test_an_empty_reporting_store_is_filled_from_the_topics_with_the_same_journeys(
    estate: Estate,
) -> None:
    await estate.start()
    await estate.work.batch()
    await estate.at_rest()
    before = await estate.state()
    await estate.stop(["reporting"])
    await estate.put_back("reporting", "template0")
    run_migration(estate.four.infrastructure, "reporting")
    await estate.is_shut("reporting")
    done = await estate.reconcile("reporting", *PERSON)
    await estate.start()
    await estate.at_rest()
    assert await estate.state() == before
    assert done["applied"] > 0
    assert await estate.breaches() == []
