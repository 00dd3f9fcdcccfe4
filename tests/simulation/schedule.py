"""One schedule: steps drawn from a seed, then everything drained, then the books are checked.

A step is a name and a number, out of which it takes all its choices; where it finds nothing to do
it does nothing. So any part of a schedule is a schedule, and a failing one can be made shorter.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.simulation import commands, endings, mishaps
from tests.simulation.checks import breaches_of
from tests.simulation.draining import drain
from tests.simulation.endings import reached
from tests.simulation.footprint import footprint, told
from tests.simulation.world import Chance, World

Step = tuple[str, int]

USUAL: dict[str, int] = {
    "deliver": 60,
    "relay": 20,
    "report": 3,
    "assess": 2,
    "decide": 4,
    "link": 2,
    "send": 8,
    "answer": 8,
    "receipt": 5,
    "move_clock": 4,
    "watch": 4,
    "sweep": 1,
}
UNUSUAL: dict[str, int] = {
    "deliver_again": 3,
    "die": 2,
    "start": 5,
    "look_for_abandoned": 2,
    "send_again": 2,
    "report_again": 1,
    "withdraw": 1,
}
SOMETIMES: tuple[tuple[int, dict[str, int]], ...] = (
    (3, {"poison": 3, "release": 3, "repair_and_release": 2, "discard": 2}),
    (4, {"upgrade": 1}),
    (4, {"number_given_again": 2, "discard": 2}),
    (4, {"decide_anew": 2, "link_decided": 2}),
    (6, {"back_up": 3, "restore_and_reconcile": 2}),
    (12, {"back_up": 3, "restore_without_reconcile": 3}),
    (
        5,
        {
            "report": 2,
            "decide": 12,
            "send": 30,
            "answer": 30,
            "receipt": 30,
            "relay": 60,
            "deliver": 150,
            "review_goes_on": 40,
            "panel_replies": 60,
            "withdraw": 1,
            "close": 8,
        },
    ),
    (
        6,
        {
            "catch_up": 160,
            "decide": 12,
            "send": 40,
            "answer": 40,
            "receipt": 60,
            "review_goes_on": 60,
            "panel_replies": 20,
            "close": 30,
            "reopen": 4,
        },
    ),
)
"""One schedule in so many has these steps too. The last but one go far into a review and what
follows; the last go on to the end of a case and beyond it, and little is on its way for long."""

STEPS: dict[str, Callable[[World, Chance], None]] = {
    name: next(getattr(m, name) for m in (commands, endings, mishaps) if hasattr(m, name))
    for weights in (USUAL, UNUSUAL, *(more for _, more in SOMETIMES), {"old_version": 1})
    for name in weights
}


@dataclass(frozen=True)
class Result:
    """`reached`: how often a schedule came to each end, as `reached` counts."""

    breaches: tuple[str, ...]
    events: int
    reached: Counter[str] = field(default_factory=Counter)


def seed_of(seed: int, index: int) -> str:
    return f"{seed}:{index}"


def steps_of(seed: int, index: int) -> list[Step]:
    chance = random.Random(seed_of(seed, index))
    weights = dict(USUAL)
    steps: list[Step] = []
    if not chance.randrange(4):
        weights |= UNUSUAL
    elif chance.randrange(2):
        weights |= {name: chance.randrange(1 + weight) for name, weight in UNUSUAL.items()}
    for one_in, more in SOMETIMES:
        if not chance.randrange(one_in):
            weights |= more
            if "upgrade" in more:
                steps.append(("old_version", chance.getrandbits(64)))
    if "restore_without_reconcile" in weights:
        weights.pop("restore_and_reconcile", None)
    shortest, longest = (200, 500) if "review_goes_on" in weights else (30, 160)
    length = chance.randrange(shortest, longest)
    names = chance.choices(list(weights), list(weights.values()), k=length)
    return [*steps, *((name, chance.getrandbits(64)) for name in ("report", *names))]


def play(
    steps: Sequence[Step], seed: str, world: World, tell: Callable[[str], None] | None = None
) -> Result:
    """`seed` chooses how everything is drained; `tell` hears each step that did something."""
    try:
        for name, token in steps:
            before = footprint(world) if tell else None
            STEPS[name](world, Chance(token))
            if tell and before is not None and footprint(world) != before:
                tell(told(name, before, footprint(world)))
        drain(world, random.Random(seed))
    except Exception as broken:
        # Whatever a handler raises that is no refusal, or a rule of the store that was broken.
        return Result((f"{type(broken).__name__}: {broken}",), 0)
    events = sum(len(process.written.outbox) for process in world.processes.values())
    return Result(tuple(breaches_of(world)), events, reached(world))
