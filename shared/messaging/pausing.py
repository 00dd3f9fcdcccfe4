"""How long to wait before something is tried again."""

from random import SystemRandom

_CHANCE = SystemRandom()


def spread(seconds: float) -> float:
    """Somewhere in the upper half of `seconds`: whom one failure stopped, or who stopped each
    other, do not all come back at one moment."""
    return seconds * _CHANCE.uniform(0.5, 1.0)
