"""Stored deadlines, counted as they would have been."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from services.rapid_review_timer.calculation import calculate
from services.rapid_review_timer.deadline import Basis, Deadline
from services.rapid_review_timer.deadline_store import Kept
from services.rapid_review_timer.firing import Firing, schedule
from services.rapid_review_timer.outcome import Cancelled, Met
from services.rapid_review_timer.rules import rule_book
from shared.calendar.bank_holidays import Calendar
from shared.contracts.event_codes import Force
from tests.services.rapid_review_timer.sample_rules import CALENDAR


def kept_deadline(
    rule_id: str,
    start: str,
    calendar: Calendar = CALENDAR,
    outcome: Met | Cancelled | None = None,
    next_firing: Firing | None = None,
) -> Kept:
    """A stored deadline as it was counted with a calendar; it runs unless an outcome is given."""
    started = datetime.fromisoformat(start).replace(hour=11, tzinfo=UTC)
    rule = rule_book().rule(rule_id, started.date())
    made = calculate(rule, calendar, started)
    basis = Basis(
        rule_version=str(rule.version),
        rule_set="WT2018.2",
        force=Force(rule.force),
        calendar_version=made.calendar_version,
        started_at=started,
        caused_by=UUID(int=1),
        due_date=made.due_date,
        late_from=made.late_from,
        alternatives={},
    )
    runs = schedule(made.due_date, made.late_from, None)[0] if outcome is None else None
    deadline = Deadline(uuid4(), uuid4(), 1, rule_id, basis, outcome)
    return Kept(deadline, 1, None, next_firing or runs, None, False)
