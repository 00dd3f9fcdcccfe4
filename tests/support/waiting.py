"""Waiting for what must happen, never for time to pass."""

import asyncio
import time
from collections.abc import Awaitable, Callable


async def eventually(
    holds: Callable[[], Awaitable[object]], what: str, *, within: float = 45.0, every: float = 0.05
) -> object:
    """Asks again until the answer is true; fails with `what` after `within` seconds. `every`: so
    long between two looks, for what costs something to answer."""
    end = time.monotonic() + within
    while True:
        answer = await holds()
        if answer:
            return answer
        assert time.monotonic() < end, f"did not happen within {within} s: {what}"
        await asyncio.sleep(every)
