"""What a notice's limit asks of whoever watches over it. Pure; instants are aware.

A limit is the first late instant of the clock that the notice's rule names, as the rapid-review
timer published it. Where it published none, a notice that has not arrived is for a person after
a day, and nothing is sent twice without one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.panel_notification.notice import State

ESCALATED_BEFORE = timedelta(hours=48)
SENT_AGAIN_BEFORE = timedelta(hours=24)
NO_LIMIT = timedelta(hours=24)
FIRST_TRIES = timedelta(minutes=15)
"""A notice that comes to be owed close to its limit is tried for so long before it is called
late in going out."""

NOT_OUT = frozenset(
    {State.PENDING, State.SENDING, State.OUTCOME_UNKNOWN, State.UNDELIVERABLE, State.HANDED}
)


@dataclass(frozen=True)
class Watched:
    """A notice that has not arrived. `sent_again_at` and `escalated_at`: once each, when it was."""

    state: State
    wanted_at: datetime
    limit: datetime | None
    sent_again_at: datetime | None = None
    escalated_at: datetime | None = None


def is_sent_again(watched: Watched, now: datetime) -> bool:
    """Nobody knows whether it arrived and the limit is near, so it goes out once more, flagged. At
    once if the limit is nearer than that; not where no limit is known: then a person decides."""
    if watched.state is not State.OUTCOME_UNKNOWN or watched.sent_again_at or not watched.limit:
        return False
    return now >= watched.limit - SENT_AGAIN_BEFORE


def is_escalated(watched: Watched, now: datetime) -> bool:
    """A person hears of it before the limit, however it is still being tried."""
    if watched.state not in NOT_OUT or watched.escalated_at:
        return False
    tried = watched.wanted_at + FIRST_TRIES
    if watched.limit is None:
        return now >= watched.wanted_at + NO_LIMIT
    return now >= max(watched.limit - ESCALATED_BEFORE, min(tried, watched.limit))
