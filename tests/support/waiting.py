"""Waiting for what must happen, never for time to pass."""

import asyncio
import time
from collections.abc import Awaitable, Callable


async def eventually(
    holds: Callable[[], Awaitable[object]], what: str, *, within: float = 45.0
) -> object:
    """Asks again until the answer is true; fails with `what` after `within` seconds."""
    end = time.monotonic() + within
    while True:
        answer = await holds()
        if answer:
            return answer
        assert time.monotonic() < end, f"did not happen within {within} s: {what}"
        await asyncio.sleep(0.05)
