"""How many records a consumer still has before it."""

import asyncio
from typing import Any

POSITION_TIMEOUT_SECONDS = 0.2


async def measure_lag(consumer: Any) -> dict[str, int]:
    """Records not yet consumed, by topic, over the partitions this consumer has now.

    A partition whose end or position is not known yet is left out.
    """
    lag: dict[str, int] = {}
    if consumer is None:
        return lag
    for partition in consumer.assignment():
        end = consumer.highwater(partition)
        if end is None:
            continue
        try:
            async with asyncio.timeout(POSITION_TIMEOUT_SECONDS):
                position = await consumer.position(partition)
        except TimeoutError:
            continue
        lag[partition.topic] = lag.get(partition.topic, 0) + max(0, end - position)
    return lag
