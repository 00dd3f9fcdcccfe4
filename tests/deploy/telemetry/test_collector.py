"""Traces through a real collector: whole, and with nothing in them that somebody typed."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

from deploy.local.children import port_is_open
from deploy.local.layout import LOOPBACK
from deploy.telemetry.generate import HERE
from shared.telemetry.span_attributes import (
    EVENT_ATTRIBUTES,
    RESOURCE_ATTRIBUTES,
    SPAN_ATTRIBUTES,
)
from shared.telemetry.tracing import Attributes, Tracing, case_root, otlp_exporter
from tests.deploy.telemetry.conftest import BINARY
from tests.support.local_stack import free_ports
from tests.support.otlp_receiver import Receiver
from tests.support.waiting import eventually

MARKER = "Marker Sentinel"
SPANS = 3_000
COLLECTOR = os.environ.get(BINARY, "")
pytestmark = pytest.mark.skipif(not COLLECTOR, reason=f"{BINARY} names no collector binary")


def told(receivers: list[Receiver]) -> dict[str, str]:
    addresses = [f"http://{LOOPBACK}:{receiver.port}" for receiver in receivers]
    return {"VIGIL_OTLP_BACKEND": addresses[0], "VIGIL_OTLP_SECOND": addresses[-1]}


def config(*names: str) -> list[str]:
    return [f"--config={HERE / name}" for name in names]


@contextmanager
def collecting(directory: Path, receivers: list[Receiver], *names: str) -> Iterator[int]:
    """A collector with our settings, on a free port of loopback."""
    http, grpc = free_ports(2)
    listening = [
        f"--config=yaml:receivers::otlp::protocols::{protocol}::endpoint: {LOOPBACK}:{port}"
        for protocol, port in (("http", http), ("grpc", grpc))
    ]
    with (directory / "collector.log").open("wb") as log:
        process = subprocess.Popen(
            [COLLECTOR, *config(*names), *listening], env=told(receivers), stdout=log, stderr=log
        )
        try:
            yield http
        finally:
            process.terminate()
            process.wait(20)


async def listens(port: int, directory: Path) -> None:
    async def is_open() -> bool:
        return port_is_open(port)

    await eventually(is_open, f"listens; see {directory / 'collector.log'}")


@pytest.mark.parametrize("names", [("collector.yaml",), ("collector.yaml", "second-back-end.yaml")])
def test_the_collector_accepts_its_settings(names: tuple[str, ...]) -> None:
    receiver = Receiver()
    checked = subprocess.run(
        [COLLECTOR, "validate", *config(*names)],
        env=told([receiver, receiver]),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr[-3000:]


async def test_a_case_s_trace_arrives_whole(tmp_path: Path) -> None:
    case, receiver = uuid4(), Receiver()
    with receiver.serving(), collecting(tmp_path, [receiver], "collector.yaml") as port:
        await listens(port, tmp_path)
        expected = set()
        for service in ("intake", "rapid_review_timer", "panel_notification", "reporting"):
            tracing = Tracing(service, otlp_exporter(f"http://{LOOPBACK}:{port}"))
            for number in range(SPANS // 4):
                attributes: Attributes = {
                    "vigil.event.id": str(uuid4()),
                    "vigil.revision": number,
                }
                with tracing.span("process", parent=case_root(case), attributes=attributes) as span:
                    expected.add(span.get_span_context().span_id.to_bytes(8, "big"))
                if number % 500 == 0:
                    tracing.provider.force_flush()
            tracing.close()

        async def all_came() -> bool:
            return {span.span_id for span in receiver.spans} >= expected

        await eventually(all_came, "every span of the trace")
    assert {span.trace_id for span in receiver.spans} == {case.bytes}
    assert len(receiver.spans) == len(expected), "none twice"
    for span in receiver.spans:
        assert {each.key for each in span.attributes} == {"vigil.event.id", "vigil.revision"}


async def test_no_text_of_an_error_and_no_unknown_attribute_passes(tmp_path: Path) -> None:
    first, second = Receiver(), Receiver()
    names = ("collector.yaml", "second-back-end.yaml")
    with (
        first.serving(),
        second.serving(),
        collecting(tmp_path, [first, second], *names) as port,
    ):
        await listens(port, tmp_path)
        async with httpx.AsyncClient() as client:
            answer = await client.post(
                f"http://{LOOPBACK}:{port}/v1/traces",
                content=full_of_text().SerializeToString(),
                headers={"content-type": "application/x-protobuf"},
            )
        assert answer.status_code == 200

        async def both_came() -> bool:
            return bool(first.spans and second.spans)

        await eventually(both_came, "the span at both back ends")
    for receiver in (first, second):
        assert not [body for body in receiver.bodies if MARKER.encode() in body]
        (span,) = receiver.spans
        assert span.status == Status(code=Status.STATUS_CODE_ERROR)
        assert {each.key for each in span.attributes} == set(SPAN_ATTRIBUTES)
        assert [event.name for event in span.events] == ["exception", "event"]
        assert {each.key for event in span.events for each in event.attributes} == set(
            EVENT_ATTRIBUTES
        )
        assert len(span.links) == 1
        (of_resource,) = receiver.requests[0].resource_spans
        assert {each.key for each in of_resource.resource.attributes} == set(RESOURCE_ATTRIBUTES)
        assert not of_resource.scope_spans[0].scope.attributes


def text(key: str, value: str = MARKER) -> KeyValue:
    return KeyValue(key=key, value=AnyValue(string_value=value))


def full_of_text() -> ExportTraceServiceRequest:
    """A span as a careless library would make it, with what ours carry beside it."""
    event = Span.Event(
        name="exception",
        attributes=[
            text("exception.type", "ValueError"),
            text("exception.message"),
            text("exception.stacktrace"),
        ],
    )
    span = Span(
        trace_id=uuid4().bytes,
        span_id=b"\x01" * 8,
        name="process incident.reported",
        attributes=[*(text(name, "a code") for name in SPAN_ATTRIBUTES), text("child.name")],
        events=[event, Span.Event(name=MARKER, attributes=[text("note")])],
        links=[Span.Link(trace_id=b"\x02" * 16, span_id=b"\x03" * 8)],
        status=Status(code=Status.STATUS_CODE_ERROR, message=f"Key (name)=({MARKER})"),
    )
    scope = InstrumentationScope(name="vigil", attributes=[text("scope.note")])
    known = [text(name, "a code") for name in RESOURCE_ATTRIBUTES]
    resource = Resource(attributes=[*known, text("process.command_line")])
    of_scope = ScopeSpans(scope=scope, spans=[span])
    return ExportTraceServiceRequest(
        resource_spans=[ResourceSpans(resource=resource, scope_spans=[of_scope])]
    )
