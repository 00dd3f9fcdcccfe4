"""A producer that was upgraded before its consumer: nothing is lost, and somebody is told."""

import sys
from uuid import uuid4

import httpx
import pytest

from deploy.local.children import start_child
from tests.contracts.sample_report import sample_body
from tests.faults.crash.conftest import World
from tests.support.local_stack import free_ports
from tests.support.service_processes import Service, ServiceProcesses
from tests.support.waiting import eventually

pytestmark = pytest.mark.long
NEW_TOPIC = "incident.assessed"


def start_older(processes: ServiceProcesses, service: str) -> Service:
    (port,) = free_ports(1)
    child = start_child(
        service,
        [sys.executable, "-m", "tests.upgrades.older_service", service, NEW_TOPIC],
        processes.directory / "logs" / f"older.{service}.log",
        environment=processes.environment_of(service, port),
    )
    started = Service(service, port, child)
    processes.started.append(started)
    return started


async def alarms(service: Service) -> list[str]:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{service.url}/health/readiness", timeout=10)
    return list(answer.json()["alarms"])


async def metrics(service: Service) -> str:
    async with httpx.AsyncClient() as client:
        return (await client.get(f"{service.url}/metrics", timeout=10)).text


async def test_what_waits_for_the_upgrade_is_applied_in_order_after_it(world: World) -> None:
    four = world.four
    intake = await four.start("intake").ready()
    older = await start_older(four.processes, "reporting").ready()
    for _ in range(3):
        await four.processes.submit_until_accepted(intake, sample_body(), uuid4())

    async def waits() -> bool:
        parked = await four.rows("reporting", "select stream, sequence from parked")
        return len({row["stream"] for row in parked}) == 3

    await eventually(waits, "the events behind the unknown one wait, of three cases")
    assert await four.value("reporting", "select max(sequence) from inbox") == 1
    assert await four.value("reporting", "select count(*) from quarantine") == 0

    async def named() -> bool:
        sample = f'without_offset{{group="reporting.intake",topic="{NEW_TOPIC}"}} 3.0'
        return sample in await metrics(intake)

    await eventually(named, "the producer names group and topic")

    async def alarmed() -> bool:
        return "follower_without_offset" in await alarms(intake) and "event_parked" in (
            await alarms(older)
        )

    await eventually(alarmed, "both sides raise an alarm", within=120)
    older.child.stop()
    await four.start("reporting").ready()

    async def applied() -> bool:
        return not await four.value("reporting", "select count(*) from parked")

    await eventually(applied, "nothing waits after the upgrade", within=60)
    rows = await four.rows(
        "reporting", "select stream, sequence, outcome from inbox order by applied_at, sequence"
    )
    for stream in {row["stream"] for row in rows}:
        numbers = [row["sequence"] for row in rows if row["stream"] == stream]
        assert numbers == list(range(1, len(numbers) + 1)), "in order, also what was parked"
    assert {row["outcome"] for row in rows} == {"applied"}
