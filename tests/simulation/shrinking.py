"""A failing schedule made shorter: parts of it are left out as long as it still fails."""

from collections.abc import Sequence

from tests.simulation.schedule import Step, play
from tests.simulation.world import World

MOST_TRIES = 400


def shrunken(steps: Sequence[Step], seed: str) -> list[Step]:
    """Steps that still lead to a breach; no one of them may be left out, given enough tries."""
    kept = list(steps)
    tries = 0
    size = max(1, len(kept) // 2)
    while size and tries < MOST_TRIES:
        start = 0
        while start < len(kept) and tries < MOST_TRIES:
            fewer = kept[:start] + kept[start + size :]
            tries += 1
            if play(fewer, seed, World()).breaches:
                kept = fewer
            else:
                start += size
        size //= 2
    return kept
