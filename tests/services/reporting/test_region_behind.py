"""A region's subscriber that was away for a week goes on where it was, and ends with what holds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from services.reporting.delivery_store import deliveries_of, keep_delivery
from shared.contracts.delivery_events import DeliveryArrived
from shared.contracts.event_codes import Stage
from shared.contracts.region_topics import shared_topics_of, subscriber_of
from tests.services.reporting.region_story import corrected, told_to_a_region
from tests.services.reporting.region_world import MERSEYSIDE, RegionWorld
from tests.services.reporting.sample_events import CASE, LIVERPOOL, Story, at, stage
from tests.support.bus import access
from tests.support.region_reader import PARTITIONS, Heard, consumer_of, heard_of

SUBSCRIBER = subscriber_of(MERSEYSIDE)
READ_SECONDS = 20
NOBODY_YET = {
    KafkaError.NOT_COORDINATOR,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
}


@pytest.fixture
def begins() -> datetime:
    return datetime(2020, 1, 6, 6, tzinfo=UTC)


def reads_on(world: RegionWorld, group: str, wanted: set[UUID]) -> list[Heard]:
    """From where the group is, until everything wanted was read; then it commits. What is not
    wanted is of other tests."""
    consumer = consumer_of(access(world.infrastructure, SUBSCRIBER), group)
    found: list[Heard] = []
    give_up = datetime.now(UTC) + timedelta(seconds=READ_SECONDS)
    try:
        consumer.assign(where_it_is(consumer, give_up))
        while not wanted <= {one.id for one in found} and datetime.now(UTC) < give_up:
            message = consumer.poll(0.5)
            if message is not None:
                found.append(heard_of(message))
        consumer.commit(asynchronous=False)
    finally:
        consumer.close()
    return found


def where_it_is(consumer: Consumer, give_up: datetime) -> list[TopicPartition]:
    """What the group has committed, else the beginning. A broker that has never heard of the group
    has first to find who keeps its offsets."""
    topics = shared_topics_of(MERSEYSIDE)
    everywhere = [TopicPartition(topic, n) for topic in topics for n in range(PARTITIONS)]
    while True:
        try:
            known = consumer.committed(everywhere, timeout=READ_SECONDS)
        except KafkaException as error:
            if error.args[0].code() not in NOBODY_YET or datetime.now(UTC) > give_up:
                raise
            consumer.poll(0.2)
            continue
        return [TopicPartition(one.topic, one.partition, max(one.offset, 0)) for one in known]


async def told_by(world: RegionWorld, told: set[UUID]) -> set[UUID]:
    """What a day later was told beside that."""
    world.clock.instant += timedelta(days=1)
    await world.batch()
    return await world.publish() - told


def the_week(story: Story) -> list[Callable[[], object]]:
    """One thing a day: a correction, or the case goes on."""

    def correct(day: int, **facts: str) -> Callable[[], object]:
        when = at(day, month=12)
        return lambda: story.tell("intake", corrected(when, **facts), when)

    def goes_on(day: int, name: Stage) -> Callable[[], object]:
        return lambda: stage(story, name, at(day, month=12))

    return [
        correct(5, age_band="under_1"),
        goes_on(6, Stage.RR_SUBMITTED),
        correct(7, outcome="seriously_harmed"),
        goes_on(8, Stage.PANEL_CONSIDERING),
        goes_on(9, Stage.LCSPR_COMMISSIONED),
        correct(10, age_band="6_to_10"),
        goes_on(11, Stage.LCSPR_DRAFTED),
    ]


async def test_a_subscriber_that_is_a_week_behind_hears_all_it_missed_once_and_in_order(
    world: RegionWorld,
) -> None:
    group = f"{SUBSCRIBER}.a-week-behind-{uuid4().hex[:8]}"
    story = told_to_a_region()
    await world.decide(LIVERPOOL)
    await world.hear(story.facts)
    await world.batch()
    first = await told_by(world, set())
    assert first <= {one.id for one in reads_on(world, group, first)}
    missed: set[UUID] = set()
    for happens in the_week(story):
        happens()
        await world.hear(story.facts[-1:])
        missed |= await told_by(world, first | missed)
    heard = reads_on(world, group, missed)
    ours = [one for one in heard if one.id in first | missed]
    assert {one.id for one in ours} == missed, "nothing before, nothing twice"
    assert len(ours) == len(missed) == 7
    revisions = [one.data["revision"] for one in ours if one.topic.endswith("incident.notified")]
    assert revisions == [2, 3, 4]
    last = {one.topic.partition(f"{MERSEYSIDE}.")[2]: one.data for one in ours}
    notified, now = last["incident.notified"], last["case.stage"]
    assert (notified["age_band"], notified["nature"]) == ("6_to_10", "seriously_harmed")
    assert (now["stage"], now["case_ref"]) == ("local_review", notified["case_ref"])
    await confirmed(world, ours)
    states = {d.event_id: d.state for d in await deliveries_of(world.store, CASE)}
    assert {event_id for event_id, state in states.items() if state == "processed"} == missed


async def confirmed(world: RegionWorld, ours: list[Heard]) -> None:
    """So late, and it counts: by each event that it has processed by now."""
    now = world.clock.instant
    async with world.store.transaction(uuid4(), "test") as tx:
        for one in ours:
            said = DeliveryArrived(
                event_id=one.id,
                topic=one.topic,
                subscriber=SUBSCRIBER,
                received_at=now,
                processed_at=now,
            )
            await keep_delivery(tx, said, now)
