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


async def out_of_range(consumer: Any) -> dict[str, int]:
    """Partitions whose topic no longer reaches from where it was read up to, by topic.

    The topic was cut at its front, or deleted and made anew. Asks the broker.
    """
    found: dict[str, int] = {}
    if consumer is None or not consumer.assignment():
        return found
    partitions = list(consumer.assignment())
    begins = await consumer.beginning_offsets(partitions)
    ends = await consumer.end_offsets(partitions)
    for partition in partitions:
        try:
            async with asyncio.timeout(POSITION_TIMEOUT_SECONDS):
                position = await consumer.position(partition)
        except TimeoutError:
            continue
        if not begins[partition] <= position <= ends[partition]:
            found[partition.topic] = found.get(partition.topic, 0) + 1
    return found
