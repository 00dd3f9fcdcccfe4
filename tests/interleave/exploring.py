"""Runs one situation in many orders, each known by seed and number, and says what it found."""

import itertools
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.interleave.gate import Actor, Cut, Work
from tests.interleave.scheduler import Choose, Ran, Scheduler

REPORT: list[str] = []
"""One line per exploration, for the end of the run."""


@dataclass
class Situation:
    """Rows made ready and who works on them at once; `breaches` looks when all have ended.

    `varies`: the next one has other stops, so pairs of positions mean nothing.
    """

    actors: Mapping[str, Work]
    breaches: Callable[[], Awaitable[Sequence[str]]]
    without_end: Mapping[str, Work] = field(default_factory=dict)
    cuts: Mapping[str, Cut] = field(default_factory=dict)
    varies: bool = False

    @property
    def by_pairs(self) -> bool:
        return len(self.actors) == 2 and not (self.without_end or self.varies)


Prepare = Callable[[random.Random], Awaitable[Situation]]


@dataclass
class Exploration:
    """`found`: the first order that breached something, ready to be printed. `pairs`: how many
    pairs of stops two actors have. `orders`: what ran in each schedule, statement by statement."""

    name: str
    seed: int
    schedules: int = 0
    pairs: int = 0
    steps: int = 0
    found: str | None = None
    orders: list[list[str]] = field(default_factory=list)

    def assert_clean(self) -> None:
        assert self.found is None, self.found

    def __str__(self) -> str:
        of = f" of {self.pairs} pairs of stops" if self.pairs else ""
        end = f"found in schedule {self.schedules}" if self.found else "clean"
        return (
            f"{self.name}: {self.schedules} schedules{of}, {self.steps} steps, "
            f"seed {self.seed}: {end}"
        )


async def explore(
    scheduler: Scheduler, name: str, prepare: Prepare, *, seed: int, schedules: int
) -> Exploration:
    """Stops at the first breach. With two actors all pairs of stop positions are tried, as far as
    `schedules` reaches, in an order drawn from the seed; with more, orders drawn from the seed."""
    result = Exploration(name, seed)
    pairs: list[tuple[int, int, int]] = []
    while result.schedules < schedules and not result.found:
        number, result.schedules = result.schedules, result.schedules + 1
        chance = random.Random(f"{seed}|{name}|{number}")
        situation = await prepare(chance)
        pair = pairs.pop() if pairs else (0, 0, 0)
        by_pair = situation.by_pairs and (number == 0 or number <= result.pairs)
        choose = _by_positions(list(situation.actors), pair) if by_pair else _by_chance(chance)
        ran = await scheduler.run(
            situation.actors, choose, without_end=situation.without_end, cuts=situation.cuts
        )
        result.steps += len(ran.trace)
        result.orders.append(ran.trace)
        breaches = [*ran.errors, *_victims(ran), *await situation.breaches()]
        if breaches:
            result.found = _told(result, number, breaches, ran)
        if situation.by_pairs and number == 0:
            pairs = _pairs(ran, situation, random.Random(f"{seed}|{name}"))
            result.pairs = len(pairs)
    REPORT.append(str(result))
    return result


def _victims(ran: Ran) -> list[str]:
    return [f"{ran.deadlocks} ended by the deadlock detector"] if ran.deadlocks else []


def _told(result: Exploration, number: int, breaches: Sequence[str], ran: Ran) -> str:
    steps = "\n  ".join(ran.trace)
    return (
        f"{'; '.join(breaches)} (SEED={result.seed} SCHEDULES={number + 1}, "
        f"{result.name})\n  {steps}"
    )


def _pairs(ran: Ran, situation: Situation, chance: random.Random) -> list[tuple[int, int, int]]:
    """Who begins, how far it goes, how far the other goes; then each to its end."""
    lengths = [ran.stops[name] for name in situation.actors]
    pairs = [
        (first, one, other)
        for first in (0, 1)
        for one, other in itertools.product(range(1, lengths[first]), range(1, lengths[1 - first]))
    ]
    chance.shuffle(pairs)
    return pairs


def _by_positions(names: list[str], pair: tuple[int, int, int]) -> Choose:
    first, one, other = pair
    turns = [(names[first], one), (names[1 - first], one and other)]

    def choose(ready: Sequence[Actor]) -> Actor:
        by_name = {actor.name: actor for actor in ready}
        for name, until in turns:
            if name in by_name and by_name[name].stops <= until:
                return by_name[name]
        return by_name.get(names[first]) or ready[0]

    return choose


def _by_chance(chance: random.Random) -> Choose:
    """Some schedules change the actor at nearly every stop, others seldom."""
    stays = chance.choice([0.0, 0.5, 0.8, 0.93])
    last: list[Actor] = []

    def choose(ready: Sequence[Actor]) -> Actor:
        if last and last[0] in ready and chance.random() < stays:
            return last[0]
        last[:] = [chance.choice(list(ready))]
        return last[0]

    return choose
