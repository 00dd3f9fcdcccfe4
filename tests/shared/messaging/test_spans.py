"""What takes effect gets one span in the case's trace; what changes nothing gets none."""

from dataclasses import replace
from uuid import uuid4

from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.contracts.wire import Record
from shared.messaging.receiving import Receiver
from shared.messaging.registry import Registry
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing, case_root
from tests.conftest import OpenStore
from tests.shared.messaging.recording import TOPIC, recording_registry, stage
from tests.support.bus import inside_record

CASE = uuid4()
MARKER = b"Marker-Surname"


def record(number: int, offset: int) -> Record:
    topic, key, headers, value = inside_record(TOPIC, "intake", CASE, number, stage(number))
    return Record(topic, 0, offset, key, tuple(headers), value)


async def spans_of(bare_store: OpenStore, registry: Registry, *records: Record):  # type: ignore[no-untyped-def]
    exporter = InMemorySpanExporter()
    tracing = Tracing("reporting", exporter)
    store = await bare_store("reporting")
    receiver = Receiver("intake", store, registry, tracing, Metrics())
    for each in records:
        await receiver.consume(each)
    tracing.provider.force_flush()
    return exporter.get_finished_spans()


async def test_an_applied_event_gets_one_span_in_its_case_and_its_duplicate_none(
    bare_store: OpenStore,
) -> None:
    first = record(1, 1)
    registry, _ = recording_registry()
    (span,) = await spans_of(bare_store, registry, first, replace(first, offset=2))
    assert span.name == f"process {TOPIC}"
    assert span.context.trace_id == CASE.int
    assert span.parent == case_root(CASE), "what lost its context hangs under the case's root"


async def test_an_event_that_is_of_no_use_uses_its_number_and_leaves_no_span(
    bare_store: OpenStore,
) -> None:
    assert await spans_of(bare_store, Registry("reporting"), record(1, 1)) == ()


async def test_the_span_of_an_event_that_fails_says_its_kind_and_not_its_text(
    bare_store: OpenStore,
) -> None:
    registry, _ = recording_registry()
    broken = replace(record(1, 1), value=b'{"cycle": "' + MARKER)
    tries = await spans_of(bare_store, registry, broken)
    assert len(tries) == 2, "with those that came with it, and alone"
    for span in tries:
        assert span.attributes["error.type"] == "CannotBeApplied"
        assert MARKER.decode() not in span.to_json()
