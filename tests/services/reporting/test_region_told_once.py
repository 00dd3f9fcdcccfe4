"""What was told is never told again: by the same store, one made anew, or one that lags behind."""

import asyncio
from typing import Any

import pytest

from services.reporting import region_release
from services.reporting.known import Known
from services.reporting.region_copies import Copy, copies_of
from services.reporting.region_release import RegionRelease
from shared.telemetry.metrics import Metrics
from tests.conftest import OpenStore
from tests.services.reporting.region_story import of_case, told_to_a_region
from tests.services.reporting.region_world import PERIOD, RegionWorld, heard
from tests.services.reporting.sample_events import CASE, LIVERPOOL, an_id
from tests.support.bus import access
from tests.support.local_stack import Infrastructure


async def test_nothing_is_told_twice_also_by_a_store_made_anew(
    world: RegionWorld, open_store: OpenStore
) -> None:
    story = told_to_a_region()
    await world.hear(story.facts)
    await world.decide(LIVERPOOL)
    await world.batch()
    await world.hear(story.facts)
    await world.batch()
    told = await world.publish()
    anew = RegionWorld(
        world.infrastructure,
        await open_store("reporting", clock=world.clock),
        world.clock,
        world.key,
        world.salt,
    )
    await anew.hear(story.facts)
    await anew.decide(LIVERPOOL)
    await anew.batch()
    assert await anew.rows("select 1 from outbox") == []
    kept = "select event_id, reference from region_copy where state = 'told' order by event_id"
    assert await anew.rows(kept) == await world.rows(kept)
    assert {row["event_id"] for row in await anew.rows(kept)} == told


async def test_what_is_older_than_a_year_counts_as_told(world: RegionWorld) -> None:
    world.at(2020, 12, 1, 22, 0)
    await world.hear(told_to_a_region().facts)
    await world.decide(LIVERPOOL)
    await world.batch()
    assert await world.states() == {
        "case.stage": ["counted", "counted"],
        "incident.notified": ["counted"],
        "review.due": ["counted"],
        "lcspr.published": ["counted"],
        "learning.action": ["counted", "told"],
    }


async def test_nothing_is_told_before_everything_was_heard(
    world: RegionWorld, infrastructure: Infrastructure
) -> None:
    async def not_yet() -> bool:
        return False

    reads = access(infrastructure, "reporting")
    waiting = RegionRelease(world.store, reads, Metrics(), world.key, not_yet)
    await world.hear(told_to_a_region().facts)
    await world.decide(LIVERPOOL)
    await waiting.step()
    world.clock.move(2 * PERIOD)
    await waiting.step()
    assert await world.states() == {}


async def test_two_processes_that_are_due_at_once_tell_each_thing_once(world: RegionWorld) -> None:
    reads = access(world.infrastructure, "reporting")
    beside = RegionRelease(world.store, reads, Metrics(), world.key, heard)
    await world.hear(told_to_a_region().facts)
    await world.decide(LIVERPOOL)
    await asyncio.gather(world.release.step(), beside.step())
    world.clock.move(PERIOD)
    await asyncio.gather(world.release.step(), beside.step())
    told = await world.rows("select event_id from region_copy where state = 'told'")
    went_out = await world.rows("select event_id from outbox")
    assert len(told) == 5
    assert {row["event_id"] for row in told} == {row["event_id"] for row in went_out}
    assert len(went_out) == len(told)


async def test_a_case_that_cannot_be_worked_out_keeps_no_other_from_being_told(
    world: RegionWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_a_defect(case: Known, *arguments: Any) -> tuple[Copy, ...]:
        if case.case_id == CASE:
            raise KeyError("stage")
        return copies_of(case, *arguments)

    monkeypatch.setattr(region_release, "copies_of", with_a_defect)
    other = an_id("another case")
    await world.hear(told_to_a_region().facts)
    await world.hear([of_case(fact, other) for fact in told_to_a_region().facts])
    await world.decide(LIVERPOOL)
    await world.batch()
    told = await world.rows("select distinct case_id from region_copy where state = 'told'")
    assert told == [{"case_id": other}]
    labels = {"region": "every", "topic": "every", "because": "defect"}
    assert world.metrics.registry.get_sample_value("vigil_region_waits", labels) == 1
