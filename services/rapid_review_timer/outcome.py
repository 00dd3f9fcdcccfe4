"""What became of a deadline: met, ended, or standing still. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.rapid_review_timer.calculation import days_late
from services.rapid_review_timer.clocks import Clock
from services.rapid_review_timer.fulfilment import Done
from services.rapid_review_timer.limits import SUSPENDS
from shared.calendar.bank_holidays import Calendar


@dataclass(frozen=True)
class Met:
    at: datetime
    by: UUID
    on_time: bool
    working_days_late: int


@dataclass(frozen=True)
class Cancelled:
    reason: str
    by: UUID | None


@dataclass(frozen=True)
class Suspended(Cancelled):
    """It stands still and may go on: nothing fires meanwhile."""


Outcome = Met | Cancelled


def outcome_of(
    clock: Clock, done: Done | None, due: date, late_from: datetime, calendar: Calendar
) -> Outcome | None:
    """What became of a clock; None while it runs. What was done stays done, also when a later
    decision no longer calls for it. What was done while the clock stood still is judged by when
    it stopped."""
    if done is not None:
        judged = min(done.at, clock.stopped_at or done.at)
        late = days_late(calendar, due, judged, late_from)
        return Met(done.at, done.by, not late.late, late.working_days)
    if clock.reason is None:
        return None
    kind = Suspended if clock.reason in SUSPENDS else Cancelled
    return kind(clock.reason, clock.ended_by)


def is_open(outcome: Outcome | None) -> bool:
    """Whether it runs or stands still."""
    return outcome is None or isinstance(outcome, Suspended)
