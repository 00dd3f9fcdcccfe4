"""Reading a request's body within bounds of size and time, before anything is parsed."""

import asyncio
from collections.abc import Collection

from starlette.requests import ClientDisconnect, Request

from shared.contracts.strict_json import MAX_BYTES
from shared.messaging.crash_points import crash_point
from shared.web.problem import Problem

SECONDS = 30.0
CHARSETS = frozenset({"", "utf-8", "utf8"})


async def read_body(
    request: Request,
    *,
    content_types: Collection[str],
    max_bytes: int = MAX_BYTES,
    seconds: float = SECONDS,
) -> bytes:
    """The whole body, of one of `content_types` (lower case, without parameters).

    Raises Problem: 415 `content_type_refused` or `content_encoding_refused` (a compressed body
    has no bound), 413 `too_large` (as soon as it is known, however the body is framed),
    400 `content_length_invalid` or `body_incomplete`, 408 `too_slow` after `seconds`.
    """
    _refuse_type(request.headers.getlist("content-type"), content_types)
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Problem("content_encoding_refused", 415)
    _refuse_length(request.headers.get("content-length"), max_bytes)
    try:
        async with asyncio.timeout(seconds):
            body = await _collected(request, max_bytes)
    except TimeoutError:
        raise Problem("too_slow", 408, headers={"Connection": "close"}) from None
    except ClientDisconnect:
        raise Problem("body_incomplete", 400) from None
    crash_point("http.body_read")
    return body


async def _collected(request: Request, max_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_bytes:
            raise _too_large()
    return bytes(body)


def _refuse_type(given: list[str], content_types: Collection[str]) -> None:
    media_type, _, parameters = (given[0] if len(given) == 1 else "").partition(";")
    charset = ""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    if media_type.strip().lower() not in content_types or charset not in CHARSETS:
        raise Problem("content_type_refused", 415)


def _refuse_length(given: str | None, max_bytes: int) -> None:
    if given is None:
        return
    if not (given.isascii() and given.isdigit()):
        raise Problem("content_length_invalid", 400)
    # Compared by length first: a number of a million digits is not worth converting.
    if len(given.lstrip("0")) > len(str(max_bytes)) or int(given) > max_bytes:
        raise _too_large()


def _too_large() -> Problem:
    return Problem("too_large", 413, headers={"Connection": "close"})
