"""A case that has left, on a real bus: four stores, the books, and everything said once more."""

from collections import Counter
from typing import Any

import pytest

from deploy.operate.verify import verify
from shared.contracts.catalogue import FOLLOWS, SERVICES, topics_of
from shared.messaging.receiving import Receiver
from shared.messaging.replaying import Selection, replay
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.conftest import as_runtime_role, copy_database, superuser_connection
from tests.deploy.operate.conftest import Break
from tests.deploy.operate.world import World
from tests.support.bus import access
from tests.support.erased import BOOKKEEPING, tables_with
from tests.two_owners.conftest import _EMPTY
from tests.two_owners.estate import REGISTRIES


async def _left(world: World, service: str, database: str = "") -> set[str]:
    owner = await superuser_connection(world.infrastructure, database or service)
    try:
        return await tables_with(owner, world.erased) - BOOKKEEPING
    finally:
        await owner.close()


async def test_nothing_of_it_stands_in_any_table_of_any_store(world: World) -> None:
    assert len(world.erased) > 3
    assert {service: await _left(world, service) for service in SERVICES} == {
        service: set() for service in SERVICES
    }


@pytest.mark.parametrize("anew", [False, True], ids=["beside what is there", "into a new store"])
@pytest.mark.parametrize("service", [s for s in SERVICES if s != "intake"])
async def test_everything_taken_in_again_does_not_bring_it_back(
    world: World, service: str, anew: bool
) -> None:
    name = await copy_database(world.infrastructure, service, service)
    owner = await superuser_connection(world.infrastructure, name)
    if anew:
        await owner.execute(_EMPTY)
    store = await as_runtime_role(world.infrastructure, service, name, None)
    verdicts: Counter[str] = Counter()
    try:
        for source in reversed(FOLLOWS[service]):
            receiver = Receiver(
                source, store, REGISTRIES[service], Tracing(service, None), Metrics()
            )
            everything = Selection(topics_of(source))
            verdicts += await replay(receiver, access(world.infrastructure, service), everything)
            while await receiver.sweep():
                continue
        waits = await owner.fetch("select stream from parked")
        stopped = await owner.fetch("select reason from quarantine where status = 'open'")
        known = await owner.fetchval("select case_id from erased_case")
        other = await owner.fetchval("select count(distinct case_id) from fact")
    finally:
        await owner.close()
        await store.pool.close()
    assert (waits, stopped) == ([], [])
    assert known == world.erased[0]
    assert other > 1
    assert await _left(world, service, name) == set()
    assert not anew or verdicts["applied"]
    assert anew or set(verdicts) == {"known_already"}


async def _i31(estate: Any, **asked: Any) -> list[str]:
    (found,) = await verify(estate, **{"strict": True, "only": {"I31"}, **asked})
    return found.first


@pytest.mark.long
async def test_a_service_that_was_ordered_and_did_not_erase_is_named(
    world: World, broken: Break
) -> None:
    estate = await broken("rapid_review_timer", "delete from erased_case")
    case_id = world.erased[0]
    assert await _i31(estate) == [f"{case_id} not erased by rapid_review_timer"]
    assert await _i31(estate, strict=False, grace_seconds=3_600) == []


@pytest.mark.long
async def test_something_of_it_that_is_back_is_named(world: World, broken: Break) -> None:
    case_id = world.erased[0]
    estate = await broken(
        "panel_notification",
        "insert into notice_case (case_id, synthetic) select case_id, true from erased_case",
    )
    findings = await verify(estate, strict=True)
    assert {each.id for each in findings if not each.passed} == {"I31"}
    assert await _i31(estate) == [f"{case_id} is in panel_notification notice_case"]
