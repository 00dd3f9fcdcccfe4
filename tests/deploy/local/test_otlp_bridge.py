import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status
from starlette.types import ASGIApp

from deploy.local import otlp_bridge
from deploy.local.children import wait_until_ready
from deploy.local.layout import LOOPBACK
from deploy.local.otlp_bridge import PROTOBUF, bridge
from deploy.local.span_journal import BEGINNING, SpanJournal
from deploy.local.traces import start_zipkin, zipkin_answers
from deploy.local.zipkin_spans import zipkin_spans
from tests.support.local_stack import free_ports

TRACE = "19dba115c6ff4fd5a3fe800f5d010f96"
NOWHERE = f"http://{LOOPBACK}:9"


def text(key: str, value: str) -> KeyValue:
    return KeyValue(key=key, value=AnyValue(string_value=value))


def exported(name: str, number: int = 1) -> ExportTraceServiceRequest:
    span = Span(
        trace_id=bytes.fromhex(TRACE),
        span_id=number.to_bytes(8, "big"),
        name=name,
        kind=Span.SPAN_KIND_CONSUMER,
        start_time_unix_nano=1_700_000_000_000_000_000,
        end_time_unix_nano=1_700_000_000_000_000_000,
        attributes=[text("vigil.topic", "incident.reported")],
        links=[Span.Link(trace_id=b"\x02" * 16, span_id=b"\x03" * 8)],
        status=Status(code=Status.STATUS_CODE_ERROR, message="Key (name)=(Sample Child One)"),
    )
    resource = Resource(attributes=[text("service.name", "intake")])
    spans = ResourceSpans(resource=resource, scope_spans=[ScopeSpans(spans=[span])])
    return ExportTraceServiceRequest(resource_spans=[spans])


@asynccontextmanager
async def client_of(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bridge") as client:
        yield client


async def send(client: httpx.AsyncClient, body: bytes, **headers: str) -> int:
    sent = {"content-type": PROTOBUF} | {k.replace("_", "-"): v for k, v in headers.items()}
    return (await client.post("/v1/traces", content=body, headers=sent)).status_code


def test_a_span_keeps_its_ids_service_kind_and_links() -> None:
    (span,) = zipkin_spans(exported("apply"))
    assert span["traceId"] == TRACE
    assert span["localEndpoint"] == {"serviceName": "intake"}
    assert span["kind"] == "CONSUMER"
    assert span["duration"] == 1, "Zipkin drops a span without length"
    assert span["tags"]["link.0"] == f"{'02' * 16}/{'03' * 8}"
    assert span["tags"]["otel.status_code"] == "ERROR"


def test_the_text_of_an_error_stays_behind() -> None:
    assert "Sample Child" not in str(list(zipkin_spans(exported("apply"))))


async def test_what_is_answered_is_in_the_journal_packed_or_not(tmp_path: Path) -> None:
    journal = SpanJournal(tmp_path)
    async with client_of(bridge(journal, NOWHERE)) as client:
        assert await send(client, exported("plain", 1).SerializeToString()) == 200
        packed = gzip.compress(exported("packed", 2).SerializeToString())
        assert await send(client, packed, content_encoding="gzip") == 200
    spans, _ = journal.read(BEGINNING, 10)
    assert [span["name"] for span in spans] == ["plain", "packed"]


async def test_what_cannot_be_read_is_refused_and_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(otlp_bridge, "LARGEST_REQUEST", 100_000)
    journal = SpanJournal(tmp_path)
    bomb = gzip.compress(b"\x00" * 10_000_000)
    async with client_of(bridge(journal, NOWHERE)) as client:
        assert await send(client, b"\xff\xff\xff") == 400
        assert await send(client, b"not packed", content_encoding="gzip") == 400
        assert await send(client, bomb, content_encoding="gzip") == 413
        assert await send(client, b"x" * 200_000) == 413
        assert await send(client, b"{}", content_type="application/json") == 415
    assert journal.read(BEGINNING, 10) == ([], BEGINNING)


def test_the_journal_is_bounded_and_a_reader_goes_on_where_it_stopped(tmp_path: Path) -> None:
    journal = SpanJournal(tmp_path, segment_bytes=200, segments_kept=3)
    for number in range(200):
        journal.append([{"id": str(number)}])
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 3 * 300
    position, seen = BEGINNING, []
    while (read := journal.read(position, 7))[1] != position:
        position = read[1]
        seen += [int(span["id"]) for span in read[0]]
    assert seen == list(range(seen[0], 200))
    assert SpanJournal(tmp_path).read(BEGINNING, 1)[0] == [{"id": str(seen[0])}]


def test_a_line_that_a_crash_cut_short_costs_only_itself(tmp_path: Path) -> None:
    journal = SpanJournal(tmp_path)
    journal.append([{"id": "1"}])
    with (tmp_path / "spans-000001.jsonl").open("a") as file:
        file.write('{"id": "cut')
    again = SpanJournal(tmp_path)
    again.append([{"id": "2"}, {"id": "3"}])
    spans, _ = again.read(BEGINNING, 10)
    assert [span["id"] for span in spans] == ["1", "2", "3"]


@pytest.mark.stack
@pytest.mark.timeout(400)
@pytest.mark.long
async def test_spans_are_there_again_after_zipkin_was_restarted(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    app = bridge(SpanJournal(tmp_path / "journal"), f"http://{LOOPBACK}:{port}", 0.1)
    async with app.router.lifespan_context(app), client_of(app) as client:
        for number, name in enumerate(("before", "after"), start=1):
            assert await send(client, exported(name, number).SerializeToString()) == 200
            zipkin = start_zipkin(tmp_path / "zipkin.log", port=port)
            try:
                wait_until_ready([(zipkin, lambda: zipkin_answers(port))])
                names = await shown(port, number)
            finally:
                zipkin.stop()
    assert names == {"before", "after"}


async def shown(port: int, count: int) -> set[str]:
    """The names of the trace's spans, once there are so many."""
    async with asyncio.timeout(20), httpx.AsyncClient() as client:
        while True:
            answer = await client.get(f"http://{LOOPBACK}:{port}/api/v2/trace/{TRACE}")
            if answer.status_code == 200 and len(answer.json()) >= count:
                return {span["name"] for span in answer.json()}
            await asyncio.sleep(0.05)
