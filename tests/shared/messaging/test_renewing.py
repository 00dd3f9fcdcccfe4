"""A consumer that does not get on is made anew, and what waited for it is applied."""

import asyncio
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from shared.messaging import measuring, renewing
from shared.messaging.renewing import Renewing, renewed
from tests.conftest import OpenStore
from tests.shared.messaging.recording import TOPIC, recording_registry, stage
from tests.support.bus import inside_record, producer_of, running_node
from tests.support.local_stack import Infrastructure
from tests.support.waiting import eventually

SOURCE = "intake"


def node_with(
    *, stuck: float = 0.0, deaf: int = 0, away: bool = False, breaker_open: bool = False
) -> Any:
    measures = SimpleNamespace(stuck={SOURCE: stuck}, deaf={SOURCE: deaf}, away=lambda: away)
    receiver = SimpleNamespace(source_service=SOURCE, breaker_open=breaker_open)
    subscriber = SimpleNamespace(consumer=object())
    return SimpleNamespace(
        measures=measures, receivers=[receiver], subscribers=[subscriber], doors={}
    )


@pytest.mark.parametrize(
    ("node", "found"),
    [
        (node_with(), False),
        (node_with(stuck=60.0), True),
        (node_with(deaf=2), True),
        (node_with(deaf=1), False),
        (node_with(stuck=60.0, away=True), False),
        (node_with(stuck=60.0, breaker_open=True), False),
    ],
)
def test_a_consumer_is_renewed_for_what_it_does_itself_and_not_while_others_are_away(
    node: Any, found: bool
) -> None:
    assert bool(Renewing(node).to_renew()) is found


def test_a_front_door_that_gets_no_answer_is_renewed_too() -> None:
    node = node_with()
    node.doors["ingress"] = SimpleNamespace(consumer=object())
    node.measures.deaf["ingress"] = 2
    assert [name for name, _ in Renewing(node).to_renew()] == ["ingress"]


async def test_a_consumer_that_does_not_leave_its_group_in_time_ends_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(renewing, "LEAVING_SECONDS", 0.05)
    assert not await renewed(SimpleNamespace(stop=never))


async def test_a_consumer_that_gets_no_more_records_is_renewed_and_applies_them(
    infrastructure: Infrastructure, bare_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewing, "LOOK_SECONDS", 0.3)
    monkeypatch.setattr(renewing, "STUCK_SECONDS", 1.0)
    monkeypatch.setattr(measuring, "RANGES_AGAIN_SECONDS", 0.3)
    reporting = await bare_store("reporting")
    registry, applied = recording_registry()
    first, second, third = uuid4(), uuid4(), uuid4()
    async with (
        producer_of(infrastructure, SOURCE) as producer,
        running_node(infrastructure, reporting, registry, publishes=False) as node,
    ):

        async def write(case_id: Any) -> None:
            topic, key, headers, value = inside_record(TOPIC, SOURCE, case_id, 1, stage(1))
            await producer.send_and_wait(topic, value, key=key, headers=headers, partition=0)

        await write(first)
        await eventually(lambda: _is(applied.get(first) == [1]), "the first is applied")
        (place,) = [n for n, r in enumerate(node.receivers) if r.source_service == SOURCE]
        before = node.subscribers[place].consumer

        async def nothing(*_: object, **__: object) -> dict[object, object]:
            await asyncio.sleep(0.05)
            return {}

        async def no_record(*_: object) -> None:
            await asyncio.Event().wait()

        # As a client that is never answered: it goes on asking and nothing comes.
        monkeypatch.setattr(before._fetcher, "next_record", no_record)
        monkeypatch.setattr(before._fetcher, "fetched_records", nothing)
        await asyncio.sleep(0)
        await write(second)
        await write(third)
        await eventually(lambda: _is(applied.get(third) == [1]), "what came later is applied")
        assert applied[second] == [1]
        assert node.subscribers[place].consumer is not before


async def _is(true: bool) -> bool:
    return true
