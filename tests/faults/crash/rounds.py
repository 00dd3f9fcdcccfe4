"""One round: services die at their places while work goes on, return, and the books balance."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from shared.contracts.catalogue import topics_of
from tests.faults.crash.balance import Balance, balance, quiet
from tests.faults.crash.combinations import INGRESS, Place
from tests.faults.crash.conftest import World
from tests.faults.crash.four_services import Progress


@dataclass(frozen=True)
class Death:
    """`seconds`: from the new start to new work done; `duplicates`: copies that its relay left."""

    place: Place
    seconds: float
    duplicates: int


async def run_round(
    world: World, places: Sequence[Place], following: Sequence[Place] = ()
) -> tuple[list[Death], Balance]:
    """`following`: where the services are told to die next, so that each start serves twice."""
    four, work = world.four, world.work
    next_told = {place.service: place.setting for place in following}
    await four.all_run({place.service: place.setting for place in places})
    await quiet(four)
    await four.topics.read()
    before = four.topics.duplicates.copy()
    for place in places:
        four.arm(place.service)
    returning = [
        asyncio.create_task(
            four.restarted(place.service, next_told.get(place.service, ""), progress_of(place))
        )
        for place in places
    ]
    try:
        while not all(task.done() for task in returning):
            await work.wave()
        seconds = [await task for task in returning]
    finally:
        for task in returning:
            task.cancel()
    await quiet(four)
    found = await balance(four, work)
    copies = four.topics.duplicates - before
    deaths = [
        Death(place, took, copies[place.service])
        for place, took in zip(places, seconds, strict=True)
    ]
    return deaths, found


def progress_of(place: Place) -> Progress:
    """What grows in the store of a service when this part of it has done new work."""
    match place.point.part:
        case "consumer" if place.owner == INGRESS:
            return (
                "select coalesce(sum(next_offset), 0) from consumed_offset"
                " where topic like 'ingress.%'",
            )
        case "consumer":
            return (
                "select coalesce(sum(next_offset), 0) from consumed_offset where topic = any($1)",
                list(topics_of(place.owner.partition(".")[2])),
            )
        case "relay":
            return ("select count(*) from outbox where published_at is not null",)
        case "watcher":
            return ("select count(*) from firing",)
        case "notice":
            return ("select count(*) from attempt where outcome is not null",)
    return None
