"""Which clocks the steps of a review start and meet."""

from datetime import date

import pytest

from services.rapid_review_timer import local_review_steps as local
from services.rapid_review_timer import review_said as said
from services.rapid_review_timer import review_steps as steps
from shared.contracts.review_codes import ToldOf, WithheldReason
from tests.services.rapid_review_timer.case_told import (
    HEALTH,
    PANEL,
    POLICE,
    WIRRAL_LA,
    CaseTold,
    at,
)
from tests.services.rapid_review_timer.review_told import SENT, ReviewTold
from tests.services.rapid_review_timer.sample_cases import clocks, how_met, of, why_cancelled

WITHHELD = said.WithholdLocalReview(
    reason=WithheldReason.HARM_TO_A_CHILD, justification="Invented."
)


@pytest.fixture
def told() -> ReviewTold:
    return ReviewTold()


def test_first_findings_are_due_five_working_days_after_the_sending(told: ReviewTold) -> None:
    assert told.clock("DL06").basis.due_date == date(2019, 6, 18)
    told.at("2019-06-19", "09:00")
    found = said.RecordFindings(immediate_action_needed=True, findings="Invented.")
    told.does(steps.record_findings, found)
    assert how_met(told.clock("DL06")).working_days_late == 1
    assert told.refusal(steps.record_findings, found).code == "already_recorded"


def test_first_findings_count_from_the_earliest_notice_that_reached_a_partner(
    told: ReviewTold,
) -> None:
    told.case.delivered(at("2019-06-10"), HEALTH, at("2019-06-12"))
    told.case.delivered(at("2019-06-07"), POLICE)
    told.case.delivered(at("2019-06-10"), WIRRAL_LA)
    told.case.delivered(at("2019-06-06"), PANEL)
    assert told.clock("DL06").basis.started_at == at("2019-06-07")


def test_a_submission_meets_the_review_and_holds_the_first_findings(told: ReviewTold) -> None:
    told.at("2019-07-03").submitted()
    assert how_met(told.clock("DL07")).working_days_late == 1
    assert how_met(told.clock("DL06")).at == at("2019-07-03", "12:00")


def test_the_review_of_another_case_meets_nothing_here(told: ReviewTold) -> None:
    other = ReviewTold()
    other.at("2019-06-20").submitted()
    found = clocks(told.case.case_id, [*told.case.facts, *other.case.facts])
    assert found["DL07"].state == "running"


def test_the_panels_reply_is_awaited_from_the_submission(told: ReviewTold) -> None:
    assert "DL09" not in of(told.case)
    told.at("2019-06-28").submitted()
    reply = told.clock("DL09")
    assert (reply.state, reply.basis.due_date) == ("running", date(2019, 7, 19))
    told.at("2019-07-08").commissioned(date(2019, 7, 8))
    assert told.clock("DL09").state == "met"


def test_d29_a_local_review_is_published_within_six_months_of_the_decision() -> None:
    told = ReviewTold()
    told.submitted().at("2019-07-15").commissioned(date(2019, 7, 15))
    assert told.clock("DL10").basis.due_date == date(2019, 7, 22)
    assert told.clock("DL11").basis.due_date == date(2020, 1, 15)
    assert told.clock("DL11").basis.started_at == at("2019-07-14", "23:00"), "midnight in London"
    decision = said.TellOfLocalReview(of=ToldOf.DECISION, told_on=date(2019, 7, 15))
    told.does(local.tell, decision)
    assert how_met(told.clock("DL10")).on_time


def test_d33_copies_go_out_seven_working_days_before_the_planned_publication() -> None:
    told = ReviewTold()
    told.submitted().commissioned(date(2019, 6, 11)).drafted(date(2019, 10, 14))
    copies = told.clock("DL12")
    assert copies.basis.due_date == date(2019, 10, 3)
    assert copies.basis.late_from < copies.basis.started_at
    told.drafted(date(2019, 10, 15))
    assert told.clock("DL12").basis.due_date == date(2019, 10, 4)
    told.at("2019-10-04").copies_sent(date(2019, 10, 4))
    assert how_met(told.clock("DL12")).on_time


def test_a_publication_meets_the_six_months_on_its_day() -> None:
    told = ReviewTold()
    told.submitted().commissioned(date(2019, 6, 11)).drafted(date(2019, 12, 11))
    told.at("2019-11-01").copies_sent(date(2019, 11, 1))
    told.at("2019-12-13").published(date(2019, 12, 12))
    met = how_met(told.clock("DL11"))
    assert (met.on_time, met.working_days_late) == (False, 1)


def test_what_met_a_clock_is_named_by_the_step_that_says_so() -> None:
    told = ReviewTold()
    told.submitted().commissioned(date(2019, 6, 11))
    assert how_met(told.clock("DL09")).by == told.case.facts[-1].event_id
    told.drafted(date(2019, 12, 11)).copies_sent(date(2019, 6, 11))
    assert how_met(told.clock("DL12")).by == told.case.facts[-1].event_id
    told.does(local.withhold, WITHHELD)
    assert how_met(told.clock("DL11")).by == told.case.facts[-1].event_id


def test_a_review_that_is_withheld_needs_no_copies_any_more_and_is_settled() -> None:
    told = ReviewTold()
    told.submitted().commissioned(date(2019, 6, 11)).drafted(date(2019, 12, 11))
    told.copies_sent(date(2019, 6, 11)).drafted(date(2019, 12, 12))
    told.does(local.withhold, WITHHELD)
    assert told.clock("DL11").state == "met"


def test_a_later_decision_without_a_review_cancels_its_clocks(told: ReviewTold) -> None:
    told.case.decided(at("2019-06-20"), rapid_review=False)
    assert why_cancelled(told.clock("DL07")) == "no_rapid_review"
    assert why_cancelled(told.clock("DL06")) == "no_rapid_review"


def test_a_linked_case_keeps_the_submission_that_was_made_for_it() -> None:
    loser, survivor = ReviewTold(), CaseTold()
    loser.at("2019-06-28").submitted()
    survivor.reported(at("2019-06-06"))
    survivor.assessed(at("2019-06-06"), at("2019-06-05"))
    survivor.decided(at("2019-06-12"), clock_start=at("2019-06-05"))
    loser.case.linked(at("2019-06-30"), survivor.case_id)
    survivor.facts += loser.case.facts
    counting = of(survivor)
    assert counting["DL07"].basis.started_at == SENT
    assert counting["DL07"].state == "met"
