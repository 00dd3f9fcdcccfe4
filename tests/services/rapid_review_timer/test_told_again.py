"""What intake tells again, corrects or takes back, and the clocks that hang on just that."""

from datetime import date

import pytest

from services.rapid_review_timer.deadline import deadlines_of
from services.rapid_review_timer.rules import rule_book
from shared.calendar.bank_holidays import england_and_wales
from shared.contracts.event_codes import Decision
from shared.contracts.intake_events import FactChanged
from tests.services.rapid_review_timer.case_changed import CaseChanged
from tests.services.rapid_review_timer.case_told import DFE, OFSTED, PANEL, at
from tests.services.rapid_review_timer.sample_cases import AWARE, of, why_cancelled
from tests.services.rapid_review_timer.test_death_notice import OVERVIEW

LOOKED_AFTER = ("N5",)
GRAVER = FactChanged(fact="outcome", before="harmed_not_serious", after="seriously_harmed")
DIED = FactChanged(fact="outcome", before="seriously_harmed", after="died")
OF_ANOTHER_FACT = FactChanged(fact="nature", before="injury", after="died")


@pytest.fixture
def case() -> CaseChanged:
    """A looked after child died; the authority has known it since 5 June 2019."""
    told = CaseChanged()
    told.reported(AWARE)
    told.assessed(AWARE, la_aware=AWARE, rows=LOOKED_AFTER)
    return told


def test_a_corrected_awareness_moves_the_notice_of_a_looked_after_childs_death(
    case: CaseChanged,
) -> None:
    case.corrected(at("2019-06-06"), at("2019-06-04"), rows=LOOKED_AFTER)
    assert of(case)["DL04"].basis.due_date == date(2019, 6, 11)


def test_a_correction_that_does_not_say_when_leaves_the_awareness_as_it_was(
    case: CaseChanged,
) -> None:
    case.corrected(at("2019-06-06"), None, rows=LOOKED_AFTER)
    assert of(case)["DL04"].basis.due_date == date(2019, 6, 12)


def test_a_correction_in_triage_that_rules_a_row_out_takes_its_clock_away(
    case: CaseChanged,
) -> None:
    case.corrected(at("2019-06-06"), AWARE, rows=("N10",))
    assert why_cancelled(of(case)["DL04"]) == "row_ruled_out"


def test_a_correction_in_triage_that_brings_a_row_in_starts_its_clock() -> None:
    case = CaseChanged()
    case.reported(AWARE)
    case.assessed(AWARE, la_aware=AWARE, rows=("N10",))
    assert "DL04" not in of(case)
    case.corrected(at("2019-06-06"), AWARE, rows=LOOKED_AFTER)
    assert of(case)["DL04"].state == "running"


def test_an_awareness_that_is_taken_back_in_triage_cancels_the_clock(case: CaseChanged) -> None:
    case.assessed(at("2019-06-06"), None, rows=LOOKED_AFTER)
    assert why_cancelled(of(case)["DL04"]) == "start_unknown"


def test_a_decision_that_does_not_repeat_the_awareness_keeps_it(case: CaseChanged) -> None:
    case.decided(at("2019-06-10"), Decision.SIMPLE, (DFE, OFSTED))
    assert of(case)["DL04"].basis.started_at == AWARE


def test_a_limit_that_is_not_in_force_yet_gets_no_date_and_says_why(case: CaseChanged) -> None:
    """The death of a care leaver is notified since 15 December 2023."""
    case.assessed(at("2019-06-06"), la_aware=AWARE, rows=("N5", "N8"))
    derived = deadlines_of(case.case_id, case.facts, rule_book(), england_and_wales())
    assert derived.without_clock == ((1, "DL05", "rule_not_in_force"),)
    assert [made.rule for made in derived.deadlines] == ["DL04", "TRIAGE"]


def test_a_review_that_falls_due_under_a_notice_is_relaxed_and_the_notification_is_not() -> None:
    known, case = at("2020-04-01"), CaseChanged()
    case.reported(known)
    case.assessed(known, known)
    case.decided(at("2020-04-02"), clock_start=known)
    case.notified(at("2020-04-03"))
    relaxed = {rule: made.basis.relaxed_by for rule, made in of(case).items()}
    assert relaxed["DL07"] == "WT2018.C19"
    assert relaxed["DL01"] is None


def test_a_decision_may_be_the_first_to_say_when_the_authority_knew() -> None:
    case = CaseChanged()
    case.reported(AWARE)
    case.decided(at("2019-06-10"), Decision.SIMPLE, (DFE, OFSTED), la_aware=AWARE)
    assert of(case)["DL04"].basis.started_at == AWARE


@pytest.mark.parametrize(
    ("changed", "starts"),
    [
        ((DIED, OF_ANOTHER_FACT), at("2019-06-20")),
        ((GRAVER,), AWARE),
        ((OF_ANOTHER_FACT,), AWARE),
    ],
    ids=["a death among other corrections", "no death", "another fact"],
)
def test_only_a_death_that_was_not_known_before_starts_its_notice_anew(
    changed: tuple[FactChanged, ...], starts: object
) -> None:
    case = CaseChanged()
    case.reported(AWARE)
    case.assessed(AWARE, AWARE)
    case.decided(at("2019-06-05", "15:00"), owed=(PANEL,), clock_start=AWARE)
    case.corrected(at("2019-06-20"), AWARE, owed=(OVERVIEW,), changed=changed)
    assert of(case)["DL20"].basis.started_at == starts
