"""Each deadline as people read it: when it is due, where it stands, how it came to be so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.reporting.deadlines import Deadline
from services.reporting.plain_words import (
    BASES,
    FORCES,
    REASONS,
    RULES,
    Moment,
    counted,
    day_words,
    moment,
    words_of,
    working_days,
)
from services.reporting.told import Told
from services.reporting.yearly_sentences import OF_YEARLY_REPORTS, reason_words
from shared.calendar.london import london_date
from shared.contracts.deadline_events import (
    DeadlineCancelled,
    DeadlineMet,
    DeadlineState,
    DeadlineSuspended,
)

ClockState = Literal[
    "overdue",
    "relaxed",
    "running",
    "receipt_outstanding",
    "suspended",
    "met",
    "met_late",
    "cancelled",
]
STATE_WORDS: dict[ClockState, str] = {
    "overdue": "Overdue",
    "relaxed": "Past its day, relaxed by a notice: no breach",
    "running": "Running",
    "receipt_outstanding": "Sent in time, receipt outstanding",
    "suspended": "Stands still",
    "met": "Met on time",
    "met_late": "Met late",
    "cancelled": "Cancelled",
}
OPEN: tuple[ClockState, ...] = (
    "overdue",
    "relaxed",
    "running",
    "receipt_outstanding",
    "suspended",
)


@dataclass(frozen=True)
class PreviousDue:
    due_date: date
    words: str
    reason: str


@dataclass(frozen=True)
class AlternativeDue:
    basis: str
    due_date: date
    words: str


@dataclass(frozen=True)
class Clock:
    """`working_days` is the clock's length, None where its calendar is not held here, and of a
    yearly report, whose days and months are of every kind.

    `moved` holds the due dates it had before, oldest first; `alternatives` what other readings of
    the sources would give.
    """

    deadline_id: UUID
    case_id: UUID
    cycle: int
    rule: str
    name: str
    force: str
    force_words: str
    started: Moment
    due_date: date
    late_from: Moment
    working_days: int | None
    state: ClockState
    state_words: str
    words: str
    met: Moment | None
    working_days_late: int | None
    cancelled_because: str | None
    moved: tuple[PreviousDue, ...]
    alternatives: tuple[AlternativeDue, ...]
    calendar_version: str
    rule_version: str
    rule_set: str
    revision: int
    caused_by: UUID


def clocks(deadlines: Sequence[Deadline], told: Sequence[Told], now: datetime) -> tuple[Clock, ...]:
    """What is overdue first, then what runs, then what is over; each by due date."""
    made = [_clock(deadline, told, now) for deadline in deadlines]
    return tuple(
        sorted(
            made,
            key=lambda clock: (
                clock.state not in OPEN,
                clock.late_from.utc,
                clock.rule,
                str(clock.deadline_id),
            ),
        )
    )


def _clock(deadline: Deadline, told: Sequence[Told], now: datetime) -> Clock:
    last = deadline.last
    state = _state(deadline, told, now)
    today = london_date(now)
    length = None
    if last.rule not in OF_YEARLY_REPORTS:
        length = working_days(last.calendar_version, london_date(last.started_at), last.due_date)
    late = last.working_days_late if isinstance(last, DeadlineMet) else None
    if state in ("overdue", "relaxed"):
        late = working_days(last.calendar_version, last.due_date, today)
    due = f"due {day_words(last.due_date)}"
    if length is not None:
        due += f", {counted(length, 'working day')}"
    return Clock(
        deadline_id=deadline.deadline_id,
        case_id=deadline.case_id,
        cycle=last.cycle,
        rule=last.rule,
        name=words_of(RULES, last.rule),
        force=last.force,
        force_words=words_of(FORCES, last.force),
        started=moment(last.started_at),
        due_date=last.due_date,
        late_from=moment(last.late_from),
        working_days=length,
        state=state,
        state_words=STATE_WORDS[state],
        words=f"{due}; {_standing(state, last, late, today)}",
        met=moment(last.met_at) if isinstance(last, DeadlineMet) else None,
        working_days_late=late,
        cancelled_because=last.reason if isinstance(last, DeadlineCancelled) else None,
        moved=tuple(
            PreviousDue(day, f"moved from {day_words(day)}: {words_of(REASONS, why)}", why)
            for day, why in deadline.previous_due_dates()
        ),
        alternatives=tuple(
            AlternativeDue(basis, day, f"{day_words(day)} if {words_of(BASES, basis)}")
            for basis, day in sorted(last.alternatives.items())
        ),
        calendar_version=last.calendar_version,
        rule_version=last.rule_version,
        rule_set=last.rule_set,
        revision=last.revision,
        caused_by=last.caused_by,
    )


def _state(deadline: Deadline, told: Sequence[Told], now: datetime) -> ClockState:
    last = deadline.last
    if isinstance(last, DeadlineMet):
        return "met" if last.on_time else "met_late"
    if isinstance(last, DeadlineCancelled):
        return "cancelled"
    if isinstance(last, DeadlineSuspended):
        return "suspended"
    if _all_sent_in_time(deadline, told):
        return "receipt_outstanding"
    if not (deadline.fired_overdue or deadline.fired_relaxed or now >= last.late_from):
        return "running"
    relaxed = deadline.fired_relaxed or (last.relaxed_by and not deadline.fired_overdue)
    return "relaxed" if relaxed else "overdue"


def _all_sent_in_time(deadline: Deadline, told: Sequence[Told]) -> bool:
    """Sent in time, only the proof is missing: nobody is late then."""
    last = deadline.last
    covered = [row for row in told if (row.cycle, row.limit_rule) == (last.cycle, last.rule)]
    in_time = {
        row.matter
        for row in covered
        if row.sent and row.sent.utc < last.late_from and row.state != "undeliverable"
    }
    return bool(covered) and all(row.matter in in_time for row in covered)


def _standing(state: ClockState, last: DeadlineState, late: int | None, today: date) -> str:
    if isinstance(last, DeadlineMet):
        on = day_words(london_date(last.met_at))
        return f"met on time on {on}" if last.on_time else f"met late on {on}, {_by(late)} late"
    if isinstance(last, DeadlineCancelled | DeadlineSuspended):
        ended = "cancelled" if isinstance(last, DeadlineCancelled) else "stands still"
        return f"{ended}: {reason_words(last.reason, last.rule)}"
    if state == "receipt_outstanding":
        return "sent in time, receipt outstanding"
    if state in ("overdue", "relaxed"):
        by = f" by {_by(late)}" if late is not None else ""
        no_breach = "past its day{by}; the limit is relaxed, which is no breach"
        return f"overdue{by}" if state == "overdue" else no_breach.format(by=by)
    return _left(last, today)


def _left(last: DeadlineState, today: date) -> str:
    if last.due_date == today:
        return "due today"
    if last.rule in OF_YEARLY_REPORTS:
        return f"{counted((last.due_date - today).days, 'day')} left"
    left = working_days(last.calendar_version, today, last.due_date)
    return "running" if left is None else f"{counted(left, 'working day')} left"


def _by(late: int | None) -> str:
    return "less than a working day" if not late else counted(late, "working day")
