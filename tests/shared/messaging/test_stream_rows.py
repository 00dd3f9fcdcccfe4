"""The order rule over Postgres does what it does in memory, for any order of arrival."""

import os
import random
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from shared.contracts.catalogue import FOLLOWS, topics_of
from shared.contracts.envelope import case_stream
from shared.contracts.wire import Record
from shared.messaging.quarantine import release, settle_without_effect
from shared.messaging.receiving import BREAKER_STREAMS, Receiver
from shared.messaging.registry import Registry
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.conftest import OpenStore
from tests.shared.messaging.recording import TOPIC, recording_registry, stage, stopped_rows
from tests.support.bus import inside_record

SEED = int(os.environ.get("VIGIL_TEST_SEED", "20261122"))
SCHEDULES = 12
OPERATOR = "A. Operator (invented)"


def record_of(case_id: UUID, number: int, offset: int, *, value: bytes | None = None) -> Record:
    topic, key, headers, good = inside_record(TOPIC, "intake", case_id, number, stage(number))
    return Record(topic, 0, offset, key, tuple(headers), good if value is None else value)


class Consumer:
    """One source's receiver over a real store, and what it applied."""

    def __init__(self, store: Store) -> None:
        self.store = store
        registry, self.applied = recording_registry()
        self.receiver = Receiver("intake", store, registry, Tracing("reporting", None), Metrics())

    async def numbers_used(self, case_id: UUID) -> list[int]:
        async with self.store.reading() as connection:
            rows = await connection.fetch(
                "select sequence from inbox where stream = $1 order by sequence",
                case_stream(case_id),
            )
        return [row["sequence"] for row in rows]

    async def waiting(self) -> int:
        async with self.store.reading() as connection:
            return int(await connection.fetchval("select count(*) from parked"))


async def test_any_order_of_arrival_ends_with_every_number_used_once(
    bare_store: OpenStore,
) -> None:
    print(f"seed {SEED}")
    consumer = Consumer(await bare_store("reporting"))
    chance = random.Random(SEED)
    for schedule in range(SCHEDULES):
        case_id, count = uuid4(), chance.randint(2, 6)
        base = schedule * 1000
        poisoned = chance.randint(1, count)
        originals = [record_of(case_id, n, base + n) for n in range(1, count + 1)]
        originals[poisoned - 1] = replace(originals[poisoned - 1], value=b"{")
        arrivals = originals + chance.choices(originals, k=count)
        chance.shuffle(arrivals)
        for arrival in arrivals:
            await consumer.receiver.consume(arrival)
        expected = list(range(1, count + 1))
        message = f"seed {SEED}, schedule {schedule}"
        (row,) = await stopped_rows(consumer.store, case_id)
        assert consumer.applied.get(case_id, []) == expected[: poisoned - 1], message
        await release(
            consumer.receiver,
            UUID(str(row["quarantine_id"])),
            name=OPERATOR,
            reason="value restored",
            repaired=stage(poisoned).model_dump_json().encode(),
        )
        assert consumer.applied[case_id] == expected, message
        assert await consumer.numbers_used(case_id) == expected, message
        assert await consumer.waiting() == 0, message


async def test_two_events_with_one_number_stop_the_case_until_one_is_dismissed(
    bare_store: OpenStore,
) -> None:
    consumer = Consumer(await bare_store("reporting"))
    case_id = uuid4()
    await consumer.receiver.consume(record_of(case_id, 1, 1))
    await consumer.receiver.consume(record_of(case_id, 1, 2))
    await consumer.receiver.consume(record_of(case_id, 2, 3))
    (row,) = await stopped_rows(consumer.store, case_id)
    assert (row["kind"], row["reason"]) == ("conflict", "sequence_conflict")
    assert consumer.applied[case_id] == [1]
    await settle_without_effect(
        consumer.receiver, UUID(str(row["quarantine_id"])), name=OPERATOR, reason="restored store"
    )
    assert consumer.applied[case_id] == [1, 2]


async def test_a_type_of_a_newer_version_waits_until_it_is_known(bare_store: OpenStore) -> None:
    consumer = Consumer(await bare_store("reporting"))
    case_id = uuid4()
    unknown = record_of(case_id, 1, 1)
    newer = tuple(
        (name, b"uk.vigil.case.archived.v1" if name == "ce_type" else value)
        for name, value in unknown.headers
    )
    await consumer.receiver.consume(replace(unknown, headers=newer))
    await consumer.receiver.consume(record_of(case_id, 2, 2))
    assert await consumer.receiver.sweep() == 0
    assert await consumer.waiting() == 2
    assert await stopped_rows(consumer.store, case_id) == []


async def test_the_sweep_applies_what_was_left_waiting_though_its_turn_had_come(
    bare_store: OpenStore,
) -> None:
    consumer = Consumer(await bare_store("reporting"))
    case_id = uuid4()
    await consumer.receiver.consume(record_of(case_id, 2, 2))
    async with consumer.store.reading() as connection:
        await connection.execute("update consumed_stream set next_sequence = 2")
    assert await consumer.receiver.sweep() == 1
    assert consumer.applied[case_id] == [2]


async def test_a_bad_deployment_stops_the_consumer_instead_of_filling_the_quarantine(
    bare_store: OpenStore,
) -> None:
    consumer = Consumer(await bare_store("reporting"))
    for offset in range(int(BREAKER_STREAMS)):
        assert not consumer.receiver.breaker_open
        await consumer.receiver.consume(record_of(uuid4(), 1, offset, value=b"{"))
    assert consumer.receiver.breaker_open


@pytest.mark.parametrize("service", ["intake", "rapid_review_timer", "panel_notification"])
async def test_a_service_says_that_it_holds_a_case_and_that_it_released_it(
    bare_store: OpenStore, service: str
) -> None:
    store = await bare_store(service)
    source = FOLLOWS[service][0]
    topic = topics_of(source)[0]
    case_id = uuid4()
    _, key, headers, value = inside_record(topic, source, case_id, 1, stage(1))
    headers = [(n, b"yesterday" if n == "ce_time" else v) for n, v in headers]
    receiver = Receiver(source, store, Registry(service), Tracing(service, None), Metrics())
    await receiver.consume(Record(topic, 0, 1, key, tuple(headers), value))
    (row,) = await stopped_rows(store, case_id)
    await settle_without_effect(
        receiver, UUID(str(row["quarantine_id"])), name=OPERATOR, reason="test data"
    )
    async with store.reading() as connection:
        said = await connection.fetch("select topic, sequence from outbox order by position")
    assert [(one["topic"], one["sequence"]) for one in said] == [
        (f"{service}.case.held", 1),
        (f"{service}.case.released", 2),
    ]
