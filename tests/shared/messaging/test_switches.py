"""Parts that a person stops: every replica honours it, and nothing is lost meanwhile."""

import asyncio
from uuid import uuid4

import httpx
from fastapi import FastAPI

from shared.contracts.envelope import case_stream
from shared.messaging.outbox import emit
from shared.messaging.registry import Registry
from shared.messaging.switches import Switches
from shared.telemetry.metrics import Metrics
from shared.web.problem import install_problem_handlers
from shared.web.stopped_writes import StoppedWrites
from tests.conftest import OpenStore
from tests.shared.messaging.recording import recording_registry, stage
from tests.support.bus import running_node
from tests.support.local_stack import Infrastructure
from tests.support.operators import PERSON, Operator
from tests.support.waiting import eventually


async def test_a_stopped_consumer_keeps_its_place_and_goes_on_when_resumed(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    intake, reporting = await bare_store("intake"), await bare_store("reporting")
    registry, applied = recording_registry()
    operator = Operator(infrastructure, reporting, registry)
    case_id = uuid4()

    async def say(revision: int) -> None:
        async with intake.transaction(uuid4(), "test") as tx:
            await emit(tx, stage(revision), case_stream(case_id), happened_at=tx.now)

    async with (
        running_node(infrastructure, intake, Registry("intake")),
        running_node(infrastructure, reporting, registry, publishes=False) as node,
    ):
        await say(1)

        async def first_applied() -> bool:
            return applied.get(case_id) == [1]

        await eventually(first_applied, "the first event applied")
        told = await operator("consumers", "stop", "consumer:intake", *PERSON)
        assert told.exit_code == 0, told.complained

        async def stopped() -> bool:
            return node.switches.stopped() == ["consumer:intake"]

        await eventually(stopped, "the replica honours it", within=2)
        await say(2)

        async def published() -> bool:
            return not await intake.pool.fetchval(
                "select count(*) from outbox where published_at is null"
            )

        await eventually(published, "the second event on the bus")
        for _ in range(5):
            await node.switches.look()
            assert applied[case_id] == [1], "nothing is applied while it is stopped"
        listed = await operator("consumers", "list", "--json")
        row = next(r for r in listed.answer["rows"] if r["source"] == "intake")
        assert (row["lag"] >= 1, row["stopped"]["by"]) == (True, "A. Operator (invented)")
        again = await operator("consumers", "stop", "consumer:intake", *PERSON)
        assert "is stopped already" in again.said
        await operator("consumers", "resume", "consumer:intake", *PERSON)

        async def second_applied() -> bool:
            return applied.get(case_id) == [1, 2]

        await eventually(second_applied, "the event that waited applied", within=40)
        rows = await reporting.pool.fetch("select action from operator_action order by action_id")
    assert [row["action"] for row in rows] == ["part.stopped", "part.resumed"]


async def test_a_stopped_relay_publishes_nothing_and_loses_nothing(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    intake = await bare_store("intake")
    operator = Operator(infrastructure, intake, Registry("intake"))
    await operator("consumers", "stop", "relay", *PERSON)
    async with running_node(infrastructure, intake, Registry("intake")) as node:
        assert node.switches.stopped() == ["relay"], "known before anything begins"
        async with intake.transaction(uuid4(), "test") as tx:
            await emit(tx, stage(1), case_stream(uuid4()), happened_at=tx.now)
        for _ in range(5):
            await node.switches.look()
            await asyncio.sleep(0.1)
            assert await intake.pool.fetchval("select published_at from outbox") is None
        await operator("consumers", "resume", "relay", *PERSON)

        async def published() -> object:
            return await intake.pool.fetchval("select published_at from outbox")

        await eventually(published, "what waited is published")


async def test_resuming_closes_a_breaker_that_has_opened(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    reporting = await bare_store("reporting")
    registry, _ = recording_registry()
    operator = Operator(infrastructure, reporting, registry)
    async with running_node(infrastructure, reporting, registry, publishes=False) as node:
        receiver = node.receivers[0]
        receiver.breaker_open = True
        assert "breaker_open.intake" in await node.not_alive()
        told = await operator("consumers", "resume", "consumer:intake", *PERSON)
        assert told.exit_code == 0, told.complained

        async def closed() -> bool:
            return not receiver.breaker_open

        await eventually(closed, "the breaker closed", within=2)


async def test_a_task_is_cancelled_when_its_part_is_stopped_and_begins_anew_when_resumed(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    store = await bare_store("reporting")
    operator = Operator(infrastructure, store, Registry("reporting"))
    switches, begun, ended = Switches(store, Metrics()), [], []

    async def watch() -> None:
        begun.append(True)
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    running = asyncio.create_task(switches.run_while_on("writes", watch))
    looking = asyncio.create_task(switches.run())
    for command, expected in (("stop", (1, 1)), ("resume", (2, 1))):
        await operator("consumers", command, "writes", *PERSON)

        async def follows(expected: tuple[int, int] = expected) -> bool:
            return (len(begun), len(ended)) == expected

        await eventually(follows, f"the task follows {command}", within=4)
    running.cancel()
    looking.cancel()
    await asyncio.gather(running, looking, return_exceptions=True)
    assert len(ended) == 2


class _Stopped:
    def __init__(self) -> None:
        self.off = True

    def stopped(self) -> list[str]:
        return ["writes"] if self.off else []

    def writes_stopped(self) -> bool:
        return self.off


async def test_while_writes_are_stopped_a_change_is_refused_with_when_to_try_again() -> None:
    app, switches = FastAPI(), _Stopped()
    install_problem_handlers(app)

    @app.post("/v1/reports")
    async def submit() -> dict[str, str]:
        return {}

    @app.get("/v1/reports")
    async def read() -> dict[str, str]:
        return {}

    app.add_middleware(StoppedWrites, switches=switches)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://vigil") as client:
        refused = await client.post("/v1/reports", json={})
        read_still = await client.get("/v1/reports")
        switches.off = False
        taken = await client.post("/v1/reports", json={})
    assert refused.status_code == 503
    assert refused.json()["type"] == "urn:vigil:problem:writes_stopped"
    assert int(refused.headers["Retry-After"]) > 0
    assert (read_still.status_code, taken.status_code) == (200, 200)
