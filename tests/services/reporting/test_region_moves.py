"""Cases that pass from region to region, areas that do, and regions that are added meanwhile."""

from datetime import UTC, datetime
from pathlib import Path

from shared.contracts.event_codes import Stage
from shared.contracts.sharing_codes import SharedTopic
from shared.messaging.clock import SetClock
from tests.conftest import OpenStore
from tests.services.reporting.region_story import passed_on, told_to_a_region
from tests.services.reporting.region_world import (
    LONDON,
    MERSEYSIDE,
    RegionWorld,
    regions,
    write_regions,
)
from tests.services.reporting.sample_events import LIVERPOOL, Story, at, stage
from tests.services.reporting.test_region_copies import BARNET
from tests.support.local_stack import Infrastructure
from tests.support.waiting import eventually

TOLD = """
select region, reference, said ->> 'stage' as stage, (said ->> 'reference_open')::bool as open
from region_copy where topic = 'case.stage' and state = 'told' order by recorded_at, open
"""
LEFT = {
    "id": MERSEYSIDE,
    "name": "Pan-Merseyside",
    "kind": "JOINT_WORK",
    "area": LIVERPOOL,
    "from": "2018-06-29",
    "to": "2020-01-12",
    "source": "pan-merseyside",
    "status": "confirmed",
}
JOINED = LEFT | {"id": LONDON, "name": "London", "from": "2020-01-13", "to": None}


def in_review() -> Story:
    """Until the rapid review runs."""
    story = told_to_a_region()
    story.facts = [fact for fact in story.facts if fact.recorded_at < at(26)]
    return story


async def test_a_case_that_passes_to_another_region_ends_here_and_begins_there(
    world: RegionWorld,
) -> None:
    story = in_review()
    for area, region in ((LIVERPOOL, MERSEYSIDE), (BARNET, LONDON)):
        await world.decide(area, region=region)
    await world.hear(story.facts)
    await world.batch()
    moment = datetime(2020, 1, 11, 9, tzinfo=UTC)
    story.tell("intake", passed_on(moment, BARNET), moment)
    await world.hear(story.facts[-1:])
    world.at(2020, 1, 12, 9)
    await world.batch()
    stage(story, Stage.RR_SUBMITTED, moment.replace(hour=12))
    await world.hear(story.facts[-1:])
    await world.batch()
    first, ended, begun, later = await world.rows(TOLD)
    assert (first["region"], first["stage"], first["open"]) == (MERSEYSIDE, "rapid_review", True)
    assert (ended["region"], ended["open"]) == (MERSEYSIDE, False)
    assert (begun["region"], begun["stage"], begun["open"]) == (LONDON, "rapid_review", True)
    assert (later["region"], later["stage"]) == (LONDON, "with_panel")
    assert first["reference"] == ended["reference"] != begun["reference"] == later["reference"]


async def test_an_area_that_moves_takes_its_open_cases_to_its_new_region(
    infrastructure: Infrastructure, open_store: OpenStore, tmp_path: Path
) -> None:
    clock = SetClock(datetime(2020, 1, 10, 9, tzinfo=UTC))
    with regions(tmp_path, LEFT, JOINED):
        world = RegionWorld(infrastructure, await open_store("reporting", clock=clock), clock)
        for region in (MERSEYSIDE, LONDON):
            await world.decide(LIVERPOOL, region=region)
        await world.hear(in_review().facts)
        await world.batch()
        assert {row["region"] for row in await world.rows(TOLD)} == {MERSEYSIDE}
        world.at(2020, 1, 13, 0, 1)
        await world.batch()
        (_, ended, begun) = await world.rows(TOLD)
    assert (ended["region"], ended["open"]) == (MERSEYSIDE, False)
    assert (begun["region"], begun["stage"], begun["open"]) == (LONDON, "rapid_review", True)
    assert ended["reference"] != begun["reference"]


async def test_an_area_is_moved_from_one_region_to_another_while_reporting_runs(
    infrastructure: Infrastructure, open_store: OpenStore, tmp_path: Path
) -> None:
    """By whoever writes the list of regions, of whom reporting learns by reading it again."""
    clock = SetClock(datetime(2020, 1, 13, 9, tzinfo=UTC))
    with regions(tmp_path) as file:
        world = RegionWorld(infrastructure, await open_store("reporting", clock=clock), clock)
        for region in (MERSEYSIDE, LONDON):
            await world.decide(LIVERPOOL, SharedTopic.CASE_STAGE, region=region)
        await world.hear(in_review().facts)
        await world.batch()
        assert {row["region"] for row in await world.rows(TOLD)} == {MERSEYSIDE}
        write_regions(file, LEFT, JOINED, shared=[MERSEYSIDE, LONDON])

        async def both_have_heard() -> bool:
            await world.batch()
            return len(await world.rows(TOLD)) == 3

        await eventually(both_have_heard, "the list is read again", within=15)
        story = in_review()
        stage(story, Stage.RR_SUBMITTED, at(30))
        await world.hear(story.facts[-1:])
        await world.batch()
        told = [(row["region"], row["open"]) for row in await world.rows(TOLD)]
    assert sorted(told) == [(LONDON, True), (MERSEYSIDE, False), (MERSEYSIDE, True)]


async def test_a_region_that_is_added_while_reporting_runs_hears_where_open_cases_stand(
    infrastructure: Infrastructure, open_store: OpenStore, tmp_path: Path
) -> None:
    clock = SetClock(datetime(2020, 1, 13, 9, tzinfo=UTC))
    with regions(tmp_path, shared=[MERSEYSIDE]) as file:
        world = RegionWorld(infrastructure, await open_store("reporting", clock=clock), clock)
        await world.hear(in_review().facts)
        await world.decide(LIVERPOOL, SharedTopic.CASE_STAGE, region=LONDON)
        await world.batch()
        assert await world.rows(TOLD) == []
        write_regions(file, JOINED, shared=[MERSEYSIDE, LONDON])

        async def london_has_heard() -> bool:
            await world.batch()
            return bool(await world.rows(TOLD))

        await eventually(london_has_heard, "the list is read again", within=15)
        (begun,) = await world.rows(TOLD)
    assert (begun["region"], begun["stage"], begun["open"]) == (LONDON, "rapid_review", True)


async def test_a_region_whose_topics_are_not_there_yet_is_told_nothing_and_others_are(
    infrastructure: Infrastructure, open_store: OpenStore, tmp_path: Path
) -> None:
    clock = SetClock(datetime(2020, 1, 13, 9, tzinfo=UTC))
    unmade = JOINED | {"id": "unmade", "name": "Not provisioned"}
    with regions(tmp_path, unmade, shared=["unmade", MERSEYSIDE]):
        world = RegionWorld(infrastructure, await open_store("reporting", clock=clock), clock)
        await world.hear(in_review().facts)
        for region in ("unmade", MERSEYSIDE):
            await world.decide(LIVERPOOL, region=region)
        await world.batch()
        assert {row["region"] for row in await world.rows(TOLD)} == {MERSEYSIDE}
