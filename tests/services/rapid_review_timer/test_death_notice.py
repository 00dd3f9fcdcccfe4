"""The clock of the notice to the child death overview panel: hours, from knowledge of the death."""

from datetime import date, timedelta

from services.rapid_review_timer.calculation import NO_CALENDAR
from shared.contracts.event_codes import Decision, RecipientKind
from shared.contracts.intake_events import FactChanged
from tests.services.rapid_review_timer.case_changed import CaseChanged
from tests.services.rapid_review_timer.case_told import PANEL, CaseTold, at, obligation
from tests.services.rapid_review_timer.sample_cases import AWARE, how_met, of, why_cancelled

OVERVIEW = obligation("DL20", RecipientKind.CDOP, "cdop-merseyside")
A_MINUTE = timedelta(minutes=1)


def a_death(case: CaseTold) -> None:
    case.reported(AWARE)
    case.assessed(AWARE, AWARE)
    case.decided(at("2019-06-05", "15:00"), owed=(PANEL, OVERVIEW), clock_start=AWARE)


def test_it_runs_for_twenty_four_hours_once_the_notice_is_owed(case: CaseTold) -> None:
    a_death(case)
    notice = of(case)["DL20"]
    assert notice.state == "running"
    assert notice.basis.late_from == AWARE + timedelta(hours=24)
    assert notice.basis.due_date == date(2019, 6, 6)
    assert notice.basis.alternatives == {"FORTY_EIGHT_HOURS": date(2019, 6, 7)}
    assert notice.basis.calendar_version == NO_CALENDAR


def test_it_is_met_by_the_delivery_to_the_panel_and_judged_by_the_hour(case: CaseTold) -> None:
    a_death(case)
    in_time = AWARE + timedelta(hours=24) - A_MINUTE
    case.delivered(in_time, OVERVIEW)
    met = how_met(of(case)["DL20"])
    assert (met.at, met.on_time, met.working_days_late) == (in_time, True, 0)


def test_an_hour_too_late_on_the_same_day_is_late(case: CaseTold) -> None:
    a_death(case)
    case.delivered(AWARE + timedelta(hours=25), OVERVIEW)
    met = how_met(of(case)["DL20"])
    assert (met.on_time, met.working_days_late) == (False, 0)


def test_it_starts_at_the_latest_with_the_decision(case: CaseTold) -> None:
    case.reported(AWARE)
    case.assessed(AWARE)
    decided = at("2019-06-07")
    case.decided(decided, Decision.NOT_NOTIFIABLE, (OVERVIEW,))
    assert of(case)["DL20"].basis.started_at == decided


def test_it_is_cancelled_if_the_notice_is_not_owed_after_all(case: CaseTold) -> None:
    a_death(case)
    case.decided(at("2019-06-06"), owed=(PANEL,), clock_start=AWARE)
    assert why_cancelled(of(case)["DL20"]) == "not_owed"


def test_without_the_obligation_there_is_no_such_clock(case: CaseTold) -> None:
    case.reported(AWARE)
    case.assessed(AWARE, AWARE)
    assert "DL20" not in of(case)


def test_of_a_child_who_dies_later_it_runs_from_when_that_was_known() -> None:
    case = CaseChanged()
    case.reported(AWARE)
    case.assessed(AWARE, AWARE)
    case.decided(at("2019-06-05", "15:00"), owed=(PANEL,), clock_start=AWARE)
    learnt = at("2019-06-20", "09:30")
    died = FactChanged(fact="outcome", before="seriously_harmed", after="died")
    case.corrected(learnt, AWARE, owed=(OVERVIEW,), changed=(died,))
    clocks = of(case)
    assert clocks["DL20"].basis.started_at == learnt
    assert clocks["DL20"].basis.late_from == learnt + timedelta(hours=24)
    assert clocks["DL01"].basis.started_at == AWARE, "nothing else moves"


def test_another_correction_afterwards_leaves_it_where_it_is() -> None:
    case = CaseChanged()
    a_death(case)
    case.corrected(at("2019-06-20"), AWARE, details=("case_outline",))
    assert of(case)["DL20"].basis.started_at == AWARE


def test_where_a_death_was_to_be_told_before_its_clock_stays() -> None:
    case = CaseChanged()
    a_death(case)
    died = FactChanged(fact="outcome", before="differs", after="died")
    case.corrected(at("2019-06-20"), AWARE, owed=(OVERVIEW,), changed=(died,))
    assert of(case)["DL20"].basis.started_at == AWARE
