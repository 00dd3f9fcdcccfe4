"""Takes OTLP/HTTP from the services and shows it in Zipkin, which knows neither OTLP nor a disk.

What arrives is answered once it is in the journal. From there it is posted to Zipkin; when Zipkin
was away, the whole journal is posted again, and Zipkin ignores what it has already. A span that
arrives while Zipkin is down is therefore only late.
"""

import asyncio
import os
import zlib
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import uvicorn
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from deploy.local.layout import LOOPBACK
from deploy.local.span_journal import BEGINNING, Position, SpanJournal
from deploy.local.zipkin_spans import zipkin_spans

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PROTOBUF = "application/x-protobuf"
LARGEST_REQUEST = 16 * 1024 * 1024
BATCH = 500
LOOK_SECONDS = 1.0


class Refused(Exception):
    """A request that cannot be taken, with its HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def _body(request: Request) -> bytes:
    """The request, unpacked; neither the packed nor the unpacked form may exceed the limit."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != PROTOBUF:
        raise Refused(415)
    packed = bytearray()
    async for chunk in request.stream():
        packed += chunk
        if len(packed) > LARGEST_REQUEST:
            raise Refused(413)
    encoding = request.headers.get("content-encoding", "identity")
    if encoding == "identity":
        return bytes(packed)
    if encoding != "gzip":
        raise Refused(415)
    inflate = zlib.decompressobj(wbits=31)
    try:
        content = inflate.decompress(bytes(packed), LARGEST_REQUEST)
    except zlib.error:
        raise Refused(400) from None
    if inflate.unconsumed_tail:
        raise Refused(413)
    return content


async def keep_posting(
    journal: SpanJournal, zipkin: str, arrived: asyncio.Event, look_seconds: float = LOOK_SECONDS
) -> None:
    """Posts the journal to Zipkin, from its beginning whenever Zipkin was away.

    A Zipkin that was restarted between two looks is known by its count of messages, which begins
    again.
    """
    position, count = BEGINNING, 0
    async with httpx.AsyncClient(base_url=zipkin, timeout=10) as client:
        while True:
            arrived.clear()
            try:
                counted = await _messages_received(client)
                start = position if counted >= count else BEGINNING
                position = await _post_from(client, journal, start)
                count = await _messages_received(client)
            except httpx.HTTPError:
                position, count = BEGINNING, 0
                await asyncio.sleep(look_seconds)
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(arrived.wait(), look_seconds)


async def _messages_received(client: httpx.AsyncClient) -> int:
    metrics = (await client.get("/metrics")).raise_for_status().json()
    return int(metrics.get("counter.zipkin_collector.messages.http", 0))


async def _post_from(
    client: httpx.AsyncClient, journal: SpanJournal, position: Position
) -> Position:
    while True:
        spans, after = journal.read(position, BATCH)
        if spans:
            (await client.post("/api/v2/spans", json=spans)).raise_for_status()
        if after == position:
            return position
        position = after


def bridge(journal: SpanJournal, zipkin: str, look_seconds: float = LOOK_SECONDS) -> Starlette:
    arrived = asyncio.Event()

    async def take(request: Request) -> Response:
        try:
            received = ExportTraceServiceRequest.FromString(await _body(request))
        except Refused as refused:
            return PlainTextResponse("", refused.status)
        except DecodeError:
            return PlainTextResponse("", 400)
        journal.append(zipkin_spans(received))
        arrived.set()
        return Response(ExportTraceServiceResponse().SerializeToString(), media_type=PROTOBUF)

    async def readiness(_: Request) -> Response:
        return PlainTextResponse("ready")

    @asynccontextmanager
    async def lifespan(_: Starlette) -> "AsyncIterator[None]":
        posting = asyncio.create_task(keep_posting(journal, zipkin, arrived, look_seconds))
        yield
        posting.cancel()
        with suppress(asyncio.CancelledError):
            await posting

    routes = [
        Route("/v1/traces", take, methods=["POST"]),
        Route("/health/readiness", readiness),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def main() -> None:
    journal = SpanJournal(Path(os.environ["VIGIL_STATE_DIR"]))
    app = bridge(journal, os.environ["VIGIL_TRACES_URL"])
    host, port = os.environ.get("VIGIL_HTTP_HOST", LOOPBACK), int(os.environ["VIGIL_HTTP_PORT"])
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
