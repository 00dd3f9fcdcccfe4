"""The copy of a notification that a local page asks for on the day of the submission. Pure.

Its clock starts with what the Panel was sent. Panel notification sends the copy once the incident
is decided, and so often earlier: then the clock is met where it starts.
"""

from collections.abc import Sequence
from dataclasses import replace

from services.rapid_review_timer.clocks import Clock, Cycle
from services.rapid_review_timer.fulfilment import Done, notified
from services.rapid_review_timer.limits import OFFICE
from shared.contracts.event_codes import NotificationKind
from shared.messaging.facts import Fact


def clock_of_copy(cycle: Cycle, told: Sequence[Fact], number: int) -> dict[str, Clock]:
    """By rule; none where no copy is owed, or the Panel was not notified yet."""
    owed = cycle.decision.obligations if cycle.decision else []
    sent = notified(told, number, {NotificationKind.PANEL})
    if sent is None or not any(one.limit_rule == OFFICE for one in owed):
        return {}
    return {OFFICE: Clock(sent.at, sent.by)}


def copied(done: Done | None, clock: Clock) -> Done | None:
    """`done` as what met the clock: never before it started."""
    return replace(done, at=max(done.at, clock.started_at)) if done else None
