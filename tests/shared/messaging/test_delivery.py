"""Delivery on a real Kafka and a real Postgres: what arrives, in which order, and how often."""

from uuid import UUID, uuid4

import pytest

from shared.contracts.catalogue import FOLLOWS
from shared.contracts.envelope import case_stream
from shared.messaging.node import Node
from shared.messaging.order import Verdict
from shared.messaging.outbox import emit
from shared.messaging.quarantine import release, settle_without_effect
from shared.messaging.registry import Registry
from tests.conftest import OpenStore
from tests.shared.messaging.recording import TOPIC, recording_registry, stage, stopped_rows
from tests.support.bus import inside_record, producer_of, running_node
from tests.support.local_stack import Infrastructure
from tests.support.waiting import eventually


async def test_what_a_transaction_emits_is_applied_once_and_in_order_by_a_follower(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    intake, reporting = await bare_store("intake"), await bare_store("reporting")
    registry, applied = recording_registry()
    cases = [uuid4() for _ in range(5)]
    async with (
        running_node(infrastructure, intake, Registry("intake")),
        running_node(infrastructure, reporting, registry, publishes=False),
    ):
        for revision in range(1, 11):
            for case_id in cases:
                async with intake.transaction(uuid4(), "test") as tx:
                    await emit(tx, stage(revision), case_stream(case_id), happened_at=tx.now)

        async def all_applied() -> bool:
            return all(applied.get(case_id, []) == list(range(1, 11)) for case_id in cases)

        await eventually(all_applied, "ten stages of five cases applied in order")


async def test_nothing_of_a_transaction_that_fails_is_published(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    intake = await bare_store("intake")
    case_id = uuid4()

    async def emit_then_fail() -> None:
        async with intake.transaction(uuid4(), "test") as tx:
            await emit(tx, stage(1), case_stream(case_id), happened_at=tx.now)
            raise KeyError

    with pytest.raises(KeyError):
        await emit_then_fail()
    async with intake.reading() as connection:
        assert await connection.fetchval("select count(*) from outbox") == 0
        assert await connection.fetchval("select count(*) from numbered_stream") == 0


async def test_the_same_cause_emits_the_same_event_only_once(bare_store: OpenStore) -> None:
    intake = await bare_store("intake")
    case_id, cause = uuid4(), uuid4()
    for _ in range(2):
        async with intake.transaction(cause, "test") as tx:
            await emit(tx, stage(1), case_stream(case_id), happened_at=tx.now)
            await emit(tx, stage(2), case_stream(case_id), happened_at=tx.now)
    async with intake.reading() as connection:
        rows = await connection.fetch("select sequence from outbox order by sequence")
    assert [row["sequence"] for row in rows] == [1, 2]


async def poison_then_good(
    infrastructure: Infrastructure, poisoned: UUID, others: list[UUID]
) -> None:
    """One partition: a broken event of one case, then good ones of it and of others."""
    async with producer_of(infrastructure, "intake") as producer:

        async def write(case_id: UUID, number: int, value: bytes | None = None) -> None:
            topic, key, headers, good = inside_record(
                TOPIC, "intake", case_id, number, stage(number)
            )
            await producer.send_and_wait(
                topic, value or good, key=key, headers=headers, partition=0
            )

        await write(poisoned, 1)
        await write(poisoned, 2, b'{"cycle": 1, "stage": ')
        for case_id in others:
            await write(case_id, 1)
        await write(poisoned, 3)
        await write(poisoned, 4)


async def test_a_poison_record_stops_its_own_case_and_not_its_neighbours(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    reporting = await bare_store("reporting")
    registry, applied = recording_registry()
    poisoned, others = uuid4(), [uuid4() for _ in range(20)]
    await poison_then_good(infrastructure, poisoned, others)
    async with running_node(infrastructure, reporting, registry, publishes=False) as node:

        async def neighbours_flow() -> bool:
            return all(applied.get(case_id) == [1] for case_id in others)

        await eventually(neighbours_flow, "events behind the poison record applied")

        async def waits() -> bool:
            async with reporting.reading() as connection:
                return await connection.fetchval("select count(*) from parked") == 2

        await eventually(waits, "the case's later events parked")
        assert applied[poisoned] == [1]
        (row,) = await stopped_rows(reporting, poisoned)
        assert (row["reason"], row["kind"], row["sequence"]) == ("not_json", "in_place", 2)
        verdict = await release(
            _receiver(node),
            _id(row),
            name="A. Operator (invented)",
            reason="value restored",
            repaired=stage(2).model_dump_json().encode(),
        )
        assert verdict is Verdict.APPLIED
        assert applied[poisoned] == [1, 2, 3, 4]
        assert await stopped_rows(reporting, poisoned) == []


async def test_a_discarded_record_takes_its_place_as_nothing(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    reporting = await bare_store("reporting")
    registry, applied = recording_registry()
    poisoned = uuid4()
    await poison_then_good(infrastructure, poisoned, [])
    async with running_node(infrastructure, reporting, registry, publishes=False) as node:

        async def stopped() -> object:
            return await stopped_rows(reporting, poisoned)

        (row,) = await eventually(stopped, "the poison record in quarantine")  # type: ignore[misc]
        await settle_without_effect(
            _receiver(node), _id(row), name="A. Operator (invented)", reason="test data"
        )

        async def followed() -> bool:
            return applied.get(poisoned) == [1, 3, 4]

        await eventually(followed, "the events behind the discarded one applied")


async def test_a_defect_of_a_handler_quarantines_at_once_and_quotes_nothing(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    reporting = await bare_store("reporting")
    registry, _ = recording_registry()
    case_id = uuid4()
    async with producer_of(infrastructure, "intake") as producer:
        topic, key, headers, value = inside_record(TOPIC, "intake", case_id, 1, stage(666))
        await producer.send_and_wait(topic, value, key=key, headers=headers)
    async with running_node(infrastructure, reporting, registry, publishes=False):

        async def stopped() -> object:
            return await stopped_rows(reporting, case_id)

        (row,) = await eventually(stopped, "the event in quarantine")  # type: ignore[misc]
    assert row["reason"] == "defect.KeyError"


async def test_a_follower_reads_every_topic_of_its_sources_from_the_beginning(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    reporting = await bare_store("reporting")
    async with running_node(
        infrastructure, reporting, recording_registry()[0], publishes=False
    ) as node:

        async def consuming() -> bool:
            return not [c for c in await node.not_ready() if c.startswith("not_consuming")]

        await eventually(consuming, "every consumer has partitions")
        assert [r.source_service for r in node.receivers] == list(FOLLOWS["reporting"])


def _receiver(node: Node):  # type: ignore[no-untyped-def]
    return next(r for r in node.receivers if r.source_service == "intake")


def _id(row: dict[str, object]) -> UUID:
    assert isinstance(row["quarantine_id"], UUID)
    return row["quarantine_id"]
