"""A case's trace is on disk before it is shown: it outlives the store that shows it."""

import os
import signal
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from deploy.local.layout import SERVICES
from shared.telemetry.tracing import Tracing, case_root, otlp_exporter
from tests.journeys.test_samples import reported_by_three
from tests.support.waiting import eventually
from tests.support.whole_stack import WholeStack, new_stack

pytestmark = pytest.mark.long

WHILE_DOWN = "written while the trace store was down"


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeStack]:
    started = new_stack(tmp_path_factory.mktemp("traces") / "data")
    try:
        started.start()
        yield started
    finally:
        started.stop()


def freeze_trace_store(stack: WholeStack) -> None:
    """From here on it answers nobody and takes nothing; `make stop` ends it with the rest."""
    (store,) = [each for each in stack.status() if each["name"] == "traces"]
    os.kill(store["pid"], signal.SIGSTOP)


async def spans_once(stack: WholeStack, case: UUID, least: int) -> list[Any]:
    """The spans of a case's trace, as soon as there are so many."""
    found: list[Any] = []

    async def there() -> bool:
        found[:] = await stack.spans(case.hex)
        return len(found) >= least

    await eventually(there, f"{least} spans in the trace store")
    return found


@pytest.mark.stack
@pytest.mark.timeout(600)
async def test_after_stop_and_run_a_trace_is_there_with_a_span_written_while_its_store_was_down(
    own_stack: WholeStack,
) -> None:
    survivor, _ = await reported_by_three(own_stack)
    case = UUID(survivor)
    before = await spans_once(own_stack, case, 10)
    kept = {span["id"] for span in before}
    assert {span["localEndpoint"]["serviceName"] for span in before} >= set(SERVICES)
    freeze_trace_store(own_stack)
    tracing = Tracing("intake", otlp_exporter(own_stack.layout.url("otlp")))
    with tracing.span(WHILE_DOWN, parent=case_root(case)):
        pass
    tracing.close()
    own_stack.stop()
    own_stack.start()
    after = await spans_once(own_stack, case, len(kept) + 1)
    assert kept <= {span["id"] for span in after}
    assert WHILE_DOWN in {span["name"] for span in after}
    (root,) = [span for span in after if "parentId" not in span]
    assert root["name"] == "case opened"
