"""How much a consumer still has before it, as far as it and the broker say."""

from typing import Any

import pytest
from aiokafka import TopicPartition

from shared.messaging.lag import measure_lag, ranges_of

FIRST, SECOND = TopicPartition("vigil.one", 0), TopicPartition("vigil.one", 1)


class Consumer:
    """What a consumer answers: positions, the ends it heard of, and what the broker keeps."""

    def __init__(
        self,
        positions: dict[TopicPartition, int],
        heard: dict[TopicPartition, int],
        kept: tuple[int, int] = (0, 10),
    ) -> None:
        self.positions, self.heard, self.kept = positions, heard, kept

    def assignment(self) -> set[TopicPartition]:
        return set(self.positions)

    def highwater(self, partition: TopicPartition) -> int | None:
        return self.heard.get(partition)

    async def position(self, partition: TopicPartition) -> int:
        return self.positions[partition]

    async def beginning_offsets(self, partitions: list[TopicPartition]) -> dict[Any, int]:
        return dict.fromkeys(partitions, self.kept[0])

    async def end_offsets(self, partitions: list[TopicPartition]) -> dict[Any, int]:
        return dict.fromkeys(partitions, self.kept[1])


@pytest.mark.parametrize(
    ("heard", "asked", "lag"),
    [
        ({FIRST: 3}, {}, {"vigil.one": 0}),
        ({FIRST: 3}, {FIRST: 5}, {"vigil.one": 2}),
        ({FIRST: 7}, {FIRST: 5}, {"vigil.one": 4}),
        ({}, {FIRST: 5}, {"vigil.one": 2}),
        ({}, {}, {}),
        ({}, {SECOND: 5}, {}),
    ],
)
async def test_the_later_end_counts_of_what_a_consumer_heard_and_what_the_broker_was_asked(
    heard: dict[TopicPartition, int], asked: dict[TopicPartition, int], lag: dict[str, int]
) -> None:
    assert await measure_lag(Consumer({FIRST: 3}, heard), asked) == lag


async def test_the_partitions_of_a_topic_are_added_up() -> None:
    consumer = Consumer({FIRST: 3, SECOND: 1}, {FIRST: 4, SECOND: 4})
    assert await measure_lag(consumer) == {"vigil.one": 4}


@pytest.mark.parametrize(
    ("kept", "outside"),
    [((0, 10), {}), ((3, 3), {}), ((4, 10), {"vigil.one": 1}), ((0, 2), {"vigil.one": 1})],
)
async def test_a_topic_that_no_longer_reaches_from_where_it_was_read_is_seen(
    kept: tuple[int, int], outside: dict[str, int]
) -> None:
    found = await ranges_of(Consumer({FIRST: 3}, {}, kept))
    assert (found.outside, found.ends) == (outside, {FIRST: kept[1]})


async def test_a_consumer_without_partitions_has_nothing_before_it() -> None:
    found = await ranges_of(Consumer({}, {}))
    assert (await measure_lag(None), found.outside, dict(found.ends)) == ({}, {}, {})
