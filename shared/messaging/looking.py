"""Looks at something again and again, whatever store or broker do meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable

from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.telemetry.logging import logger


async def keep_looking(look: Callable[[], Awaitable[None]], seconds: float, what: str) -> None:
    """Until cancelled. What cannot be looked at now keeps its last value."""
    while True:
        try:
            await look()
        except INFRASTRUCTURE as error:
            logger().warning("looking.paused", what=what, error=error)
        await asyncio.sleep(seconds)
