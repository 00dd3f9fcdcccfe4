"""SIGTERM while work goes on: what is in hand is finished or given back, within ten seconds."""

import asyncio
import time
from random import Random
from statistics import quantiles

import pytest

from deploy.local.provision_kafka import administrator
from shared.contracts.catalogue import SERVICES
from tests.faults.crash.balance import balance, quiet
from tests.faults.crash.combinations import GROUPS
from tests.faults.crash.conftest import SEED, World

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

ROUNDS = 3
LONGEST = 10.0


async def test_a_service_asked_to_stop_leaves_in_order_and_in_time(world: World) -> None:
    four, work = world.four, world.work
    random = Random(SEED)
    await four.all_run({})
    await quiet(four)
    going_on, took = True, []

    async def work_goes_on() -> None:
        while going_on:
            await work.wave()

    working = asyncio.create_task(work_goes_on())
    try:
        for service in [name for _ in range(ROUNDS) for name in SERVICES]:
            await asyncio.sleep(random.uniform(0.2, 2.0))  # at any moment of the work
            child, began = four.running[service].child, time.monotonic()
            await asyncio.to_thread(child.stop)
            took.append(time.monotonic() - began)
            assert child.process.returncode == 0, f"{service}:\n{child.last_lines(20)}"
            assert await asyncio.to_thread(members, world, service) == 0, (
                f"{service} left its groups"
            )
            await four.start(service).ready()
        going_on = False
        await working
    finally:
        working.cancel()
    await quiet(four)
    found = await balance(four, work)
    assert found, found
    p95 = quantiles(took, n=20, method="inclusive")[-1]
    print(
        f"\nSIGTERM to exit: {len(took)} times, p95 {p95:.1f} s, max {max(took):.1f} s, seed {SEED}"
    )
    assert p95 <= LONGEST


def members(world: World, service: str) -> int:
    """How many members the broker still counts in the consumer groups of a service."""
    infrastructure = world.four.infrastructure
    broker = administrator(infrastructure.kafka_bootstrap, infrastructure.kafka_admin_password)
    groups = [group for group in GROUPS if group.startswith(f"{service}.")]
    asked = broker.describe_consumer_groups(groups, request_timeout=10)
    return sum(len(group.result().members) for group in asked.values())
