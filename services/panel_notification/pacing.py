"""How fast a channel may be used, and when it is left alone. Pure: the state is one row for all
replicas, so that together they keep to the limit and find out together that a channel is down.

A limit is a bucket of tokens that fills evenly. After so many failures in a row a channel rests,
longer each time; then one attempt tries it, and only when that succeeds do the others follow.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

LONGEST_REST = timedelta(minutes=10)
ONE_TRIES = timedelta(seconds=90)
"""For how long the others wait for the one that tries a channel that was resting."""


@dataclass(frozen=True)
class Limits:
    per_minute: float
    burst: int
    failures: int
    rest: timedelta


@dataclass(frozen=True)
class Pace:
    """`held_until`: nothing is sent before. `failures`: in a row, as of now."""

    tokens: float
    filled_at: datetime
    failures: int = 0
    held_until: datetime | None = None


def fresh(limits: Limits, now: datetime) -> Pace:
    return Pace(float(limits.burst), now)


def take(pace: Pace, limits: Limits, now: datetime, wanted: int = 1) -> tuple[Pace, int]:
    """The row after asking for so many attempts, and how many of them may be made."""
    if pace.held_until and pace.held_until > now:
        return pace, 0
    passed = max((now - pace.filled_at).total_seconds(), 0.0)
    tokens = min(pace.tokens + passed * limits.per_minute / 60, float(limits.burst))
    filled = replace(pace, tokens=tokens, filled_at=max(now, pace.filled_at), held_until=None)
    if tokens < 1:
        until = now + timedelta(seconds=(1 - tokens) * 60 / limits.per_minute)
        return replace(filled, held_until=until), 0
    if pace.failures >= limits.failures:
        return replace(filled, tokens=tokens - 1, held_until=now + ONE_TRIES), 1
    given = min(wanted, int(tokens))
    return replace(filled, tokens=tokens - given), given


def after(
    pace: Pace, limits: Limits, *, down: bool, retry_after: timedelta | None, now: datetime
) -> Pace:
    """The row once an attempt has ended. `down`: the channel failed, whatever notice it was."""
    failures = pace.failures + 1 if down else 0
    resting = pace.failures >= limits.failures
    until = [] if resting or pace.held_until is None else [pace.held_until]
    if retry_after:
        until.append(now + retry_after)
    if failures >= limits.failures:
        rest: timedelta = limits.rest * 2 ** min(failures - limits.failures, 20)
        until.append(now + min(rest, LONGEST_REST))
    return replace(pace, failures=failures, held_until=max(until, default=None))
