"""The clock of a copy that a local page asks for on the day of the notification."""

from datetime import date, datetime

import pytest

from services.rapid_review_timer.calculation import NO_CALENDAR
from services.rapid_review_timer.deadline_store import planned_for
from shared.contracts.event_codes import Decision, DueKind, Force, NotificationKind, RecipientKind
from tests.services.rapid_review_timer.case_changed import CaseChanged
from tests.services.rapid_review_timer.case_told import ALL_OWED, CaseTold, at, obligation
from tests.services.rapid_review_timer.sample_cases import AWARE, how_met, of, why_cancelled

COPY = obligation("OFFICE", RecipientKind.PARTNERSHIP_OFFICE, "office-north-east-lincolnshire")
SENT = at("2019-06-11", "15:00")


@pytest.fixture
def told() -> CaseChanged:
    case = CaseChanged()
    case.reported(AWARE)
    case.assessed(AWARE, AWARE)
    case.decided(at("2019-06-10"), owed=(*ALL_OWED, COPY), clock_start=AWARE)
    return case


def test_it_starts_with_the_submission_and_ends_with_that_day(told: CaseTold) -> None:
    assert "OFFICE" not in of(told)
    told.notified(SENT)
    clock = of(told)["OFFICE"]
    assert (clock.state, clock.basis.force) == ("running", Force.LOCAL)
    assert (clock.basis.started_at, clock.basis.due_date) == (SENT, date(2019, 6, 11))
    assert clock.basis.late_from == at("2019-06-11", "23:00")
    assert clock.basis.calendar_version == NO_CALENDAR


@pytest.mark.parametrize(
    ("copied", "on_time", "met"),
    [
        (at("2019-06-10"), True, SENT),
        (at("2019-06-11", "22:59"), True, at("2019-06-11", "22:59")),
        (at("2019-06-12", "08:00"), False, at("2019-06-12", "08:00")),
    ],
)
def test_a_copy_meets_it_and_an_earlier_one_where_it_starts(
    told: CaseTold, copied: datetime, on_time: bool, met: datetime
) -> None:
    told.delivered(copied, COPY)
    told.notified(SENT)
    found = how_met(of(told)["OFFICE"])
    assert (found.at, found.on_time) == (met, on_time)


@pytest.mark.parametrize(
    ("submitted", "kinds"),
    [
        (SENT, [DueKind.OVERDUE]),
        (at("2019-06-11", "06:00"), [DueKind.DUE_TODAY, DueKind.OVERDUE]),
    ],
)
def test_what_begins_after_the_hour_in_which_it_is_heard_is_not_said_late(
    told: CaseTold, submitted: datetime, kinds: list[DueKind]
) -> None:
    told.notified(submitted)
    planned = planned_for(of(told)["OFFICE"].basis, None)
    assert [firing.kind for firing in planned] == kinds


def test_who_owes_no_copy_has_no_such_clock() -> None:
    case = CaseTold()
    case.reported(AWARE)
    case.decided(at("2019-06-10"), clock_start=AWARE)
    case.notified(SENT)
    assert "OFFICE" not in of(case)


def test_a_simple_death_is_no_notification_to_the_panel(case: CaseTold) -> None:
    case.decided(at("2019-06-10"), Decision.SIMPLE, (COPY,), clock_start=AWARE)
    case.notified(SENT, NotificationKind.SIMPLE)
    assert "OFFICE" not in of(case)


def test_a_withdrawn_notification_owes_no_copy(told: CaseChanged) -> None:
    told.notified(SENT)
    told.withdrawn(at("2019-06-11", "16:00"))
    assert why_cancelled(of(told)["OFFICE"]) == "withdrawn"
