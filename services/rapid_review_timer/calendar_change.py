"""What a new version of the bank holidays moves. Pure.

Only deadlines that run and were not fired as overdue are counted anew; what was met, cancelled or
told to be overdue keeps the calendar it was judged by. A version that is not the newest moves
nothing, whenever it comes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.rapid_review_timer.counting import count
from services.rapid_review_timer.deadline import Deadline
from services.rapid_review_timer.deadline_store import Kept
from services.rapid_review_timer.rule_book import RuleBook
from services.rapid_review_timer.rule_row import Rule, RuleError
from shared.calendar.errors import CalendarError
from shared.calendar.london import london_date
from shared.calendar.versions import CalendarVersions, days_that_differ


@dataclass(frozen=True)
class Move:
    """A deadline that falls on another day now; `late_from` is the new first late instant.
    `differing` are the days of the count that only one of the two versions skips."""

    deadline_id: UUID
    previous_due_date: date
    due_date: date
    late_from: datetime
    previous_calendar: str
    calendar: str
    differing: tuple[date, ...]

    def is_overdue_at_once(self, now: datetime) -> bool:
        """Whether the new day has passed by `now`: then it is fired as overdue, once."""
        return self.late_from <= now


@dataclass(frozen=True)
class Revised:
    """`uncounted`: deadlines that keep their day, with the code why they could not be counted by
    the newest version, such as `CALENDAR_OUT_OF_RANGE`; somebody has to look."""

    moves: tuple[Move, ...]
    uncounted: tuple[tuple[UUID, str], ...]


def revised(stored: Iterable[Kept], versions: CalendarVersions, book: RuleBook) -> Revised:
    """What moves under the newest of `versions`, each deadline at most once, in the order given.

    The deadlines that stay where they are stand in neither list.
    """
    moves, uncounted = [], []
    for kept in stored:
        try:
            move = _move(kept, versions, book)
        except (CalendarError, RuleError) as refused:
            uncounted.append((kept.deadline.deadline_id, refused.code))
            continue
        if move is not None:
            moves.append(move)
    return Revised(tuple(moves), tuple(uncounted))


def may_be_moved_by(started_on: date, due: date, days: Iterable[date]) -> bool:
    """Whether a count between these London dates, forward or back, has one of `days` in it. The
    day of the start is never counted."""
    early, late = min(started_on, due), max(started_on, due)
    return any(early <= day <= late and day != started_on for day in days)


def _move(kept: Kept, versions: CalendarVersions, book: RuleBook) -> Move | None:
    basis, newest = kept.deadline.basis, versions.newest
    if kept.is_settled or basis.calendar_version == newest.version or basis.agreed:
        return None
    rule = version_of(kept.deadline, book)
    if rule.unit != "working_days":
        return None
    before = versions.named(basis.calendar_version)
    counted = count(rule, newest, basis.started_at)
    if counted.due_date == basis.due_date:
        return None
    started_on, furthest = london_date(basis.started_at), max(basis.due_date, counted.due_date)
    if rule.direction == "backward":
        furthest = min(basis.due_date, counted.due_date)
    return Move(
        deadline_id=kept.deadline.deadline_id,
        previous_due_date=basis.due_date,
        due_date=counted.due_date,
        late_from=counted.late_from,
        previous_calendar=before.version,
        calendar=newest.version,
        differing=tuple(
            day
            for day in days_that_differ(before, newest)
            if may_be_moved_by(started_on, furthest, (day,))
        ),
    )


def version_of(made: Deadline, book: RuleBook) -> Rule:
    """The version of its rule by which a deadline was counted. Raises RuleError `unknown_rule`."""
    for rule in book.rules.get(made.rule, ()):
        if str(rule.version) == made.basis.rule_version:
            return rule
    raise RuleError("unknown_rule", f"{made.rule} has no version {made.basis.rule_version}")
