"""Nothing leaves for others before everything was heard that there was to hear."""

from uuid import uuid4

from shared.contracts.messaging_events import CaseHeld
from shared.messaging.reading_back import CaughtUp, read_back
from tests.conftest import OpenStore
from tests.contracts.committed import example
from tests.support.bus import access, inside_record, producer_of
from tests.support.local_stack import Infrastructure

TOPIC = "intake.case.held"


async def test_a_store_is_caught_up_once_it_holds_what_there_was_when_it_began(
    infrastructure: Infrastructure, open_store: OpenStore
) -> None:
    store = await open_store("reporting")
    held = CaseHeld.model_validate(example(f"uk.vigil.{TOPIC}.v1")["data"])
    topic, key, headers, value = inside_record(TOPIC, "intake", uuid4(), 1, held)
    async with producer_of(infrastructure, "intake") as producer:
        written = await producer.send_and_wait(topic, value, key=key, headers=headers)
    caught_up = CaughtUp(store, access(infrastructure, "reporting"))
    assert not await caught_up()
    assert caught_up._ends is not None
    async with store.reading() as connection:
        rows = [(part.topic, part.partition, end) for part, end in caught_up._ends.items()]
        await connection.executemany("insert into consumed_offset values ($1, $2, $3)", rows)
    assert (topic, written.partition, written.offset + 1) in rows
    assert await caught_up()
    async with store.reading() as connection:
        await connection.execute("update consumed_offset set next_offset = 0")
    assert await caught_up(), "what comes later is heard like anything else"


async def test_topics_that_are_not_all_there_are_not_read(
    infrastructure: Infrastructure,
) -> None:
    reads = access(infrastructure, "reporting")
    assert await read_back(reads, [TOPIC, "shared.nowhere.case.stage"], {}) is None
    assert await read_back(reads, [TOPIC], {}) is not None
