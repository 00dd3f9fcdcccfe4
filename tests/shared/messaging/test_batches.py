"""Many records at once: the same verdicts as one by one, in fewer transactions."""

import os
import random
from collections import Counter
from uuid import uuid4

import pytest

from shared.contracts.envelope import case_stream
from shared.contracts.intake_events import CaseStageEntered
from shared.contracts.wire import Record
from shared.messaging.receiving import ConsumerPaused, Receiver
from shared.messaging.registry import Registry
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.conftest import OpenStore
from tests.shared.messaging.recording import TOPIC, recording_registry, stage
from tests.support.bus import inside_record

SEED = int(os.environ.get("VIGIL_TEST_SEED", "20261122"))


def receiver_of(store: Store, registry: Registry) -> Receiver:
    return Receiver("intake", store, registry, Tracing(store.service, None), Metrics())


def some_records(chance: random.Random, cases: int, most: int) -> list[Record]:
    """Of several cases, out of order, some twice, some with a value that cannot be read."""
    records = []
    for _ in range(cases):
        case_id = uuid4()
        for number in range(1, chance.randint(1, most) + 1):
            topic, key, headers, value = inside_record(
                TOPIC, "intake", case_id, number, stage(number)
            )
            broken = chance.random() < 0.1
            offset = len(records)
            records.append(Record(topic, 0, offset, key, tuple(headers), b"{" if broken else value))
    again = chance.sample(records, k=len(records) // 4)
    arrivals = records + again
    chance.shuffle(arrivals)
    return arrivals


async def what_is_in(store: Store) -> dict[str, object]:
    async with store.reading() as connection:
        streams = await connection.fetch(
            "select source, stream, next_sequence from consumed_stream order by stream"
        )
        inbox = await connection.fetch(
            "select stream, sequence, event_id, outcome from inbox order by stream, sequence"
        )
        parked = await connection.fetch("select stream, sequence from parked order by 1, 2")
        stopped = await connection.fetch(
            "select stream, sequence, reason, kind from quarantine order by 1, 2"
        )
    return {
        name: [tuple(row) for row in rows]
        for name, rows in (
            ("streams", streams),
            ("inbox", inbox),
            ("parked", parked),
            ("stopped", stopped),
        )
    }


async def test_batches_of_any_size_end_as_one_by_one_does(bare_store: OpenStore) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    for unused in (True, False):
        for _ in range(3):
            arrivals = some_records(chance, cases=6, most=6)
            ended = []
            for size in (1, chance.randint(2, 9), len(arrivals)):
                store = await bare_store("reporting")
                registry = Registry("reporting") if unused else recording_registry()[0]
                receiver = receiver_of(store, registry)
                for start in range(0, len(arrivals), size):
                    await receiver.consume(*arrivals[start : start + size])
                ended.append(await what_is_in(store))
            assert ended[1] == ended[0], f"seed {SEED}"
            assert ended[2] == ended[0], f"seed {SEED}"
            numbers = Counter(row[0] for row in ended[0]["inbox"])  # type: ignore[attr-defined]
            assert numbers, "something was applied"


async def test_events_without_a_handler_use_up_their_numbers_in_one_transaction(
    bare_store: OpenStore,
) -> None:
    store = await bare_store("reporting")
    receiver = receiver_of(store, Registry("reporting"))
    records = [
        Record(topic, 0, offset, key, tuple(headers), value)
        for offset, (topic, key, headers, value) in enumerate(
            inside_record(TOPIC, "intake", case_id, number, stage(number))
            for case_id in (uuid4() for _ in range(20))
            for number in (1, 2, 3)
        )
    ]
    await receiver.consume(*records)
    async with store.reading() as connection:
        written = await connection.fetch("select distinct xmin::text from inbox")
        outcomes = await connection.fetch("select distinct outcome from inbox")
        offset = await connection.fetchval("select next_offset from consumed_offset")
    assert len(written) == 1, "one transaction wrote all sixty numbers"
    assert [row["outcome"] for row in outcomes] == ["not_used"]
    assert offset == 60


async def test_an_event_under_an_id_that_another_stream_has_used_is_a_conflict(
    bare_store: OpenStore,
) -> None:
    store = await bare_store("reporting")
    registry, applied = recording_registry()
    receiver = receiver_of(store, registry)
    first, second, event_id = uuid4(), uuid4(), uuid4()
    for offset, case_id in enumerate((first, second)):
        topic, key, headers, value = inside_record(
            TOPIC, "intake", case_id, 1, stage(1), id=event_id
        )
        await receiver.consume(Record(topic, 0, offset, key, tuple(headers), value))
    assert applied == {first: [1]}
    (row,) = (await what_is_in(store))["stopped"]  # type: ignore[misc]
    assert row == (case_stream(second), 1, "sequence_conflict", "conflict")


async def test_a_batch_that_fails_half_way_is_known_where_it_was_done(
    bare_store: OpenStore,
) -> None:
    store = await bare_store("reporting")
    registry, attempts = Registry("reporting"), []

    @registry.on(CaseStageEntered)
    async def fail_once(event: object, tx: object) -> None:
        attempts.append(event)
        if len(attempts) == 2:
            raise ConnectionResetError

    receiver = receiver_of(store, registry)
    records = []
    for offset in range(3):
        topic, key, headers, value = inside_record(TOPIC, "intake", uuid4(), 1, stage(1))
        records.append(Record(topic, 0, offset, key, tuple(headers), value))
    receiver._pause = 0.0
    with pytest.raises(ConsumerPaused):
        await receiver.consume(*records)
    async with store.reading() as connection:
        assert await connection.fetchval("select count(*) from consumed_offset") == 0
        assert await connection.fetchval("select count(*) from inbox") == 1
    await receiver.consume(*records)
    async with store.reading() as connection:
        assert await connection.fetchval("select next_offset from consumed_offset") == 3
        assert await connection.fetchval("select count(*) from inbox") == 3
    assert len(attempts) == 4, "the first was known, the second and third were applied"
