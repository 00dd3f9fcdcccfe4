"""Corrections, withdrawals, reopenings and transfers: what they make of the clocks."""

from datetime import date

from services.rapid_review_timer.deadline import deadline_id_of, deadlines_of
from services.rapid_review_timer.keep_clocks import area_of, in_line
from services.rapid_review_timer.rules import rule_book
from shared.calendar.bank_holidays import england_and_wales
from shared.calendar.versions import bundled_versions
from tests.services.rapid_review_timer.case_changed import CaseChanged
from tests.services.rapid_review_timer.case_told import LIVERPOOL, WIRRAL, WIRRAL_LA, at
from tests.services.rapid_review_timer.recounting import stored_of
from tests.services.rapid_review_timer.sample_cases import AWARE, notifiable, of, why_cancelled

BUNDLED = bundled_versions()


def notified_case() -> CaseChanged:
    case = CaseChanged()
    notifiable(case)
    case.notified(at("2019-06-11"))
    return case


def test_p09_a_corrected_forename_changes_no_clock() -> None:
    case = notified_case()
    _, stored = stored_of(case.case_id, case.facts, BUNDLED, {})
    case.corrected(at("2019-06-12"), AWARE, details=("forenames",))
    assert in_line(case.case_id, case.facts, stored).steps == ()


def test_p10_a_corrected_awareness_judges_anew_what_was_met() -> None:
    """Aware on 3 June 2019: notified on the 11th, a working day late."""
    case = notified_case()
    _, stored = stored_of(case.case_id, case.facts, BUNDLED, {})
    case.corrected(at("2019-06-12"), at("2019-06-03"))
    told, after = stored_of(case.case_id, case.facts, BUNDLED, stored)
    by_rule = {change.deadline.rule: change for change in told if change.says}
    notify = by_rule["DL01"]
    assert (notify.says, notify.revision) == (("moved", "met"), 2)
    assert notify.moved_because == "start_corrected"
    assert of(case)["DL01"].basis.due_date == date(2019, 6, 10)
    assert not after[deadline_id_of(case.case_id, 1, "DL01")].deadline.outcome.on_time  # type: ignore[union-attr]


def test_a_correction_before_the_decision_moves_the_clocks_of_the_triage() -> None:
    case = CaseChanged()
    case.reported(AWARE)
    case.assessed(AWARE, AWARE)
    case.corrected(at("2019-06-06"), at("2019-06-04"))
    assert of(case)["DL01"].basis.due_date == date(2019, 6, 11)


def test_what_a_correction_adds_to_the_obligations_gets_its_clock() -> None:
    case = notified_case()
    assert "DL03" not in of(case)
    case.corrected(at("2019-06-12"), AWARE, owed=(WIRRAL_LA,))
    assert of(case)["DL03"].basis.due_date == date(2019, 6, 12)


def test_p05_a_withdrawal_after_the_notification_stops_what_runs_and_keeps_what_was_met() -> None:
    case = notified_case()
    case.withdrawn(at("2019-06-13"))
    found = of(case)
    assert found["DL01"].state == "met"
    running = {rule for rule, made in found.items() if made.state == "running"}
    assert running == set()
    assert why_cancelled(found["DL07"]) == "withdrawn"
    assert why_cancelled(found["DL02"]) == "withdrawn"


def test_a_reopened_case_gets_clocks_of_its_own_and_the_old_ones_stay_cancelled() -> None:
    case = notified_case()
    case.withdrawn(at("2019-06-13"))
    case.reopened(at("2019-09-03"), at("2019-09-02"))
    derived = deadlines_of(case.case_id, case.facts, rule_book(), england_and_wales()).deadlines
    again = {made.rule: made for made in derived if made.cycle == 2}
    assert again["DL01"].basis.due_date == date(2019, 9, 9)
    assert again["DL01"].state == "running"
    assert again.keys() == {"DL01", "DL02"}, "no other area is named"
    assert all(made.state != "running" for made in derived if made.cycle == 1)


def test_p08_a_transfer_changes_the_owner_and_moves_no_due_date() -> None:
    case = CaseChanged()
    notifiable(case)
    before = {rule: made.basis.due_date for rule, made in of(case).items()}
    assert area_of(case.case_id, case.facts) == LIVERPOOL
    case.transferred(at("2019-06-07"))
    assert area_of(case.case_id, case.facts) == WIRRAL
    after = {rule: made.basis.due_date for rule, made in of(case).items()}
    assert {rule: after[rule] for rule in before} == before
