"""After downtime the consumers go first, so that what was done in time is not called overdue.

Only for a while: deadlines are told of from this service's own store, also when the broker is away.
"""

import asyncio
from collections.abc import Awaitable, Callable

from shared.messaging.lag import measure_lag
from shared.messaging.node import Node
from shared.telemetry.logging import logger

SECONDS_BETWEEN_LOOKS = 0.5
LOOKS_IN_A_ROW = 2


async def catch_up(
    nothing_waits: Callable[[], Awaitable[bool]],
    patience: float,
    pause: float = SECONDS_BETWEEN_LOOKS,
) -> bool:
    """Waits until `nothing_waits` twice in a row; False when `patience` (seconds) ran out."""
    in_a_row = 0
    try:
        async with asyncio.timeout(patience):
            while in_a_row < LOOKS_IN_A_ROW:
                await asyncio.sleep(pause)
                in_a_row = in_a_row + 1 if await nothing_waits() else 0
    except TimeoutError:
        logger().warning("watcher.begins_behind", seconds=patience)
        return False
    return True


async def has_read_everything(node: Node) -> bool:
    """Whether every consumer of the node has partitions and stands at their ends."""
    for subscriber in node.subscribers:
        consumer = subscriber.consumer
        topics = {partition.topic for partition in consumer.assignment()} if consumer else set()
        lag = await measure_lag(consumer)
        if not topics or lag.keys() != topics or any(lag.values()):
            return False
    return True
