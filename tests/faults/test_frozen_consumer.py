"""A process that stands still for longer than its session, in the middle of its work."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from uuid import uuid4

import psutil
import pytest

from deploy.local.provision_kafka import administrator
from tests.conftest import SYSTEMS, run_migration
from tests.contracts.sample_report import sample_body
from tests.soak.scene import beside
from tests.support.local_stack import Infrastructure, provision, start_infrastructure
from tests.support.service_processes import Service, ServiceProcesses
from tests.support.waiting import eventually

TIMER, GROUP = "rapid_review_timer", "rapid_review_timer.intake"
FROZEN_SECONDS = 60.0
EVERY_SECONDS = 0.2
TRIES = 2_000

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


@pytest.fixture
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcesses]:
    directory = tmp_path_factory.mktemp("frozen")
    infrastructure = start_infrastructure(directory / "infrastructure")
    started = ServiceProcesses(infrastructure, directory)
    try:
        provision(infrastructure, SYSTEMS)
        for service in ("intake", TIMER):
            run_migration(infrastructure, service)
        yield started
    finally:
        for one in started.started:
            if one.child.running:
                os.kill(one.child.pid, signal.SIGCONT)
        started.stop_all()
        infrastructure.stop()


async def test_a_process_frozen_inside_a_transaction_for_a_minute_does_nothing_twice(
    processes: ServiceProcesses,
) -> None:
    """Its partitions go to the other member; what it had in hand is fenced when it wakes."""
    seen: list[frozenset[str]] = []
    intake = await processes.start("intake").ready()
    first, second = processes.start(TIMER), processes.start(TIMER)
    await asyncio.gather(first.ready(), second.ready())
    async with beside(report(processes, intake), watch_members(processes.infrastructure, seen)):
        await eventually(lambda: two(seen), "both are in the group")
        await eventually(lambda: applied(processes, 20), "both have work")
        tries = await freeze_inside_a_transaction(processes, first)
        frozen_at = time.monotonic()
        before = await count(processes, "select count(*) from inbox")
        await eventually(lambda: only_one(seen), "it is put out of its group", within=60)
        put_out = time.monotonic() - frozen_at
        await asyncio.sleep(FROZEN_SECONDS - put_out)
        meanwhile = await count(processes, "select count(*) from inbox") - before
        os.kill(first.child.pid, signal.SIGCONT)
        await eventually(lambda: two(seen), "it joined again", within=60)
    await eventually(lambda: everything_is_applied(processes), "both go on", within=120)
    assert first.child.running
    assert second.child.running
    assert meanwhile > 0, "the other went on"
    await assert_nothing_doubled(processes)
    print(
        f"F10: frozen {FROZEN_SECONDS:.0f} s inside a transaction (try {tries}), put out of its "
        f"group after {put_out:.1f} s, rebalances {len(seen) - 1}, applied by the other "
        f"meanwhile {meanwhile}, applied twice 0"
    )


async def report(processes: ServiceProcesses, intake: Service) -> None:
    while True:
        await processes.submit_until_accepted(intake, sample_body(), uuid4())
        await asyncio.sleep(EVERY_SECONDS)


async def watch_members(infrastructure: Infrastructure, seen: list[frozenset[str]]) -> None:
    """Adds the members of the group whenever they are others than before."""
    admin = administrator(infrastructure.kafka_bootstrap, infrastructure.kafka_admin_password)
    while True:
        described = admin.describe_consumer_groups([GROUP])[GROUP]
        group = await asyncio.to_thread(described.result, 20)
        members = frozenset(member.member_id for member in group.members)
        if members and (not seen or members != seen[-1]):
            seen.append(members)
        await asyncio.sleep(EVERY_SECONDS)


async def only_one(seen: list[frozenset[str]]) -> bool:
    return bool(seen) and len(seen[-1]) == 1


async def two(seen: list[frozenset[str]]) -> bool:
    return bool(seen) and len(seen[-1]) == 2


async def freeze_inside_a_transaction(processes: ServiceProcesses, victim: Service) -> int:
    """Stops it in its tracks again and again until it holds a transaction that has written.

    Says how often."""
    for tries in range(1, TRIES):
        os.kill(victim.child.pid, signal.SIGSTOP)
        if await holds_a_transaction(processes, victim):
            return tries
        os.kill(victim.child.pid, signal.SIGCONT)
        await asyncio.sleep(0.01)
    raise AssertionError(f"never inside a transaction in {TRIES} tries")


async def count(processes: ServiceProcesses, sql: str) -> int:
    (row,) = await processes.fetch(TIMER, sql)
    return int(row["count"])


async def applied(processes: ServiceProcesses, least: int) -> bool:
    return await count(processes, "select count(*) from inbox") >= least


async def holds_a_transaction(processes: ServiceProcesses, stopped: Service) -> bool:
    ports = {
        one.laddr.port for one in psutil.Process(stopped.child.pid).net_connections(kind="tcp4")
    }
    rows = await processes.fetch(
        TIMER,
        """select client_port from pg_stat_activity where usename = current_user
           and state = 'idle in transaction' and backend_xid is not null""",
    )
    return any(row["client_port"] in ports for row in rows)


async def everything_is_applied(processes: ServiceProcesses) -> bool:
    """Every event of intake is in the timer's inbox, and nothing waits there."""
    published = await processes.fetch(
        "intake", "select event_id from outbox where sequence is not null"
    )
    taken_in = await processes.fetch(TIMER, "select event_id from inbox")
    parked = await processes.fetch(TIMER, "select event_id from parked")
    return {r["event_id"] for r in published} <= {r["event_id"] for r in taken_in} and not parked


async def assert_nothing_doubled(processes: ServiceProcesses) -> None:
    for what, sql in (
        (
            "numbers applied are 1 to n without a gap",
            """select source, stream from inbox group by source, stream
               having count(*) <> max(sequence) or min(sequence) <> 1""",
        ),
        (
            "each deadline was set once",
            """select convert_from(payload, 'UTF8')::jsonb ->> 'deadline_id' from outbox
               where topic = 'deadline.set' group by 1 having count(*) > 1""",
        ),
        ("each event left one fact", "select event_id from fact group by 1 having count(*) > 1"),
    ):
        assert await processes.fetch(TIMER, sql) == [], what
