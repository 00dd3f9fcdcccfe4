"""A relay that reads while transactions commit in another order than their positions."""

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.contracts.envelope import case_stream
from shared.messaging.outbox import emit
from shared.messaging.relay import Relay
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.conftest import OpenStore
from tests.interleave import defects
from tests.interleave.conftest import Explore
from tests.interleave.exploring import Prepare, Situation
from tests.interleave.gate import Cut, Work
from tests.shared.messaging.recording import stage

METRICS, TRACING = Metrics(), Tracing("intake", None)


@dataclass
class Broker:
    """Takes everything at once and remembers it: stream and number, in the order of sending."""

    taken: list[tuple[str, int]] = field(default_factory=list)

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def send(
        self, topic: str, *, value: bytes, key: bytes, headers: Sequence[tuple[str, bytes]]
    ) -> "asyncio.Future[Any]":
        said = dict(headers)
        self.taken.append((said["ce_subject"].decode(), int(said["ce_sequence"])))
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        answer.set_result(_Place(0, len(self.taken)))
        return answer


@dataclass(frozen=True)
class _Place:
    partition: int
    offset: int


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("POLL_SECONDS", "STANDBY_SECONDS", "FIRST_PAUSE_SECONDS", "LONGEST_PAUSE_SECONDS"):
        monkeypatch.setattr(f"shared.messaging.relay.{name}", 0.0)


def writes(case_id: UUID, transactions: int = 1, events: int = 1) -> Work:
    async def work(store: Store) -> None:
        for _ in range(transactions):
            async with store.transaction(uuid4(), "writer") as tx:
                for _ in range(events):
                    await emit(tx, stage(1), case_stream(case_id), happened_at=tx.now)

    return work


def relays(broker: Broker, kind: type[Relay] = Relay) -> Work:
    async def work(store: Store) -> None:
        await kind(store, lambda: broker, TRACING, METRICS).run()

    return work


async def published_otherwise(store: Store, broker: Broker, *, twice: bool) -> list[str]:
    """Per stream the broker has 1 to n in order; `twice`: a number may stand there again."""
    async with store.reading() as connection:
        rows = await connection.fetch(
            "select stream, sequence, published_at from outbox order by stream, sequence"
        )
    waiting = [row["sequence"] for row in rows if row["published_at"] is None]
    found = [f"never published: {len(waiting)} rows"] if waiting else []
    for stream in {name for name, _ in broker.taken}:
        numbers = [number for name, number in broker.taken if name == stream]
        first = list(dict.fromkeys(numbers)) if twice else numbers
        if first != list(range(1, len(first) + 1)):
            found.append(f"out of order: {numbers}")
    return found


def writers_and_relay(store: Store, kind: type[Relay] = Relay) -> Prepare:
    async def prepare(_: Random) -> Situation:
        one, other, broker = uuid4(), uuid4(), Broker()

        async def breaches() -> list[str]:
            return await published_otherwise(store, broker, twice=False)

        return Situation(
            {
                "writer": writes(one, transactions=2),
                "second writer of its case": writes(one, events=2),
                "writer of another case": writes(other, events=2),
            },
            breaches,
            without_end={"relay": relays(broker, kind)},
        )

    return prepare


async def test_a_row_that_commits_after_a_later_one_is_published_all_the_same(
    bare_store: OpenStore, explored: Explore
) -> None:
    store = await bare_store("intake")
    (await explored(store, "writers and a relay", writers_and_relay(store))).assert_clean()


async def test_a_relay_by_cursor_is_found(bare_store: OpenStore, explored: Explore) -> None:
    store = await bare_store("intake")
    prepare = writers_and_relay(store, defects.RelayByCursor)
    found = (await explored(store, "planted: relay by cursor", prepare)).found
    assert found is not None
    assert "never published" in found


async def test_a_relay_that_loses_its_connection_hands_over_and_nothing_is_out_of_order(
    bare_store: OpenStore, explored: Explore
) -> None:
    store = await bare_store("intake")
    cuts = itertools.cycle(Cut(stop, lost) for stop in range(1, 12) for lost in (False, True))

    async def prepare(_: Random) -> Situation:
        one, other, broker = uuid4(), uuid4(), Broker()

        async def breaches() -> list[str]:
            return await published_otherwise(store, broker, twice=True)

        return Situation(
            {"writer": writes(one, transactions=3), "other": writes(other, events=2)},
            breaches,
            without_end={"relay": relays(broker), "standby": relays(broker)},
            cuts={"relay": next(cuts)},
        )

    (await explored(store, "a relay that is cut, and a standby", prepare)).assert_clean()
