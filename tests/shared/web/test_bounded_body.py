"""A body is read within its bounds, whatever its sender claims about it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request
from starlette.types import Message

from shared.web.bounded_body import read_body
from shared.web.problem import Problem

JSON = ("content-type", "application/cloudevents+json")


def request(
    *headers: tuple[str, str], chunks: list[bytes] | None = None, then_hang: bool = False
) -> Request:
    async def sent() -> AsyncIterator[Message]:
        for chunk in chunks or [b"{}"]:
            yield {"type": "http.request", "body": chunk, "more_body": True}
        if then_hang:
            await asyncio.Event().wait()
        yield {"type": "http.request", "body": b"", "more_body": False}

    messages = sent()
    raw = [(name.encode(), value.encode()) for name, value in headers]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": raw}
    return Request(scope, messages.__anext__)


async def read(asked: Request, *, seconds: float = 30.0) -> bytes:
    types = {"application/cloudevents+json"}
    return await read_body(asked, content_types=types, max_bytes=10, seconds=seconds)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/cloudevents+json",
        "Application/CloudEvents+JSON; charset=UTF-8",
        'application/cloudevents+json;charset="utf-8"',
    ],
)
async def test_a_body_within_its_bounds_is_read(content_type: str) -> None:
    asked = request(("content-type", content_type), chunks=[b"12345", b"67890"])
    assert await read(asked) == b"1234567890"


@pytest.mark.parametrize(
    ("headers", "chunks", "status", "code"),
    [
        ((), None, 415, "content_type_refused"),
        ((("content-type", "text/plain"),), None, 415, "content_type_refused"),
        ((("content-type", "application/json"),), None, 415, "content_type_refused"),
        ((JSON, JSON), None, 415, "content_type_refused"),
        ((("content-type", JSON[1] + "; charset=utf-16"),), None, 415, "content_type_refused"),
        ((JSON, ("content-encoding", "gzip")), None, 415, "content_encoding_refused"),
        ((JSON, ("content-encoding", "identity, br")), None, 415, "content_encoding_refused"),
        ((JSON, ("content-length", "11")), None, 413, "too_large"),
        ((JSON, ("content-length", "9" * 100_000)), None, 413, "too_large"),
        ((JSON, ("content-length", "-1")), None, 400, "content_length_invalid"),
        ((JSON, ("content-length", "²")), None, 400, "content_length_invalid"),
        ((JSON,), [b"12345", b"678901"], 413, "too_large"),
        ((JSON, ("content-length", "2")), [b"x" * 100], 413, "too_large"),
    ],
)
async def test_a_body_outside_its_bounds_is_refused(
    headers: tuple[tuple[str, str], ...], chunks: list[bytes] | None, status: int, code: str
) -> None:
    with pytest.raises(Problem) as refused:
        await read(request(*headers, chunks=chunks))
    assert (refused.value.status, refused.value.code) == (status, code)


async def test_reading_stops_as_soon_as_the_bound_is_passed() -> None:
    taken = 0

    async def endless() -> Message:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b"123456", "more_body": True}

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "headers": [(b"content-type", JSON[1].encode())],
    }
    with pytest.raises(Problem, match="too_large"):
        await read(Request(scope, endless))
    assert taken == 2


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    with pytest.raises(Problem) as refused:
        await read(request(JSON, then_hang=True), seconds=0.01)
    assert (refused.value.status, refused.value.code) == (408, "too_slow")


async def test_a_caller_who_leaves_is_refused_not_a_crash() -> None:
    async def gone() -> Message:
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "headers": [(b"content-type", JSON[1].encode())],
    }
    with pytest.raises(Problem, match="body_incomplete"):
        await read(Request(scope, gone))
