"""How many records a consumer still has before it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

POSITION_TIMEOUT_SECONDS = 0.2
NOTHING_ASKED: Mapping[Any, int] = {}


@dataclass(frozen=True)
class Ranges:
    """What the broker says of a consumer's partitions. `ends`: by partition, the offset after the
    last record. `outside`: by topic, how many are no longer kept from where they were read."""

    ends: Mapping[Any, int]
    outside: dict[str, int]


async def measure_lag(consumer: Any, asked: Mapping[Any, int] = NOTHING_ASKED) -> dict[str, int]:
    """Records not yet consumed, by topic, over the partitions this consumer has now.

    The end of a partition is the one that came with its last records, or a later one of `asked`:
    a consumer that fetches nothing any more never hears of a later one by itself. A partition
    whose end or position is not known yet is left out.
    """
    lag: dict[str, int] = {}
    if consumer is None:
        return lag
    for partition in consumer.assignment():
        ends = (consumer.highwater(partition), asked.get(partition))
        end = max((each for each in ends if each is not None), default=None)
        if end is None:
            continue
        try:
            async with asyncio.timeout(POSITION_TIMEOUT_SECONDS):
                position = await consumer.position(partition)
        except TimeoutError:
            continue
        lag[partition.topic] = lag.get(partition.topic, 0) + max(0, end - position)
    return lag


async def ranges_of(consumer: Any) -> Ranges:
    """Asks the broker. A partition is outside when its topic was cut at its front, or was deleted
    and made anew. Raises OSError, KafkaError."""
    found: dict[str, int] = {}
    if consumer is None or not consumer.assignment():
        return Ranges(NOTHING_ASKED, found)
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
    return Ranges(ends, found)
