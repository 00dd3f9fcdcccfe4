"""Lets stopped actors go on one statement at a time, in an order that is chosen for them.

Whether a statement waits for a lock is asked of Postgres, never guessed from time: then another
actor goes on. What follows from an order is the same on every run, except whom Postgres picks as
the victim of a deadlock and which of several waiters it wakes first.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from shared.messaging.store import Store
from tests.interleave.gate import Actor, Cut, Work
from tests.interleave.observer import Observer

LOOK_AFTER_SECONDS = 0.002
SETTLES_WITHIN_SECONDS = 20.0
MOST_STEPS = 600
STEPS_AFTER_THE_END = 12
"""What a task without end, such as the relay, may still do when everybody else has ended."""

Choose = Callable[[Sequence[Actor]], Actor]


@dataclass
class Ran:
    """`stops`: how many each actor had. `trace`: who ran what, in order."""

    stops: dict[str, int] = field(default_factory=dict)
    trace: list[str] = field(default_factory=list)
    deadlocks: int = 0
    errors: list[str] = field(default_factory=list)


class Scheduler:
    def __init__(self, store: Store, observer: Observer) -> None:
        self._store = store
        self._observer = observer
        self._bell = asyncio.Event()
        self._actors: list[Actor] = []

    async def run(
        self,
        works: Mapping[str, Work],
        choose: Choose,
        *,
        without_end: Mapping[str, Work] | None = None,
        cuts: Mapping[str, Cut] | None = None,
    ) -> Ran:
        """Until every actor of `works` has ended; those `without_end` are cancelled then."""
        ran = Ran()
        everybody = {**works, **(without_end or {})}
        self._actors = [
            Actor(name, self._bell, self._observer, (cuts or {}).get(name)) for name in everybody
        ]
        tasks = [
            asyncio.create_task(actor.act(everybody[actor.name], self._store))
            for actor in self._actors
        ]
        try:
            await self._settle()
            await self._until_ended(choose, ran, set(works))
        finally:
            for actor, task in zip(self._actors, tasks, strict=True):
                actor.dismiss()
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for actor in self._actors:
            ran.stops[actor.name] = actor.stops
            ran.deadlocks += actor.deadlocks
            if actor.error:
                ran.errors.append(f"{actor.name} ended with {type(actor.error).__name__}")
        return ran

    async def _until_ended(self, choose: Choose, ran: Ran, must_end: set[str]) -> None:
        left = STEPS_AFTER_THE_END * (len(self._actors) - len(must_end))
        while True:
            ready = [actor for actor in self._actors if actor.is_stopped]
            if all(actor.ended for actor in self._actors if actor.name in must_end):
                if not (ready and left):
                    return
                left -= 1
                choose = _in_turn(left)
            assert len(ran.trace) < MOST_STEPS, f"does not end: {ran.trace[-20:]}"
            actor = choose(ready)
            ran.trace.append(f"{actor.name}: {actor.at}")
            self._bell.clear()
            actor.release()
            await self._settle()

    async def _settle(self) -> None:
        """Until every actor is stopped, has ended, or waits for a lock that another one holds."""
        end = time.monotonic() + SETTLES_WITHIN_SECONDS
        await self._bell_or_look()
        while moving := {actor.pid: actor for actor in self._actors if actor.in_flight}:
            blockers = await self._blockers(moving)
            if all(blockers.values()) and not _is_deadlock(blockers):
                return
            assert time.monotonic() < end, f"stuck: {[(a.name, a.at) for a in moving.values()]}"
            await self._bell_or_look()

    async def _bell_or_look(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._bell.wait(), LOOK_AFTER_SECONDS)
        self._bell.clear()

    async def _blockers(self, moving: Mapping[int, Actor]) -> dict[int, set[int]]:
        """Per backend the actors' backends for which it waits. One that was ended and still holds
        its locks for a moment is nobody's."""
        ours = {actor.pid for actor in self._actors if not actor.ended}
        found = await self._observer.blockers(moving)
        return {pid: blockers & ours for pid, blockers in found.items()}


def _in_turn(number: int) -> Choose:
    return lambda ready: ready[number % len(ready)]


def _is_deadlock(blockers: Mapping[int, set[int]]) -> bool:
    """Whether waiting ones wait for each other in a circle; Postgres ends that by itself."""

    def reached(pid: int) -> set[int]:
        found: set[int] = set()
        new = set(blockers[pid])
        while new:
            found |= new
            new = {far for near in new for far in blockers.get(near, ())} - found
        return found

    return any(pid in reached(pid) for pid in blockers)
