"""What was told is corrected in batches, by the same decisions, and only to who had heard it."""

import json
from datetime import date
from typing import Any

from shared.contracts.event_codes import Stage
from shared.contracts.region_topics import shared_topic, subscriber_of
from shared.contracts.sharing_codes import SharedTopic
from tests.services.reporting.region_story import corrected, told_to_a_region, withdrawn
from tests.services.reporting.region_world import MERSEYSIDE, RegionWorld
from tests.services.reporting.sample_events import LIVERPOOL, Story, at, stage

NOTIFIED = SharedTopic.INCIDENT_NOTIFIED


async def correct(world: RegionWorld, story: Story, day: int, **facts: str) -> None:
    story.tell("intake", corrected(at(day, month=12), **facts), at(day, month=12))
    await world.hear(story.facts[-1:])


async def told(world: RegionWorld) -> list[dict[str, Any]]:
    rows = await world.rows(
        "select payload from outbox where topic like '%incident.notified' order by position"
    )
    return [json.loads(row["payload"]) for row in rows]


async def test_who_goes_by_the_highest_revision_holds_what_the_authority_holds(
    world: RegionWorld,
) -> None:
    story = told_to_a_region()
    await world.hear(story.facts)
    await world.decide(LIVERPOOL)
    await world.batch()
    await correct(world, story, 5, age_band="under_1")
    await world.batch()
    await correct(world, story, 6, outcome="seriously_harmed")
    await world.batch()
    ids = await world.publish()
    read = await world.read_as(subscriber_of(MERSEYSIDE), MERSEYSIDE, ids)
    events = [one for one in read if one.topic == shared_topic(MERSEYSIDE, NOTIFIED)]
    assert len({one.key for one in events}) == 1, "one reference, so one partition and its order"
    by_revision = {one.data["revision"]: one.data for one in events}
    assert by_revision.keys() == {1, 2, 3}
    right = {"age_band": "under_1", "nature": "seriously_harmed", "withdrawn": False}
    assert by_revision[3] == by_revision[1] | right | {"revision": 3}
    assert {one.data["case_ref"] for one in events} == {by_revision[1]["case_ref"]}


async def test_of_corrections_that_wait_for_a_decision_only_the_last_is_told(
    world: RegionWorld,
) -> None:
    world.at(2019, 12, 4, 9, 0)
    story = told_to_a_region()
    await world.hear(story.facts)
    await world.decide(LIVERPOOL, NOTIFIED, expires_on=date(2019, 12, 5))
    await world.batch()
    world.at(2019, 12, 8, 9, 0)
    await correct(world, story, 6, age_band="under_1")
    await correct(world, story, 7, age_band="6_to_10")
    await world.batch()
    assert (await world.states())["incident.notified"] == ["told", "superseded", "expired"]
    labels = {"region": MERSEYSIDE, "topic": "incident.notified", "because": "expired"}
    assert world.metrics.registry.get_sample_value("vigil_region_waits", labels) == 1
    await world.decide(LIVERPOOL, NOTIFIED)
    await world.batch()
    assert [(one["revision"], one["age_band"]) for one in await told(world)] == [
        (1, "1_to_5"),
        (3, "6_to_10"),
    ]


async def test_a_withdrawal_is_told_where_the_notification_was(world: RegionWorld) -> None:
    story = told_to_a_region()
    await world.hear(story.facts)
    await world.decide(LIVERPOOL)
    await world.batch()
    await withdraw(world, story)
    await world.batch()
    assert [(one["revision"], one["withdrawn"]) for one in await told(world)] == [
        (1, False),
        (2, True),
    ]


async def test_who_never_heard_of_a_notification_does_not_hear_that_it_is_withdrawn(
    world: RegionWorld,
) -> None:
    """Though it heard of the case on another topic: the event would tell what it undoes."""
    story = told_to_a_region()
    await world.hear(story.facts)
    await world.decide(LIVERPOOL, SharedTopic.CASE_STAGE)
    await world.batch()
    await withdraw(world, story)
    await world.decide(LIVERPOOL, NOTIFIED)
    await world.batch()
    assert await told(world) == []
    assert (await world.states())["incident.notified"] == ["not_wanted", "not_wanted"]
    assert (await world.states())["case.stage"][-1] == "told"


async def withdraw(world: RegionWorld, story: Story) -> None:
    story.tell("intake", withdrawn(at(5, month=12)), at(5, month=12))
    stage(story, Stage.WITHDRAWN, at(5, month=12))
    await world.hear(story.facts[-2:])
