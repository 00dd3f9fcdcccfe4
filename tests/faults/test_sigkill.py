"""A process killed between its commit and its mark: nothing is lost, nothing applied twice."""

from collections import Counter
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.contracts.catalogue import topics_of
from tests.contracts.sample_report import sample_body
from tests.support.bus import access
from tests.support.service_processes import ServiceProcesses
from tests.support.waiting import eventually


async def ids_on_topics(processes: ServiceProcesses, service: str) -> Counter[str]:
    """How often each event id stands on the topics that a service writes."""
    consumer = AIOKafkaConsumer(**access(processes.infrastructure, service).aiokafka())
    await consumer.start()
    seen: Counter[str] = Counter()
    try:
        partitions = [TopicPartition(t, n) for t in topics_of(service) for n in range(3)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(partitions)

        async def all_read() -> bool:
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    seen[dict(record.headers)["ce_id"].decode()] += 1
            positions = [await consumer.position(p) >= ends[p] for p in partitions]
            return all(positions)

        await eventually(all_read, "the topics read to their ends")
    finally:
        await consumer.stop()
    return seen


async def no_row_waits(processes: ServiceProcesses, service: str) -> bool:
    (row,) = await processes.fetch(
        service, "select count(*) from outbox where published_at is null"
    )
    return bool(row["count"] == 0)


async def everything_is_applied(processes: ServiceProcesses) -> bool:
    """Every event of intake is in the timer's inbox, and nothing waits there."""
    published = await processes.fetch(
        "intake", "select event_id from outbox where sequence is not null"
    )
    applied = await processes.fetch("rapid_review_timer", "select event_id from inbox")
    parked = await processes.fetch("rapid_review_timer", "select event_id from parked")
    return {r["event_id"] for r in published} <= {r["event_id"] for r in applied} and not parked


async def assert_nothing_doubled(processes: ServiceProcesses) -> None:
    gaps = await processes.fetch(
        "rapid_review_timer",
        """select source, stream from inbox group by source, stream
           having count(*) <> max(sequence) or min(sequence) <> 1""",
    )
    assert gaps == [], "numbers applied are 1 to n without a gap"
    doubled = await processes.fetch(
        "rapid_review_timer",
        """select convert_from(payload, 'UTF8')::jsonb ->> 'deadline_id' as deadline from outbox
           where topic = 'deadline.set' group by 1 having count(*) > 1""",
    )
    assert doubled == [], "each deadline was set once"


@pytest.mark.parametrize("point", ["relay.acknowledged", "relay.rows_read", "relay.marked"])
async def test_a_relay_killed_around_its_mark_publishes_everything_and_harms_nothing(
    processes: ServiceProcesses, point: str
) -> None:
    sender_id, body = uuid4(), sample_body()
    doomed = await processes.start("intake", crash=point).ready()
    await processes.submit(doomed, body, sender_id)
    await doomed.killed()
    intake = await processes.start("intake").ready()
    timer = await processes.start("rapid_review_timer").ready()
    await processes.submit_until_accepted(intake, body, sender_id)
    await eventually(lambda: no_row_waits(processes, "intake"), "every row published")
    stored = await processes.fetch("intake", "select event_id from outbox where topic <> 'x'")
    on_topics = await ids_on_topics(processes, "intake")
    inside = await processes.fetch(
        "intake", "select event_id from outbox where sequence is not null"
    )
    assert {str(row["event_id"]) for row in inside} <= set(on_topics), "nothing lost"
    assert set(on_topics) <= {str(row["event_id"]) for row in stored}, "nothing from elsewhere"
    if point == "relay.acknowledged":
        assert max(on_topics.values()) == 2, "the kill fell between the broker's yes and the mark"
    await eventually(lambda: everything_is_applied(processes), "the timer applied every event")
    await assert_nothing_doubled(processes)
    reports = await processes.fetch(
        "intake", "select 1 from report where sender_report_id = $1", sender_id
    )
    assert len(reports) == 1, "the retried report is one report"
    intake.child.stop()
    timer.child.stop()


@pytest.mark.parametrize("point", ["consumer.committed:2", "consumer.applied:2"])
async def test_a_consumer_killed_around_its_commit_applies_each_event_once(
    processes: ServiceProcesses, point: str
) -> None:
    intake = await processes.start("intake").ready()
    doomed = await processes.start("rapid_review_timer", crash=point).ready()
    for _ in range(3):
        await processes.submit_until_accepted(intake, sample_body(), uuid4())
    await doomed.killed()
    timer = await processes.start("rapid_review_timer").ready()
    await eventually(lambda: everything_is_applied(processes), "every event applied", within=40)
    await assert_nothing_doubled(processes)
    offsets = await processes.fetch(
        "rapid_review_timer", "select sum(next_offset) as consumed from consumed_offset"
    )
    assert offsets[0]["consumed"] > 0
    intake.child.stop()
    timer.child.stop()
