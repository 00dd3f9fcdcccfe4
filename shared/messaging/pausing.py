"""How long to wait before something is tried again, and when to let others go first."""

import asyncio
from random import SystemRandom

BEFORE_OTHERS = 50

_CHANCE = SystemRandom()


def spread(seconds: float) -> float:
    """Somewhere in the upper half of `seconds`: whom one failure stopped, or who stopped each
    other, do not all come back at one moment."""
    return seconds * _CHANCE.uniform(0.5, 1.0)


async def others_first(done: int) -> None:
    """To be called after each of many small things done without waiting: consumers and HTTP share
    the loop and get their turn now and then."""
    if done % BEFORE_OTHERS == 0:
        await asyncio.sleep(0)
