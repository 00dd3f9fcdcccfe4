"""Alarms raised and cleared by what really happens to a store and its consumers."""

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest
import structlog

from services.intake.refuse import keep_refused
from shared.contracts.envelope import case_stream
from shared.contracts.wire import Record
from shared.messaging.clock import SetClock
from shared.messaging.measuring import without_offsets
from shared.messaging.node import Node
from shared.messaging.outbox import emit
from shared.messaging.quarantine import settle_without_effect
from shared.messaging.receiving import BREAKER_STREAMS
from shared.messaging.registry import Registry
from shared.messaging.store import Store
from shared.telemetry.alarms import CLEARED_AFTER_SECONDS
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from shared.web.service_app import build_app
from tests.conftest import OpenStore
from tests.shared.messaging.recording import TOPIC, recording_registry, stage, stopped_rows
from tests.support.bus import access, inside_record, running_node
from tests.support.local_stack import Infrastructure
from tests.support.waiting import eventually

TWO_MINUTES_AGO = timedelta(minutes=-2)


def clock_at(ago: timedelta) -> SetClock:
    return SetClock(datetime.now(UTC) + ago)


def node_over(
    infrastructure: Infrastructure, store: Store, registry: Registry | None = None
) -> Node:
    """A node that is not started: what it takes in is handed to it by the test."""
    return Node(
        store,
        access(infrastructure, store.service),
        registry or recording_registry()[0],
        Tracing(store.service, None),
        Metrics(),
        publishes=False,
        compares=False,
    )


def record(case_id: UUID, number: int, revision: int = 1, **changes: object) -> Record:
    topic, key, headers, value = inside_record(
        TOPIC, "intake", case_id, number, stage(revision), **changes
    )
    return Record(topic, 0, uuid4().int % 2**40, key, headers, value)


async def raised(node: Node, *, later: float = 0) -> list[str]:
    """What is raised now, or `later` seconds from now if nothing changes."""
    await node.measures.measure()
    node.measures.alarms.evaluate(time.monotonic() + later)
    return [name for name in node.alarms() if name != "broker_unreachable"]


async def cleared(node: Node) -> bool:
    return await raised(node, later=CLEARED_AFTER_SECONDS + 1) == []


async def test_a_gap_is_an_alarm_until_the_missing_event_comes(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    clock, case_id = clock_at(TWO_MINUTES_AGO), uuid4()
    node = node_over(infrastructure, await bare_store("reporting", clock=clock))
    assert await raised(node) == []
    await node.receivers[0].consume(record(case_id, 2))
    with structlog.testing.capture_logs() as said:
        for _ in range(5):
            assert await raised(node) == ["event_parked"]
    assert [line["event"] for line in said if "alarm" in line] == ["alarm.raised"], "once"
    await node.receivers[0].consume(record(case_id, 1))
    assert await cleared(node)


async def test_an_event_that_cannot_be_applied_is_an_alarm_until_somebody_settles_it(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    store, case_id = await bare_store("reporting", clock=clock_at(TWO_MINUTES_AGO)), uuid4()
    node = node_over(infrastructure, store)
    await node.receivers[0].consume(record(case_id, 1, revision=666))
    await node.receivers[0].consume(record(case_id, 2))
    assert await raised(node) == ["case_held"], "what waits behind it is no alarm of its own"
    (row,) = await stopped_rows(store, case_id)
    await settle_without_effect(
        node.receivers[0], UUID(str(row["quarantine_id"])), name="A. Operator", reason="invented"
    )
    assert await cleared(node)


async def test_a_record_that_names_no_case_is_an_alarm(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    node = node_over(infrastructure, await bare_store("reporting"))
    whole = record(uuid4(), 1)
    headers = [(name, b"???" if name == "ce_subject" else value) for name, value in whole.headers]
    await node.receivers[0].consume(
        Record(whole.topic, 0, whole.offset, whole.key, headers, whole.value)
    )
    assert await raised(node) == ["record_unplaced"]


async def test_a_type_that_this_version_does_not_know_is_an_alarm_at_once(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    node = node_over(infrastructure, await bare_store("reporting"))
    later_version = record(uuid4(), 1, type="uk.vigil.case.stage.entered.v9")
    await node.receivers[0].consume(later_version)
    assert await raised(node) == ["type_unknown"]


async def test_one_defect_that_stops_many_cases_opens_the_breaker_and_is_an_alarm(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    node = node_over(infrastructure, await bare_store("reporting"))
    for _ in range(BREAKER_STREAMS - 1):
        await node.receivers[0].consume(record(uuid4(), 1, revision=666))
    assert await raised(node) == ["case_held"], "as many as may happen"
    await node.receivers[0].consume(record(uuid4(), 1, revision=666))
    assert await raised(node) == ["breaker_open", "case_held"]
    assert await node.not_alive() == ["breaker_open.intake"]
    node.receivers[0].close_breaker()
    assert await raised(node, later=CLEARED_AFTER_SECONDS + 1) == ["case_held"]


@pytest.mark.parametrize("seconds", [20, 40])
async def test_events_that_nobody_publishes_are_an_alarm_after_half_a_minute(
    infrastructure: Infrastructure, bare_store: OpenStore, seconds: int
) -> None:
    store = await bare_store("intake", clock=clock_at(timedelta(seconds=-seconds)))
    node = node_over(infrastructure, store, Registry("intake"))
    async with store.transaction(uuid4(), "test") as tx:
        await emit(tx, stage(1), case_stream(uuid4()), happened_at=tx.now)
    assert await raised(node) == (["outbox_waits"] if seconds > 30 else [])
    async with running_node(infrastructure, store, Registry("intake")):
        await store_is_published(store)
        assert await cleared(node)


async def store_is_published(store: Store) -> None:
    async def nothing_waits() -> bool:
        async with store.reading() as connection:
            return not await connection.fetchval(
                "select count(*) from outbox where published_at is null"
            )

    await eventually(nothing_waits, "the outbox is empty")


async def test_a_refused_report_is_an_alarm_and_readiness_lists_it_without_failing_for_it(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    store = await bare_store("intake")
    node = node_over(infrastructure, store, Registry("intake"))
    refused = Record("ingress.police-records", 0, 0, None, (), b"not a report")
    async with store.transaction(uuid4(), "test") as tx:
        await keep_refused(tx, refused, "police-records", "not_json")
    assert await raised(node) == ["report_refused"]
    transport = httpx.ASGITransport(build_app("intake", node, []))
    async with httpx.AsyncClient(transport=transport, base_url="http://intake") as client:
        body = (await client.get("/health/readiness")).json()
    assert "report_refused" in body["alarms"]
    assert "report_refused" not in body["codes"]


async def test_a_store_that_does_not_answer_is_an_alarm_and_the_others_are_still_looked_at(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    store = await bare_store("reporting")
    node = node_over(infrastructure, store)
    await store.pool.close()
    await raised(node)
    assert await raised(node, later=16) == ["store_unreachable"]


async def test_a_store_behind_its_topics_is_an_alarm_while_the_gate_is_shut(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    node = node_over(infrastructure, await bare_store("reporting"))
    node.gate.shut = "store_behind"
    assert await raised(node) == ["store_behind"]
    node.gate.open_at_once()
    assert await cleared(node)


async def test_a_running_node_reaches_its_broker_and_raises_nothing(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    store = await bare_store("panel_notification")
    async with running_node(infrastructure, store, Registry("panel_notification")) as node:
        await node.measures.measure()
        assert node.metrics.registry.get_sample_value("vigil_broker_unreachable") == 0
        started = node.metrics.registry.get_sample_value("process_start_time_seconds")
        assert started is None or started <= time.time(), "the same however often it is asked"
        assert "broker_unreachable" not in node.alarms()


async def test_a_group_that_never_read_a_topic_is_named_with_it(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    """Seen as the producer, with no more rights than the catalogue gives it."""
    store = await bare_store("rapid_review_timer")
    async with running_node(infrastructure, store, Registry("rapid_review_timer")):
        missing = await without_offsets(access(infrastructure, "intake"), "intake")
    assert not any(group == "rapid_review_timer.intake" for group, _ in missing)
    assert {group for group, _ in missing} <= {"panel_notification.intake", "reporting.intake"}
