"""An end for Kafka clients whose broker may be gone."""

import asyncio
from collections.abc import Coroutine
from typing import Any

STOP_SECONDS = 5.0


async def ended(stop: Coroutine[Any, Any, None], within: float | None = None) -> None:
    """Waits a bounded time for a client's own `stop()` or `close()`, given as it was called; what
    goes wrong meanwhile is of no interest.

    It runs in a task of its own: aiokafka may end its `stop` as if it had been cancelled, and
    whoever waits for it directly would then end too, or miss that it was cancelled itself.
    """
    stopping = asyncio.ensure_future(stop)
    try:
        await asyncio.wait([stopping], timeout=within or STOP_SECONDS)
    finally:
        stopping.cancel()
        stopping.add_done_callback(_seen)


def _seen(stopping: "asyncio.Future[None]") -> None:
    if not stopping.cancelled():
        stopping.exception()
