"""A timer on a real Postgres with a clock that is set and spans that can be read, and a case."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from services.rapid_review_timer.handlers import SERVICE, registry
from services.rapid_review_timer.rules import BUNDLED
from services.rapid_review_timer.watcher import Watcher
from shared.contracts.catalogue import event_type
from shared.contracts.payload import Payload
from shared.contracts.strict_json import parse
from shared.messaging.clock import SetClock
from shared.messaging.facts import Fact
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing, parent_in_case
from tests.services.rapid_review_timer.case_told import CaseTold, at, event_of
from tests.services.rapid_review_timer.restored_timer import RestoredTimer
from tests.services.rapid_review_timer.sample_cases import AWARE


@dataclass
class Timer:
    """`clock` tells the time; `finished_spans` are those of `tracing`."""

    store: Store
    clock: SetClock
    tracing: Tracing
    exporter: InMemorySpanExporter
    metrics: Metrics

    async def hears(self, *facts: Fact) -> None:
        """Applies events in this order, each in a transaction of its own."""
        for fact in facts:
            event = event_of(fact)
            async with self.store.transaction(fact.event_id, "test", caused_by_event=True) as tx:
                with self.tracing.span(
                    "process",
                    parent=parent_in_case(fact.traceparent, fact.case_id),
                    kind=SpanKind.CONSUMER,
                ):
                    value = event.data.model_dump_json().encode()
                    await registry.apply(event.envelope, value, tx)

    def watcher(self) -> Watcher:
        return Watcher(self.store, self.tracing, self.metrics)

    async def rows(self, sql: str, *arguments: object) -> list[Any]:
        async with self.store.reading() as connection:
            return list(await connection.fetch(sql, *arguments))

    async def said(self, model: type[Payload] | None = None) -> list[Payload]:
        """What the outbox holds, oldest first; of one class, or of all."""
        found = []
        for row in await self.rows("select type, payload from outbox order by position"):
            known = event_type(row["type"])
            assert known is not None
            found.append(known.model.model_validate(parse(row["payload"])))
        return [said for said in found if model is None or isinstance(said, model)]

    async def states(self) -> dict[tuple[Any, str], tuple[Any, ...]]:
        """What each deadline is now, without its revision."""
        rows = await self.rows(
            """select case_id, rule, state, started_at, due_date, caused_by, met_at, met_by,
                      on_time, working_days_late, reason, ended_by, alternatives, awaits_receipt
               from deadline"""
        )
        return {(row["case_id"], row["rule"]): tuple(row)[2:] for row in rows}


NewTimer = Callable[[], Awaitable[Timer]]


@pytest.fixture
async def new_timer(open_store: Callable[..., Awaitable[Store]]) -> AsyncIterator[NewTimer]:
    made: list[Timer] = []

    async def new() -> Timer:
        clock = SetClock(at("2019-06-05", "12:00"))
        exporter = InMemorySpanExporter()
        tracing = Tracing(SERVICE, exporter)
        store = await open_store(SERVICE, clock=clock)
        timer = Timer(store, clock, tracing, exporter, Metrics())
        made.append(timer)
        return timer

    yield new
    for timer in made:
        timer.tracing.close()


@pytest.fixture
async def timer(new_timer: NewTimer) -> Timer:
    return await new_timer()


@pytest.fixture
def case() -> CaseTold:
    """Nothing is told of it yet."""
    return CaseTold()


@pytest.fixture
def restored(timer: Timer) -> RestoredTimer:
    return RestoredTimer(timer)


@pytest.fixture
async def lost(restored: RestoredTimer, case: CaseTold) -> CaseTold:
    """Reported and assessed; the clocks that follow were lost with the store, untold."""
    await restored.takes_in_again(case.reported(AWARE), case.assessed(AWARE, AWARE))
    assert await restored.told() == []
    return case


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A directory with a copy of the rules that come with the code."""
    return Path(shutil.copytree(BUNDLED, tmp_path / "rules"))


def kinds_of(said: Iterable[Payload]) -> list[str]:
    return [type(each).__name__ for each in said]
