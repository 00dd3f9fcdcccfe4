"""A store restored to an earlier moment: recognised by its topics, its outbox made whole."""

from typing import Any
from uuid import UUID, uuid4

from aiokafka import TopicPartition

from shared.contracts.catalogue import topics_of
from shared.contracts.envelope import case_stream
from shared.contracts.intake_events import IncidentLinked
from shared.contracts.messaging_events import EventVoided
from shared.contracts.wire import Record
from shared.messaging.behind import Conflict, Followed, conflicts
from shared.messaging.outbox import emit
from shared.messaging.store import Store
from shared.messaging.taking_back import diverging, take_back
from tests.conftest import OpenStore
from tests.shared.messaging.topics_in_memory import TopicsInMemory

TOPICS = topics_of("intake")
LINKED = IncidentLinked(survivor=UUID(int=7), reason="same_incident")


async def say(store: Store, case_id: UUID, times: int = 1) -> None:
    for _ in range(times):
        async with store.transaction(uuid4(), "test") as tx:
            await emit(tx, LINKED, case_stream(case_id), happened_at=tx.now)


async def outbox(store: Store) -> list[dict[str, Any]]:
    async with store.reading() as connection:
        rows = await connection.fetch("select * from outbox order by stream, sequence")
    local = {"position", "published_at"}
    return [{k: v for k, v in dict(row).items() if k not in local} for row in rows]


async def bring_back(topics: TopicsInMemory, store: Store) -> list[Conflict]:
    found = await diverging(topics, store, TOPICS)  # type: ignore[arg-type]
    refused: list[Conflict] = []
    for stream in sorted({*found.missing, *found.unmarked}):
        async with store.transaction(uuid4(), "reconcile") as tx:
            refused += await take_back(tx, uuid4(), stream, found)
    return refused


async def named(
    topics: TopicsInMemory, store: Store, followed: list[Followed] | None = None
) -> list[Conflict]:
    return await conflicts(topics, store, TOPICS, followed or [])  # type: ignore[arg-type]


async def test_a_store_that_has_what_its_topics_have_is_in_step(bare_store: OpenStore) -> None:
    store, topics = await bare_store("intake"), TopicsInMemory()
    await say(store, uuid4(), 3)
    await topics.publish(store)
    await say(store, uuid4())
    assert await named(topics, store) == []


async def test_what_a_restored_store_lacks_is_named_and_comes_back_as_it_was(
    bare_store: OpenStore,
) -> None:
    lost, restored, topics = (
        await bare_store("intake"),
        await bare_store("intake"),
        TopicsInMemory(),
    )
    case_id = uuid4()
    await say(lost, case_id, 3)
    await topics.publish(lost)
    (first, *_) = found = await named(topics, restored)
    assert len(found) == 3
    assert (first.code, first.stream, first.number) == ("not_in_store", case_stream(case_id), 1)
    assert (first.topic, first.partition, first.offset) == ("incident.linked", 0, 0)

    assert await bring_back(topics, restored) == []
    assert await outbox(restored) == await outbox(lost)
    assert await named(topics, restored) == []
    await say(restored, case_id)
    assert [row["sequence"] for row in await outbox(restored)] == [1, 2, 3, 4]


async def test_an_unsent_event_gives_up_a_number_that_another_was_sent_under(
    bare_store: OpenStore,
) -> None:
    lost, restored, topics = (
        await bare_store("intake"),
        await bare_store("intake"),
        TopicsInMemory(),
    )
    case_id = uuid4()
    await say(lost, case_id, 2)
    await topics.publish(lost)
    await say(restored, case_id)
    (unsent,) = await outbox(restored)
    assert await bring_back(topics, restored) == []
    rows = await outbox(restored)
    assert [row["sequence"] for row in rows] == [1, 2, 3]
    assert rows[2]["event_id"] == unsent["event_id"]
    assert rows[2]["headers"]["ce_sequence"] == "000000000003"


async def test_a_number_that_nobody_owns_is_voided(bare_store: OpenStore) -> None:
    lost, restored, topics = (
        await bare_store("intake"),
        await bare_store("intake"),
        TopicsInMemory(),
    )
    case_id = uuid4()
    await say(lost, case_id, 3)
    rows = await outbox(lost)
    for row in (rows[0], rows[2]):
        topics.add(row)
    await bring_back(topics, restored)
    void = (await outbox(restored))[1]
    assert (void["sequence"], void["type"]) == (2, "uk.vigil.event.voided.v1")
    assert void["kafka_offset"] is None, "the relay sends it"
    assert EventVoided.model_validate_json(void["payload"]).reason == "store_restored"


async def test_what_was_sent_and_not_marked_is_marked_where_it_stands(
    bare_store: OpenStore,
) -> None:
    store, topics = await bare_store("intake"), TopicsInMemory()
    await say(store, uuid4(), 2)
    for row in await outbox(store):
        topics.add(row)
    await bring_back(topics, store)
    assert sorted(row["kafka_offset"] for row in await outbox(store)) == [0, 1]


async def test_two_events_sent_under_one_number_are_named_and_the_first_keeps_it(
    bare_store: OpenStore,
) -> None:
    """What comes of a restored store that ran all the same."""
    lost, restored, topics = (
        await bare_store("intake"),
        await bare_store("intake"),
        TopicsInMemory(),
    )
    case_id = uuid4()
    await say(lost, case_id)
    await topics.publish(lost)
    await say(restored, case_id)
    await topics.publish(restored)
    (conflict,) = await bring_back(topics, restored)
    assert (conflict.code, conflict.number) == ("other_number", 1)
    assert await named(topics, restored) == [], "said once, and the service can open"


async def test_a_group_that_committed_further_than_the_store_applied_is_named(
    bare_store: OpenStore,
) -> None:
    store, topics = await bare_store("intake"), TopicsInMemory()
    part = TopicPartition("notice.sent", 0)
    topics.groups["intake.panel_notification"] = {part: 5}

    async def never(*_: Record) -> None:
        raise AssertionError("nothing is consumed here")

    followed = [Followed("intake.panel_notification", ["notice.sent"], never)]
    (conflict,) = await named(topics, store, followed)
    assert (conflict.code, conflict.group) == ("applied_further", "intake.panel_notification")
    assert (conflict.offset, conflict.stored) == (5, 0)
    async with store.reading() as connection:
        await connection.execute("insert into consumed_offset values ('notice.sent', 0, 5)")
    assert await named(topics, store, followed) == []
