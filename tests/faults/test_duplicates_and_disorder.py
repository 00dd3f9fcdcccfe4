"""Deliveries that come too often, in another order, or into a transaction that Postgres ends."""

import asyncio
import hashlib
import os
from collections.abc import Callable, Sequence
from random import Random
from typing import Any
from uuid import uuid5

import asyncpg
import pytest

from services.panel_notification.handlers import registry as panel_registry
from services.rapid_review_timer.handlers import registry as timer_registry
from shared.contracts.envelope import NAMESPACE
from shared.contracts.wire import Record
from shared.messaging.clock import SetClock
from shared.messaging.facts import Fact
from shared.messaging.receiving import ConsumerPaused, Receiver
from shared.messaging.registry import Registry
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.conftest import OpenStore
from tests.interleave.told_facts import record_that_tells
from tests.services.panel_notification.sample_facts import decided, fact, linked, serious
from tests.services.rapid_review_timer.sample_cases import AWARE, whole_story
from tests.support.local_stack import Infrastructure
from tests.support.waiting import eventually

SEED = int(os.environ.get("SEED") or 20261122)
PERMUTATIONS = 6


def told_to_the_timer() -> list[Fact]:
    loser, survivor = whole_story()
    return [*loser.facts, *survivor.facts]


def told_to_the_panel() -> list[Fact]:
    one, other = (uuid5(NAMESPACE, f"disorder {number}") for number in (1, 2))
    return [
        fact(one, 1, decided(serious(one))),
        fact(other, 1, decided(serious(other))),
        fact(other, 2, linked(one)),
    ]


TOLD: dict[str, tuple[Registry, Callable[[], list[Fact]]]] = {
    "rapid_review_timer": (timer_registry, told_to_the_timer),
    "panel_notification": (panel_registry, told_to_the_panel),
}
STATE = {
    "rapid_review_timer": """select case_id, rule, state, started_at, due_date, caused_by, met_at,
                                    met_by, on_time, reason, ended_by
                             from deadline order by deadline_id""",
    "panel_notification": "select notice_id, case_id, recipient, state from notice order by 1",
}
EVERY_STEP = (
    "select event_id, topic, stream, sequence, payload from outbox order by stream, sequence",
    "select action, object, cause, codes from audit order by audit_id",
    "select deadline_id, revision from deadline order by deadline_id",
)


class Consumers:
    """One receiver for each source of a service, and how often any of them paused."""

    def __init__(self, store: Store, registry: Registry) -> None:
        self.store = store
        self.registry = registry
        self.metrics = Metrics()
        self.paused = 0

    async def take_in(self, record: Record, source: str) -> None:
        tracing = Tracing(self.store.service, None)
        receiver = Receiver(source, self.store, self.registry, tracing, self.metrics)
        while True:
            try:
                return await receiver.consume(record)
            except ConsumerPaused:
                self.paused += 1

    async def hear(self, facts: Sequence[Fact]) -> None:
        for told in facts:
            await self.take_in(record_that_tells(told), told.source.rpartition("/")[2])


async def digest(store: Store, *more: str) -> str:
    """SHA-256 of the service's state, of what it has used up and knows, and of `more`."""
    found = hashlib.sha256()
    async with store.reading() as connection:
        assert await connection.fetchval("select count(*) from parked") == 0
        assert await connection.fetchval("select count(*) from quarantine") == 0
        for sql in (
            STATE[store.service],
            "select source, stream, sequence, event_id, outcome from inbox order by event_id",
            "select event_id, case_id, payload from fact order by event_id",
            *more,
        ):
            rows = await connection.fetch(sql)
            found.update(repr([tuple(row) for row in rows]).encode())
    return found.hexdigest()


async def consumers_of(open_store: OpenStore, service: str) -> Consumers:
    return Consumers(await open_store(service, clock=SetClock(AWARE)), TOLD[service][0])


async def test_each_event_delivered_two_to_ten_times_leaves_exactly_what_once_leaves(
    open_store: OpenStore,
) -> None:
    print(f"seed {SEED}")
    chance = Random(SEED)
    facts = told_to_the_timer()
    once = await consumers_of(open_store, "rapid_review_timer")
    await once.hear(facts)
    often = await consumers_of(open_store, "rapid_review_timer")
    deliveries = [(float(place), told) for place, told in enumerate(facts)]
    for place, told in enumerate(facts):
        for _ in range(chance.randint(1, 9)):
            deliveries.append((chance.uniform(place, len(facts)), told))
    await often.hear([told for _, told in sorted(deliveries, key=lambda each: each[0])])
    assert await digest(often.store, *EVERY_STEP) == await digest(once.store, *EVERY_STEP)


@pytest.mark.parametrize("service", sorted(TOLD))
async def test_events_in_any_order_of_their_topics_end_as_those_in_order(
    open_store: OpenStore, service: str
) -> None:
    """One topic is read to its end before the next is begun; or all of them are mixed."""
    print(f"seed {SEED}")
    chance = Random(SEED)
    facts = TOLD[service][1]()
    in_order = await consumers_of(open_store, service)
    await in_order.hear(facts)
    expected = await digest(in_order.store)
    for number in range(PERMUTATIONS):
        mixed = list(facts)
        chance.shuffle(mixed)
        if number % 2:
            turn = {told.type: chance.random() for told in facts}
            mixed.sort(key=lambda told: turn[told.type])
        permuted = await consumers_of(open_store, service)
        await permuted.hear(mixed)
        assert await digest(permuted.store) == expected, f"seed {SEED}, permutation {number}"
    print(f"{PERMUTATIONS} permutations end in {expected}")


async def superuser_on(infrastructure: Infrastructure, store: Store) -> Any:
    async with store.reading() as connection:
        database = await connection.fetchval("select current_database()")
    return await asyncpg.connect(
        host=infrastructure.postgres_host,
        port=infrastructure.postgres_port,
        database=database,
        user=infrastructure.superuser,
        password=infrastructure.superuser_password,
    )


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.receiving.FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr("shared.messaging.receiving.LONGEST_PAUSE_SECONDS", 0.02)


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
async def test_a_transaction_that_postgres_ends_runs_again_as_a_whole_and_is_counted(
    open_store: OpenStore, infrastructure: Infrastructure, sqlstate: str
) -> None:
    """Each event's first two tries end when the fact is already written."""
    facts = told_to_the_timer()
    undisturbed = await consumers_of(open_store, "rapid_review_timer")
    await undisturbed.hear(facts)
    disturbed = await consumers_of(open_store, "rapid_review_timer")
    admin = await superuser_on(infrastructure, disturbed.store)
    try:
        await admin.execute(
            f"""create sequence tries;
                create function give_up() returns trigger security definer language plpgsql as $$
                begin
                    if nextval('tries') % 3 <> 0 then
                        raise exception 'ended by a test' using errcode = '{sqlstate}';
                    end if;
                    return new;
                end $$;
                create trigger give_up after insert on fact
                for each row execute function give_up()"""
        )
    finally:
        await admin.close()
    await disturbed.hear(facts)
    assert disturbed.paused == 2 * len(facts), "given up twice for each event"
    assert _counted(disturbed.metrics) == disturbed.paused
    assert await digest(disturbed.store, *EVERY_STEP) == await digest(
        undisturbed.store, *EVERY_STEP
    )


async def test_a_consumer_that_is_the_victim_of_a_deadlock_applies_its_event_afterwards(
    open_store: OpenStore, infrastructure: Infrastructure
) -> None:
    consumers = await consumers_of(open_store, "rapid_review_timer")
    first = told_to_the_timer()[0]
    other = await superuser_on(infrastructure, consumers.store)
    try:
        await other.execute("set deadlock_timeout = '1min'")
        transaction = other.transaction()
        await transaction.start()
        await other.execute("insert into case_state (case_id) values ($1)", first.case_id)
        hearing = asyncio.create_task(consumers.hear([first]))
        await eventually(lambda: _waits_for_the_case(other), "the consumer waits for the case")
        await other.execute("lock table consumed_stream in exclusive mode")
        await transaction.commit()
        await asyncio.wait_for(hearing, 30)
    finally:
        await other.close()
    assert consumers.paused == _counted(consumers.metrics) == 1
    async with consumers.store.reading() as connection:
        assert await connection.fetchval("select count(*) from inbox") == 1
        assert await connection.fetchval("select count(*) from fact") == 1


async def _waits_for_the_case(connection: Any) -> bool:
    own: int = connection.get_server_pid()
    return bool(
        await connection.fetchval(
            """select exists (select 1 from pg_stat_activity
                              where $1 = any(pg_blocking_pids(pid)))""",
            own,
        )
    )


def _counted(metrics: Metrics) -> float:
    return sum(
        sample.value
        for family in metrics.pauses.collect()
        for sample in family.samples
        if sample.name.endswith("_total")
    )
