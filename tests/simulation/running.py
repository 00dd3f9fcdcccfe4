"""Many schedules, in as many processes as asked for; stops at the first that fails."""

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from tests.simulation.calculating_once import calculating_once
from tests.simulation.defects import planted
from tests.simulation.schedule import play, seed_of, steps_of
from tests.simulation.world import World

CHUNK = 100


@dataclass(frozen=True)
class Chunk:
    seed: int
    first: int
    count: int
    defect: str | None


@dataclass(frozen=True)
class Done:
    """`failed`: the index of the first schedule that failed, and what was wrong with it."""

    schedules: int
    events: int
    reached: Counter[str]
    failed: int | None = None
    breaches: tuple[str, ...] = ()


@dataclass(frozen=True)
class Total:
    schedules: int
    events: int
    seconds: float
    reached: Counter[str]
    failed: int | None = None
    breaches: tuple[str, ...] = ()

    @property
    def per_minute(self) -> float:
        return self.schedules * 60 / self.seconds if self.seconds else 0.0


def run_chunk(chunk: Chunk) -> Done:
    events, reached = 0, Counter[str]()
    with planted(chunk.defect), calculating_once():
        for index in range(chunk.first, chunk.first + chunk.count):
            seed = seed_of(chunk.seed, index)
            result = play(steps_of(chunk.seed, index), seed, World())
            events += result.events
            reached += result.reached
            if result.breaches:
                done = index - chunk.first + 1
                return Done(done, events, reached, index, tuple(dict.fromkeys(result.breaches)))
    return Done(chunk.count, events, reached)


def run(
    schedules: int,
    seed: int,
    *,
    processes: int = 1,
    defect: str | None = None,
    tell: Callable[[Total], None] = lambda total: None,
) -> Total:
    """`tell` hears how far it has come, after each chunk."""
    chunks = [
        Chunk(seed, first, min(CHUNK, schedules - first), defect)
        for first in range(0, schedules, CHUNK)
    ]
    began = time.monotonic()
    total = Total(0, 0, 0.0, Counter())
    with multiprocessing.Pool(processes) as pool:
        # In order, so that the same seed finds the same schedule first with any number of cores.
        for done in pool.imap(run_chunk, chunks):
            total = Total(
                total.schedules + done.schedules,
                total.events + done.events,
                time.monotonic() - began,
                total.reached + done.reached,
                done.failed,
                done.breaches,
            )
            tell(total)
            if done.failed is not None:
                break
    return total
