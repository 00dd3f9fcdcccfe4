from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from services.rapid_review_timer.firing import Firing, after, cause_of, latest_due, schedule
from shared.calendar.london import first_late_instant
from shared.contracts.event_codes import DueKind

DUE = date(2019, 6, 12)
PLANNED = schedule(DUE, first_late_instant(DUE), date(2019, 6, 10))
SECOND = timedelta(seconds=1)


def test_a_deadline_is_heard_at_eight_in_london_and_at_the_first_late_instant() -> None:
    assert [
        Firing(DueKind.DUE_SOON, datetime(2019, 6, 10, 7, tzinfo=UTC)),
        Firing(DueKind.DUE_TODAY, datetime(2019, 6, 12, 7, tzinfo=UTC)),
        Firing(DueKind.OVERDUE, datetime(2019, 6, 12, 23, tzinfo=UTC)),
    ] == PLANNED


def test_in_winter_eight_in_london_is_eight_utc() -> None:
    due = date(2019, 12, 9)
    (today, overdue) = schedule(due, first_late_instant(due), None)
    assert today.due_at == datetime(2019, 12, 9, 8, tzinfo=UTC)
    assert overdue.due_at == datetime(2019, 12, 10, tzinfo=UTC)


def test_what_ends_in_the_night_was_never_due_today() -> None:
    late_from = datetime(2019, 6, 12, 5, 30, tzinfo=UTC)
    assert schedule(DUE, late_from, None) == [Firing(DueKind.OVERDUE, late_from)]
    at_eight = datetime(2019, 6, 12, 7, tzinfo=UTC)
    assert schedule(DUE, at_eight, None) == [Firing(DueKind.OVERDUE, at_eight)]
    later = schedule(DUE, at_eight + SECOND, None)
    assert [firing.kind for firing in later] == [DueKind.DUE_TODAY, DueKind.OVERDUE]


def test_nothing_is_heard_before_its_instant_and_all_at_it() -> None:
    assert latest_due(PLANNED, PLANNED[0].due_at - SECOND) is None
    assert latest_due(PLANNED, PLANNED[0].due_at) == PLANNED[0]
    assert latest_due(PLANNED, PLANNED[2].due_at - SECOND) == PLANNED[1]


def test_what_was_overtaken_is_left_out() -> None:
    late = PLANNED[2].due_at + timedelta(days=3)
    assert latest_due(PLANNED, late) == PLANNED[2]
    assert after(PLANNED, PLANNED[2]) is None
    assert after(PLANNED, PLANNED[0]) == PLANNED[1]


def test_a_firing_has_one_cause_and_a_new_revision_another() -> None:
    deadline = uuid4()
    cause = cause_of(deadline, 1, DueKind.OVERDUE)
    assert cause == cause_of(deadline, 1, DueKind.OVERDUE)
    assert cause != cause_of(deadline, 2, DueKind.OVERDUE)
