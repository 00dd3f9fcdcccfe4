"""Topics that no longer hold what a consumer needs, or hold it elsewhere, and an event that no
topic takes."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from uuid import UUID, uuid4

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import NewPartitions, NewTopic  # type: ignore[attr-defined]

from shared.contracts.catalogue import PARTITIONS
from shared.contracts.envelope import case_stream
from shared.messaging.node import Node
from shared.messaging.order import Verdict
from shared.messaging.outbox import emit
from shared.messaging.store import Store
from tests.faults.broker_world import BrokerWorld, Effects, opened
from tests.shared.messaging.recording import TOPIC, stage
from tests.support.waiting import eventually

pytestmark = pytest.mark.long
REMAINS_STILL = 3
"""Looks in a row, each of which goes to the broker."""


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerWorld]:
    with opened(tmp_path_factory.mktemp("topics"), "intake", "reporting") as made:
        yield made


async def alarmed(node: Node, name: str) -> bool:
    await node.measures.measure()
    return name in node.alarms()


async def test_an_event_that_the_broker_refuses_holds_up_nobody_else(world: BrokerWorld) -> None:
    too_big, others = uuid4(), [uuid4() for _ in range(200)]
    effects, store = Effects(), await world.store("intake")
    await world.tell(store, [others[0]], 1)
    async with store.transaction(uuid4(), "test") as tx:
        await emit(tx, stage(1), case_stream(too_big), happened_at=tx.now)
        await tx.flush()
        await tx.execute(
            """update outbox set payload = convert_to(repeat('x', 3000000), 'UTF8')
               where stream = $1""",
            case_stream(too_big),
        )
    await world.tell(store, [too_big], 2)
    await world.tell(store, others[1:], 1)
    async with world.running("reporting", effects.registry), world.running("intake") as intake:
        began = time.monotonic()

        async def others_passed() -> bool:
            return all(effects.of_case.get(case_id) == [1] for case_id in others)

        await eventually(others_passed, "every other case went on", within=60)
        passed = time.monotonic() - began

        async def its_case_went_on() -> bool:
            return effects.of_case.get(too_big) == [2]

        await eventually(its_case_went_on, "its number was used up as nothing", within=60)
        assert await alarmed(intake, "event_voided")
    print(f"others applied {passed:.1f} s after start, its case {time.monotonic() - began:.1f} s")
    await store.pool.close()


async def test_a_topic_that_was_cut_stops_its_consumer_with_an_alarm_and_skips_nothing(
    world: BrokerWorld,
) -> None:
    cases, effects = [uuid4() for _ in range(30)], Effects()
    async with world.running("intake") as intake:
        async with world.running("reporting", effects.registry):
            await world.tell(intake.store, cases, 1)
            await eventually(lambda: told(effects, 30), "the first events applied")
        await world.tell(intake.store, cases, 2)
        await eventually(lambda: nothing_unpublished(intake), "published while nobody reads")
        cut(world)
        await world.tell(intake.store, cases, 3)
        await eventually(lambda: nothing_unpublished(intake), "published after the cut")
        async with world.running("reporting", effects.registry) as reporting:
            began = time.monotonic()
            await eventually(
                lambda: alarmed(reporting, "offset_out_of_range"), "an alarm", within=60
            )
            print(f"alarm {time.monotonic() - began:.1f} s after start")
            for _ in range(REMAINS_STILL):
                assert await alarmed(reporting, "offset_out_of_range")
                async with reporting.store.reading() as connection:
                    taken_in = await connection.fetchval(
                        """select (select count(*) from inbox) + (select count(*) from parked)
                           where exists (select 1 from consumed_offset where topic = $1)""",
                        TOPIC,
                    )
                assert taken_in == len(cases), "not one record behind the cut was taken in"
    assert effects.total == len(cases)


async def test_what_a_topic_made_anew_lacks_is_published_again_from_the_outbox(
    world: BrokerWorld,
) -> None:
    cases, effects = [uuid4() for _ in range(30)], Effects()
    async with world.running("intake") as intake:
        async with world.running("reporting", effects.registry):
            await world.tell(intake.store, cases, 1)
            await eventually(lambda: told(effects, 30), "the first events applied")
        await world.tell(intake.store, cases, 2)
        await eventually(lambda: nothing_unpublished(intake), "published while nobody reads")
        make_anew(world)
        await world.tell(intake.store, cases, 3)
        await eventually(lambda: nothing_unpublished(intake), "published into the new topic")
        async with world.running("reporting", effects.registry) as reporting:
            began = time.monotonic()
            await eventually(lambda: alarmed(reporting, "event_parked"), "an alarm", within=150)
            assert effects.total == len(cases), "nothing was applied out of its order"
            print(f"alarm {time.monotonic() - began:.1f} s after start")
            began = time.monotonic()
            async with intake.store.transaction(uuid4(), "test") as tx:
                await tx.execute(
                    """update outbox set published_at = null, kafka_partition = null,
                              kafka_offset = null where sequence = 2"""
                )
            await eventually(lambda: told(effects, 90), "published again and applied")
            print(f"recovered in {time.monotonic() - began:.1f} s")
        assert all(effects.of_case[case_id] == [1, 2, 3] for case_id in cases)


async def test_a_topic_given_more_partitions_under_load_leaves_gaps_that_heal(
    world: BrokerWorld,
) -> None:
    """Half of the events of a case stand on another partition than before, and come first."""
    cases, effects, store = [uuid4() for _ in range(300)], Effects(), await world.store("intake")
    rounds = range(1, 13)
    async with world.running("intake") as intake, world.running("reporting", effects.registry):
        await world.tell(store, cases, rounds[0])
        await eventually(lambda: told(effects, len(cases)), "the first events applied")
        await eventually(lambda: nothing_unpublished(intake), "published")
    async with asyncio.TaskGroup() as load:
        load.create_task(tell_rounds(world, store, cases, rounds[1:]))
        async with world.running("intake") as intake:
            await eventually(lambda: published_rounds(intake, 3), "published before")
            widen(world)
        async with world.running("intake") as intake:
            await eventually(lambda: published_rounds(intake, rounds[-1]), "published after")
    async with world.running("reporting", effects.registry) as reporting:
        began = time.monotonic()
        total = len(cases) * len(rounds)
        await eventually(lambda: told(effects, total), "everything applied", within=120)
        healed = time.monotonic() - began
        early = reporting.metrics.registry.get_sample_value(
            "vigil_events_received_total", {"source": "intake", "verdict": Verdict.PARKED}
        )
        async with reporting.store.reading() as connection:
            partitions = await connection.fetchval(
                "select count(distinct kafka_partition) from inbox where topic = $1", TOPIC
            )
            assert await connection.fetchval("select count(*) from parked") == 0
    assert early, "the new partitions were read before the old ones were at their end"
    print(f"F32: {early:.0f} of {total} came before their turn, all healed in {healed:.1f} s")
    assert partitions == 2 * PARTITIONS
    assert all(effects.of_case[case_id] == list(rounds) for case_id in cases), "once, in order"
    await store.pool.close()


async def tell_rounds(
    world: BrokerWorld, store: Store, cases: Sequence[UUID], rounds: Sequence[int]
) -> None:
    for revision in rounds:
        await world.tell(store, cases, revision)
        await asyncio.sleep(0.5)


async def published_rounds(node: Node, last: int) -> bool:
    async with node.store.reading() as connection:
        behind = await connection.fetchval(
            """select count(*) from outbox
               where sequence = $1 and published_at is not null""",
            last,
        )
    return bool(behind) and await nothing_unpublished(node)


def widen(world: BrokerWorld) -> None:
    admin = world.admin()
    admin.create_partitions([NewPartitions(TOPIC, 2 * PARTITIONS)])[TOPIC].result(20)


async def told(effects: Effects, count: int) -> bool:
    return effects.total == count


async def nothing_unpublished(node: Node) -> bool:
    async with node.store.reading() as connection:
        count = await connection.fetchval("select count(*) from outbox where published_at is null")
    return bool(count == 0)


def cut(world: BrokerWorld) -> None:
    """Deletes every record that the topic holds now."""
    ends = [TopicPartition(TOPIC, number, -1) for number in range(PARTITIONS)]
    admin = world.admin()
    for future in admin.delete_records(ends).values():
        future.result(20)


def make_anew(world: BrokerWorld) -> None:
    admin = world.admin()
    admin.delete_topics([TOPIC])[TOPIC].result(20)
    end = time.monotonic() + 30
    while True:
        try:
            admin.create_topics([NewTopic(TOPIC, PARTITIONS, 1)])[TOPIC].result(20)
            return
        except Exception:
            if time.monotonic() > end:
                raise
