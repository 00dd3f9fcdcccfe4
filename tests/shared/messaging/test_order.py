"""The order rule alone: every arrival gives the same end, and nothing is skipped on the way."""

import os
import random
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from shared.messaging.order import Outcome, Verdict, discard, drain, receive
from tests.shared.messaging.stream_in_memory import Event, InMemoryStream

SEED = int(os.environ.get("VIGIL_TEST_SEED", "20261122"))
SCHEDULES = 3000


def events(count: int) -> list[Event]:
    return [Event(number, UUID(int=number)) for number in range(1, count + 1)]


async def deliver(stream: InMemoryStream, *arrivals: Event) -> list[Verdict]:
    return [await receive(stream, event, stream.apply) for event in arrivals]


async def release(stream: InMemoryStream, event: Event) -> Verdict:
    """What the operator's release does: close the row, then deliver the event again."""
    del stream.in_place[event.sequence]
    if await stream.is_held():
        await stream.park(event)
        return Verdict.PARKED
    return await receive(stream, replace(event, poisonous=False), stream.apply)


async def test_events_that_arrive_in_order_take_effect_at_once() -> None:
    stream = InMemoryStream()
    assert await deliver(stream, *events(3)) == [Verdict.APPLIED] * 3
    assert stream.effects == [1, 2, 3]


async def test_an_event_waits_for_its_missing_predecessor() -> None:
    stream = InMemoryStream()
    first, second, third = events(3)
    assert await deliver(stream, third, second) == [Verdict.PARKED] * 2
    assert stream.effects == []
    assert await deliver(stream, first) == [Verdict.APPLIED]
    assert stream.effects == [1, 2, 3]
    assert stream.parked == {}


async def test_a_duplicate_of_an_applied_parked_or_stopped_event_changes_nothing() -> None:
    stream = InMemoryStream()
    first, second, third = events(3)
    poisonous = replace(second, poisonous=True)
    await deliver(stream, first, poisonous, third)
    assert await deliver(stream, first, poisonous, third) == [Verdict.KNOWN_ALREADY] * 3
    assert stream.effects == [1]


async def test_an_event_that_cannot_be_applied_stops_its_stream_and_leaves_no_effect() -> None:
    stream = InMemoryStream()
    first, second, third = events(3)
    verdicts = await deliver(stream, first, replace(second, poisonous=True), third)
    assert verdicts == [Verdict.APPLIED, Verdict.QUARANTINED, Verdict.PARKED]
    assert stream.effects == [1]


async def test_a_parked_event_that_fails_undoes_nothing_before_it() -> None:
    stream = InMemoryStream()
    first, second, third = events(3)
    await deliver(stream, replace(third, poisonous=True), second, first)
    assert stream.effects == [1, 2]
    assert list(stream.in_place) == [3]


async def test_release_lets_the_stopped_event_and_those_behind_it_follow_in_order() -> None:
    stream = InMemoryStream()
    first, second, third = events(3)
    poisonous = replace(second, poisonous=True)
    await deliver(stream, first, poisonous, third)
    assert await release(stream, poisonous) is Verdict.APPLIED
    assert stream.effects == [1, 2, 3]


async def test_discard_uses_up_the_number_as_nothing() -> None:
    stream = InMemoryStream()
    first, second, third = events(3)
    poisonous = replace(second, poisonous=True)
    await deliver(stream, first, poisonous, third)
    await discard(stream, stream.in_place.pop(2), stream.apply)
    assert stream.effects == [1, 3]
    assert stream.taken[2] == (second.event_id, Outcome.DISCARDED)


@pytest.mark.parametrize("first_one_is", ["applied", "parked", "stopped"])
async def test_two_events_with_one_number_are_never_both_accepted(first_one_is: str) -> None:
    stream = InMemoryStream()
    first, second, third = events(3)
    second = replace(second, poisonous=first_one_is == "stopped")
    await deliver(stream, *([second] if first_one_is == "parked" else [first, second]))
    impostor = Event(2, uuid4())
    assert await deliver(stream, impostor) == [Verdict.SEQUENCE_CONFLICT]
    assert await deliver(stream, impostor) == [Verdict.SEQUENCE_CONFLICT]
    assert stream.conflicts == [impostor]
    await deliver(stream, third)
    assert 3 in stream.parked, "a stream with an unsettled conflict applies nothing"


async def test_a_dismissed_conflict_takes_no_place_and_lets_the_stream_go_on() -> None:
    stream = InMemoryStream()
    first, second, third = events(3)
    await deliver(stream, first, second, Event(2, uuid4()), third)
    stream.conflicts.clear()
    await drain(stream, stream.apply)
    assert stream.effects == [1, 2, 3]


async def test_an_id_that_already_has_another_number_is_a_conflict() -> None:
    stream = InMemoryStream()
    first, _, _ = events(3)
    await deliver(stream, first)
    assert await deliver(stream, Event(2, first.event_id)) == [Verdict.SEQUENCE_CONFLICT]


async def test_a_type_this_version_does_not_know_waits_and_is_not_skipped() -> None:
    stream = InMemoryStream()
    first, second, third = events(3)
    unknown = replace(second, type_known=False)
    verdicts = await deliver(stream, first, unknown, third)
    assert verdicts == [Verdict.APPLIED, Verdict.PARKED_UNKNOWN_TYPE, Verdict.PARKED]
    assert await drain(stream, stream.apply) == 0
    stream.parked[2] = second  # the upgraded version knows the type
    assert await drain(stream, stream.apply) == 2
    assert stream.effects == [1, 2, 3]


async def test_a_number_that_is_gone_without_a_holder_is_a_conflict_and_not_dropped() -> None:
    """As after a store was restored to an earlier moment than its consumers remember."""
    stream = InMemoryStream(next_sequence=3)
    assert await deliver(stream, Event(1, uuid4())) == [Verdict.SEQUENCE_CONFLICT]


async def test_a_stream_with_two_conflicts_goes_on_only_when_both_are_settled() -> None:
    stream = InMemoryStream()
    first, second, _ = events(3)
    await deliver(stream, first, Event(1, uuid4()), Event(1, uuid4()), second)
    stream.conflicts.pop()
    assert await drain(stream, stream.apply) == 0
    stream.conflicts.pop()
    assert await drain(stream, stream.apply) == 1
    assert stream.effects == [1, 2]


async def test_a_discarded_event_whose_turn_it_is_not_uses_up_no_number() -> None:
    stream = InMemoryStream()
    await discard(stream, Event(2, uuid4()), stream.apply)
    assert (stream.next_sequence, stream.taken) == (1, {})


async def test_every_order_of_arrival_gives_the_same_end() -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    for schedule in range(SCHEDULES):
        await _one_schedule(random.Random(chance.getrandbits(64)), schedule)


async def _one_schedule(chance: random.Random, schedule: int) -> None:
    count = chance.randint(1, 9)
    poisonous = set(chance.sample(range(1, count + 1), k=chance.randint(0, min(2, count))))
    discarded = {number for number in poisonous if chance.random() < 0.5}
    originals = [replace(e, poisonous=e.sequence in poisonous) for e in events(count)]
    impostors = [Event(chance.randint(1, count), UUID(int=10_000 + schedule))]
    arrivals = originals + chance.choices(originals, k=chance.randint(0, count))
    arrivals += impostors if chance.random() < 0.3 else []
    chance.shuffle(arrivals)
    stream = InMemoryStream()
    first_claims: dict[int, UUID] = {}
    for arrival in arrivals:
        await receive(stream, arrival, stream.apply)
        first_claims.setdefault(arrival.sequence, arrival.event_id)
        if chance.random() < 0.3:
            await _an_operator_settles_one(stream, chance, discarded)
    while stream.in_place or stream.conflicts:
        await _an_operator_settles_one(stream, chance, discarded)
    # The producer issues again what a dismissed claim to the number had kept out.
    missing = [e for e in originals if e.sequence not in stream.taken]
    for event in missing:
        await receive(stream, replace(event, poisonous=False), stream.apply)
    message = f"seed {SEED}, schedule {schedule}"
    assert sorted(stream.taken) == list(range(1, count + 1)), message
    assert stream.parked == {}, message
    assert stream.effects == sorted(set(stream.effects)), message
    assert {n: id_ for n, (id_, _) in stream.taken.items()} == first_claims, message


async def _an_operator_settles_one(
    stream: InMemoryStream, chance: random.Random, discarded: set[int]
) -> None:
    if stream.conflicts:
        stream.conflicts.pop(chance.randrange(len(stream.conflicts)))
        if not await stream.is_held():
            await drain(stream, stream.apply)
        return
    if not stream.in_place:
        return
    number, event = next(iter(stream.in_place.items()))
    if number in discarded:
        del stream.in_place[number]
        await discard(stream, event, stream.apply)
    else:
        await release(stream, event)
