"""Processes that take in events of one stream at the same moment."""

import itertools
from random import Random
from uuid import uuid4

import pytest

from shared.messaging.store import Store
from tests.conftest import OpenStore
from tests.interleave import defects
from tests.interleave.conftest import Explore
from tests.interleave.deliveries import (
    POISON,
    NewReceiver,
    deliver,
    delivered_again,
    delivers,
    receiver_on,
    record_of,
    what_became_of,
)
from tests.interleave.exploring import Prepare, Situation
from tests.interleave.gate import Cut


def first_events(store: Store, processes: int) -> Prepare:
    """A new stream whose first events come to as many processes at once."""

    async def prepare(_: Random) -> Situation:
        case_id = uuid4()
        numbers = range(1, processes + 1)

        async def breaches() -> list[str]:
            return (await what_became_of(store, case_id)).breaches(numbers)

        return Situation(
            {f"process {n}": delivers(record_of(case_id, n)) for n in numbers}, breaches
        )

    return prepare


@pytest.mark.parametrize("processes", [2, 3])
async def test_the_first_events_of_a_stream_in_several_processes_are_applied_once_and_in_order(
    bare_store: OpenStore, explored: Explore, processes: int
) -> None:
    store = await bare_store("reporting")
    name = f"first events of a stream, {processes} processes"
    (await explored(store, name, first_events(store, processes))).assert_clean()


async def test_a_schedule_is_the_same_again_from_its_seed(
    bare_store: OpenStore, explored: Explore
) -> None:
    store = await bare_store("reporting")
    name = "the same seed again"
    once, again = [await explored(store, name, first_events(store, 2)) for _ in range(2)]
    assert once.orders == again.orders


async def test_a_row_lock_that_has_nothing_to_lock_is_found(
    bare_store: OpenStore, explored: Explore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await bare_store("reporting")
    defects.a_row_lock_that_has_nothing_to_lock(monkeypatch)
    name = "planted: a row lock that has nothing to lock"
    found = (await explored(store, name, first_events(store, 2))).found
    assert found is not None
    assert "parked: [2]" in found


async def test_one_record_in_two_processes_is_applied_once(
    bare_store: OpenStore, explored: Explore
) -> None:
    store = await bare_store("reporting")

    async def prepare(_: Random) -> Situation:
        case_id = uuid4()
        record = record_of(case_id, 1)

        async def breaches() -> list[str]:
            return (await what_became_of(store, case_id)).breaches([1])

        again = delivered_again(record)
        return Situation({"one": delivers(record), "other": delivers(again)}, breaches)

    (await explored(store, "one record in two processes", prepare)).assert_clean()


def cut_connection(store: Store, new_receiver: NewReceiver = receiver_on) -> Prepare:
    """A process loses its connection at each stop in turn, before or after its statement, and
    takes the record in again."""
    cuts = itertools.cycle(Cut(stop, lost) for stop in range(1, 12) for lost in (False, True))

    async def prepare(_: Random) -> Situation:
        case_id = uuid4()

        async def breaches() -> list[str]:
            return (await what_became_of(store, case_id)).breaches([1])

        process = delivers(record_of(case_id, 1), new_receiver=new_receiver)
        return Situation({"process": process}, breaches, cuts={"process": next(cuts)})

    return prepare


async def test_a_connection_lost_at_any_statement_leaves_one_effect(
    bare_store: OpenStore, explored: Explore
) -> None:
    store = await bare_store("reporting")
    name = "a connection lost at any statement"
    (await explored(store, name, cut_connection(store))).assert_clean()


async def test_an_inbox_outside_the_transaction_is_found(
    bare_store: OpenStore, explored: Explore
) -> None:
    store = await bare_store("reporting")
    prepare = cut_connection(store, defects.inbox_outside_the_transaction)
    found = (await explored(store, "planted: inbox outside the transaction", prepare)).found
    assert found is not None
    assert "took effect: [1, 1]" in found


async def test_a_connection_lost_beside_a_process_that_waits_for_it_leaves_one_effect_each(
    bare_store: OpenStore, explored: Explore
) -> None:
    store = await bare_store("reporting")

    async def prepare(chance: Random) -> Situation:
        case_id = uuid4()
        cut = Cut(chance.randint(1, 19), answer_lost=chance.random() < 0.5)

        async def breaches() -> list[str]:
            return (await what_became_of(store, case_id)).breaches([1, 2])

        return Situation(
            {"cut": delivers(record_of(case_id, 1)), "other": delivers(record_of(case_id, 2))},
            breaches,
            cuts={"cut": cut},
        )

    (await explored(store, "a connection lost beside another", prepare)).assert_clean()


def poisoned_run(store: Store) -> Prepare:
    """2, 3 and 4 wait for 1, and 3 is poison. One process brings 1, another 5."""

    async def prepare(_: Random) -> Situation:
        case_id = uuid4()
        poison = record_of(case_id, 3, revision=POISON)
        waiting = [record_of(case_id, 2), poison, record_of(case_id, 4)]
        await deliver(receiver_on(store), *waiting)

        async def breaches() -> list[str]:
            became = await what_became_of(store, case_id)
            return became.breaches([1, 2], parked=[4, 5], stopped=[3])

        return Situation(
            {
                "drains": delivers(record_of(case_id, 1)),
                "delivers": delivers(record_of(case_id, 5)),
            },
            breaches,
        )

    return prepare


async def test_poison_in_a_waiting_run_stops_itself_and_undoes_nothing_before_it(
    bare_store: OpenStore, explored: Explore
) -> None:
    store = await bare_store("reporting")
    (await explored(store, "poison in a waiting run", poisoned_run(store))).assert_clean()


async def test_a_drain_without_savepoints_is_found(
    bare_store: OpenStore, explored: Explore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await bare_store("reporting")
    defects.a_drain_without_savepoints(monkeypatch)
    name = "planted: a drain without savepoints"
    found = (await explored(store, name, poisoned_run(store))).found
    assert found is not None
    assert "took effect: [] instead of [1, 2]" in found
