"""A backlog that one consumer has and another has not, and members that come and go."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from statistics import quantiles
from uuid import UUID, uuid4

import pytest

from shared.contracts.intake_events import IncidentLinked
from shared.contracts.payload import Payload
from shared.messaging.node import Node
from shared.messaging.registry import Event, Registry
from shared.messaging.store import Tx
from shared.messaging.switches import consumer_part, resume_part, stop_part
from tests.faults.broker_world import BrokerWorld, Effects, opened
from tests.support.bus import inside_record, producer_of
from tests.support.waiting import eventually

pytestmark = [pytest.mark.long, pytest.mark.timeout(1500)]

BACKLOG_CASES, BACKLOG_EACH = 10_000, 10
PROBES, PROBE_EVERY_SECONDS = 100, 0.1
CALM_SECONDS, STORM_SECONDS, EVERY_SECONDS = 60.0, 300.0, 2.0
CASES, MOST_WAITING = 1_000, 4_000
WHO = {"name": "A. Operator (invented)", "reason": "Invented reason."}
PART = consumer_part("intake")


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerWorld]:
    with opened(tmp_path_factory.mktemp("consumers"), "rapid_review_timer", "reporting") as made:
        yield made


@dataclass
class Heard:
    """When a follower applied a probe, by its case (monotonic seconds)."""

    registry: Registry
    at: dict[UUID, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.registry.on(IncidentLinked)(self.keep)

    async def keep(self, event: Event[Payload], tx: Tx) -> None:
        self.at[event.case_id] = time.monotonic()


async def probe(world: BrokerWorld, *followers: Heard) -> list[str]:
    """From the broker's yes to the effect, for each follower: p50 and p99 in words."""
    sent: dict[UUID, float] = {}
    async with producer_of(world.infrastructure, "intake") as producer:
        for _ in range(PROBES):
            case_id, said = uuid4(), IncidentLinked(survivor=uuid4(), reason="same_incident")
            topic, key, headers, value = inside_record(
                "incident.linked", "intake", case_id, 1, said
            )
            await producer.send_and_wait(topic, value, key=key, headers=headers)
            sent[case_id] = time.monotonic()
            await asyncio.sleep(PROBE_EVERY_SECONDS)

    async def all_heard() -> bool:
        return all(sent.keys() <= heard.at.keys() for heard in followers)

    await eventually(all_heard, "every probe applied", within=900)
    return [
        described([(heard.at[one] - at) * 1000 for one, at in sent.items()]) for heard in followers
    ]


def described(milliseconds: list[float]) -> str:
    cuts = quantiles(milliseconds, n=100)
    return f"p50 {cuts[49]:.0f} ms p99 {cuts[98]:.0f} ms"


async def test_a_backlog_is_an_alarm_and_drains_while_another_consumer_stays_fresh(
    world: BrokerWorld,
) -> None:
    cases, effects = [uuid4() for _ in range(BACKLOG_CASES)], Effects()
    numbers, total = range(1, BACKLOG_EACH + 1), BACKLOG_CASES * BACKLOG_EACH
    slow, other = Heard(effects.registry), Heard(Registry("rapid_review_timer"))
    async with (
        world.running("reporting", slow.registry) as reporting,
        world.running("rapid_review_timer", other.registry) as timer,
    ):
        before = await probe(world, slow, other)
        async with reporting.store.transaction(uuid4(), WHO["name"]) as tx:
            await stop_part(tx, PART, **WHO)
        await eventually(lambda: is_off(reporting), "the consumer is stopped")
        began = time.monotonic()
        await world.flood(cases, numbers)
        await eventually(lambda: has_read(timer, total), "the other read everything", within=600)
        unaffected = time.monotonic() - began
        (meanwhile,) = await probe(world, other)
        assert effects.total == 0
        await reporting.measures.measure()
        reporting.measures.alarms.evaluate(time.monotonic() + 61)
        assert "consumer_behind" in reporting.alarms()
        began = time.monotonic()
        async with reporting.store.transaction(uuid4(), WHO["name"]) as tx:
            await resume_part(tx, PART, **WHO)
        draining = await probe(world, other)

        async def drained() -> bool:
            return effects.total == total

        await eventually(drained, "the backlog is drained", within=900)
        seconds = time.monotonic() - began
        after = await probe(world, slow, other)
    print(
        f"F28: {total} behind, drained in {seconds:.0f} s ({total / seconds:.0f}/s); fresh before "
        f"{before[0]}, after {after[0]}; the other took {unaffected:.0f} s for all, was fresh "
        f"before {before[1]}, beside the backlog {meanwhile}, while it drained {draining[0]}"
    )
    assert all(effects.of_case[case_id] == list(numbers) for case_id in cases), "once, in order"


async def is_off(node: Node) -> bool:
    return PART in node.switches.stopped()


async def has_read(node: Node, count: int) -> bool:
    async with node.store.reading() as connection:
        return bool(await connection.fetchval("select count(*) from inbox") >= count)


async def test_members_that_come_and_go_leave_more_than_half_of_the_progress(
    world: BrokerWorld,
) -> None:
    """There is always more to do than is done. Each two seconds a member sets out to join, whether
    the one before is in already or not; each leaves two seconds after it is in."""
    a_minute, joined = {}, 0
    for phase, lasts in (("calm", CALM_SECONDS), ("storm", STORM_SECONDS)):
        effects, cases = Effects(), [uuid4() for _ in range(CASES)]
        async with AsyncExitStack() as members:
            await members.enter_async_context(world.running("reporting", effects.registry))
            feeding = asyncio.create_task(feed(world, effects, cases, lasts))
            began = time.monotonic()
            async with asyncio.TaskGroup() as passing:
                while time.monotonic() - began < lasts:
                    if phase == "storm":
                        joined += 1
                        passing.create_task(join_and_leave(world, effects))
                    await asyncio.sleep(EVERY_SECONDS)
            a_minute[phase] = effects.total / (time.monotonic() - began) * 60
            last = await feeding

            async def all_applied(effects: Effects = effects, count: int = last * CASES) -> bool:
                return effects.total >= count

            await eventually(all_applied, "everything applied once it is calm", within=300)
        whole = list(range(1, last + 1))
        twice = sum(effects.of_case[case_id] != whole for case_id in cases)
        assert twice == 0, "once, in order"
    ratio = a_minute["storm"] / a_minute["calm"]
    print(
        f"F29: {joined} members came and went in {STORM_SECONDS:.0f} s, applied a minute calm "
        f"{a_minute['calm']:.0f}, storm {a_minute['storm']:.0f}, ratio {ratio:.2f}, twice {twice}"
    )
    assert ratio >= 0.5


async def join_and_leave(world: BrokerWorld, effects: Effects) -> None:
    async with world.running("reporting", effects.registry):
        await asyncio.sleep(EVERY_SECONDS)


async def feed(world: BrokerWorld, effects: Effects, cases: list[UUID], lasts: float) -> int:
    """Keeps some thousand events waiting; returns the last number of each case."""
    began, number = time.monotonic(), 0
    while time.monotonic() - began < lasts:
        if number * len(cases) - effects.total < MOST_WAITING:
            number += 1
            await world.flood(cases, [number])
        else:
            await asyncio.sleep(0.1)
    return number
