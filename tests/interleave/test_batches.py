"""Processes that take in many records at once, of streams that the others read too."""

from collections.abc import Sequence
from random import Random
from uuid import UUID, uuid4

import pytest

from shared.contracts.intake_events import IncidentLinked
from shared.contracts.wire import Record
from shared.messaging.receiving import ConsumerPaused
from shared.messaging.store import Store
from tests.conftest import OpenStore
from tests.interleave.conftest import Explore
from tests.interleave.deliveries import (
    delivered_again,
    next_offset,
    receiver_on,
    record_of,
    what_became_of,
)
from tests.interleave.exploring import Situation
from tests.interleave.gate import Cut, Work
from tests.support.bus import inside_record

STREAMS, NUMBERS, PROCESSES = 2, 4, 2


def of_no_use(case_id: UUID, number: int) -> Record:
    """An event whose type the receiving service only counts."""
    said = IncidentLinked(survivor=uuid4(), reason="same_incident")
    topic, key, headers, value = inside_record("incident.linked", "intake", case_id, number, said)
    return Record(topic, number, next_offset(), key, tuple(headers), value)


def takes_in_at_once(records: Sequence[Record]) -> Work:
    """All of them again when one of them could not be taken in."""

    async def work(store: Store) -> None:
        receiver = receiver_on(store)
        while True:
            try:
                return await receiver.consume(*records)
            except ConsumerPaused:
                continue

    return work


@pytest.mark.parametrize("share", [0.0, 0.5])
async def test_records_of_several_streams_in_several_processes_are_applied_once_and_in_order(
    bare_store: OpenStore, explored: Explore, share: float
) -> None:
    """Some are of types that are only counted, some come twice, some connections are lost."""
    store = await bare_store("reporting")

    async def prepare(chance: Random) -> Situation:
        used = {uuid4(): _some_of(chance, share) for _ in range(STREAMS)}
        batches: list[list[Record]] = [[] for _ in range(PROCESSES)]
        for case_id, numbers in used.items():
            for number in range(1, NUMBERS + 1):
                make = record_of if number in numbers else of_no_use
                record = make(case_id, number)
                chance.choice(batches).append(record)
                if chance.random() < 0.2:
                    chance.choice(batches).append(delivered_again(record))
        for batch in batches:
            chance.shuffle(batch)

        async def breaches() -> list[str]:
            return [
                breach
                for case_id, numbers in used.items()
                for breach in (await what_became_of(store, case_id)).breaches(numbers)
            ]

        cut = {"process 0": Cut(chance.randint(1, 20), answer_lost=chance.random() < 0.5)}
        return Situation(
            {
                f"process {place}": takes_in_at_once(batch)
                for place, batch in enumerate(batches)
                if batch
            },
            breaches,
            cuts=cut if chance.random() < 0.5 else {},
            varies=True,
        )

    name = f"batches of several streams, {share:.0%} of them used"
    (await explored(store, name, prepare)).assert_clean()


def _some_of(chance: Random, share: float) -> list[int]:
    """The numbers that take effect."""
    return [number for number in range(1, NUMBERS + 1) if chance.random() < share]
