"""How far a rapid review has come, and what it refuses until it is whole."""

import random
from datetime import date

import pytest

from services.rapid_review_timer import review_said as said
from services.rapid_review_timer import review_steps as steps
from services.rapid_review_timer.opening_review import to_open
from services.rapid_review_timer.review import approval_of, missing_summaries, reviews_of
from services.rapid_review_timer.review_shown import phase_of, shown
from shared.contracts.event_codes import Decision, NotificationKind, PartnerKind
from shared.contracts.review_codes import Aim, Approval
from tests.services.rapid_review_timer.case_told import CaseTold, at
from tests.services.rapid_review_timer.review_told import (
    ALL_AIMS,
    HEALTH,
    LA,
    POLICE,
    SCHOOL,
    SENT,
    TRUST,
    ReviewTold,
)
from tests.services.rapid_review_timer.sample_cases import AWARE, notifiable


@pytest.fixture
def told() -> ReviewTold:
    return ReviewTold()


def test_a_review_opens_with_the_notification_to_the_panel_and_once(case: CaseTold) -> None:
    notifiable(case)
    assert not to_open(case.case_id, case.facts)
    case.notified(SENT, receipt=at("2019-06-12"))
    (opened,) = to_open(case.case_id, case.facts)
    assert (opened.notified_at, opened.opened_at) == (SENT, at("2019-06-12"))
    case._add(opened, opened.opened_at)
    assert not to_open(case.case_id, case.facts)


def test_no_review_opens_where_the_decision_calls_for_none(case: CaseTold) -> None:
    case.assessed(AWARE, AWARE)
    case.decided(at("2019-06-10"), Decision.SIMPLE, ())
    case.notified(SENT, NotificationKind.SIMPLE)
    assert not to_open(case.case_id, case.facts)


def test_a_case_that_was_linked_leaves_the_review_to_the_one_that_counts() -> None:
    loser, survivor = CaseTold(), CaseTold()
    notifiable(loser)
    notifiable(survivor)
    loser.notified(SENT)
    loser.linked(at("2019-06-12"), survivor.case_id)
    both = [*loser.facts, *survivor.facts]
    assert not to_open(loser.case_id, both)
    assert [opened.cycle for opened in to_open(survivor.case_id, both)] == [1]


def test_agencies_are_asked_for_summaries_by_the_tenth_working_day(told: ReviewTold) -> None:
    told.does(steps.request_summaries, said.RequestSummaries(agencies=(SCHOOL, TRUST)))
    assert [one.due_date for one in told.review.summaries.values()] == [date(2019, 6, 25)] * 2
    assert [one.agency for one in missing_summaries(told.review)] == [SCHOOL, TRUST]


def test_an_agency_is_asked_once(told: ReviewTold) -> None:
    told.does(steps.request_summaries, said.RequestSummaries(agencies=(SCHOOL,)))
    refused = told.refusal(
        steps.request_summaries, said.RequestSummaries(agencies=(TRUST, SCHOOL, TRUST))
    )
    assert refused.code == "already_requested"
    assert [place for place, _ in refused.because] == ["/agencies/1", "/agencies/2"]


def test_a_nil_return_is_complete(told: ReviewTold) -> None:
    told.does(steps.request_summaries, said.RequestSummaries(agencies=(SCHOOL,)))
    told.does(steps.receive_summary, said.ReceiveSummary(agency=SCHOOL, nil_return=True))
    assert not missing_summaries(told.review)
    answer = said.ReceiveSummary(agency=SCHOOL, nil_return=True)
    assert told.refusal(steps.receive_summary, answer).code == "already_received"


def test_a_summary_after_its_day_is_late_and_may_come_after_the_submission(
    told: ReviewTold,
) -> None:
    told.does(steps.request_summaries, said.RequestSummaries(agencies=(SCHOOL, TRUST)))
    told.at("2019-06-25", "22:59")
    told.does(steps.receive_summary, said.ReceiveSummary(agency=SCHOOL, nil_return=True))
    told.submitted().at("2019-06-25", "23:00")
    told.does(steps.receive_summary, said.ReceiveSummary(agency=TRUST, nil_return=True))
    received = [one.received for one in told.review.summaries.values()]
    assert [answer.late for answer in received if answer] == [False, True]


def test_a_chased_agency_is_chased_by_number_until_it_answers(told: ReviewTold) -> None:
    chase = said.ChaseSummary(agency=SCHOOL)
    assert told.refusal(steps.chase_summary, chase).code == "not_requested"
    told.does(steps.request_summaries, said.RequestSummaries(agencies=(SCHOOL,)))
    told.does(steps.chase_summary, chase)
    told.does(steps.chase_summary, chase)
    assert len(told.review.summaries[SCHOOL].chased) == 2
    told.does(steps.receive_summary, said.ReceiveSummary(agency=SCHOOL, nil_return=True))
    assert told.refusal(steps.chase_summary, chase).code == "already_received"


@pytest.mark.parametrize(
    ("received", "code"),
    [
        (at("2019-06-11", "14:59"), "before_it_was_asked_for"),
        (at("2019-06-12", "12:01"), "in_the_future"),
    ],
)
def test_a_summary_comes_after_the_request_and_not_in_the_future(
    told: ReviewTold, received: object, code: str
) -> None:
    told.does(steps.request_summaries, said.RequestSummaries(agencies=(SCHOOL,)))
    told.at("2019-06-12")
    answer = said.ReceiveSummary(agency=SCHOOL, nil_return=True, received_at=received)  # type: ignore[arg-type]
    assert told.refusal(steps.receive_summary, answer).code == code


@pytest.mark.parametrize(
    ("left_out", "aim"),
    [
        ({"facts": None}, Aim.FACTS),
        ({"immediate_action_needed": None}, Aim.IMMEDIATE_ACTION),
        ({"immediate_action_needed": True}, Aim.IMMEDIATE_ACTION),
        ({"learning": ()}, Aim.LEARNING),
        ({"next_step": None}, Aim.NEXT_STEP),
        ({"next_step_reasons": None}, Aim.NEXT_STEP),
        ({"local_criteria": None}, Aim.NEXT_STEP),
        ({"national_criteria": None}, Aim.NEXT_STEP),
    ],
)
def test_each_aim_has_to_be_filled(told: ReviewTold, left_out: dict[str, object], aim: Aim) -> None:
    told.does(steps.record_aims, ALL_AIMS.model_copy(update=left_out))
    told.approved_by(LA, POLICE, HEALTH)
    refused = told.refusal(steps.submit, said.Submit())
    assert (refused.code, refused.because) == (
        "not_ready",
        ((f"/aims/{aim.value}", "aim_not_filled"),),
    )


def test_p03_a_review_that_health_has_not_approved_is_not_submitted(told: ReviewTold) -> None:
    told.does(steps.record_aims, ALL_AIMS)
    told.approved_by(LA, POLICE)
    refused = told.refusal(steps.submit, said.Submit())
    assert refused.because == (("/approvals/health", "approval_missing"),)
    assert phase_of(told.review) == "under_way"
    assert told.clock("DL07").state == "running"
    told.approved_by(HEALTH)
    told.does(steps.submit, said.Submit())
    assert phase_of(told.review) == "submitted"


def test_a_partner_who_rejects_stops_the_submission_until_it_approves(told: ReviewTold) -> None:
    told.does(steps.record_aims, ALL_AIMS)
    told.approved_by(LA, POLICE, HEALTH)
    told.approved_by(POLICE, answer=Approval.REJECTED)
    assert told.refusal(steps.submit, said.Submit()).because == (("/approvals/police", "rejected"),)
    told.approved_by(POLICE)
    told.does(steps.submit, said.Submit())


def test_new_aims_need_new_approvals(told: ReviewTold) -> None:
    told.does(steps.record_aims, ALL_AIMS)
    told.approved_by(LA, POLICE, HEALTH)
    told.does(steps.record_aims, ALL_AIMS)
    assert {approval_of(told.review, kind) for kind in PartnerKind} == {None}
    stale = said.GiveApproval(answer=Approval.APPROVED, content_version=1)
    assert told.refusal(steps.give_approval, stale, POLICE).code == "other_version"


def test_only_a_body_with_a_seat_approves_and_only_what_is_written(told: ReviewTold) -> None:
    approval = said.GiveApproval(answer=Approval.APPROVED, content_version=1)
    assert told.refusal(steps.give_approval, approval, POLICE).code == "nothing_to_approve"
    told.does(steps.record_aims, ALL_AIMS)
    assert told.refusal(steps.give_approval, approval, TRUST).code == "no_seat"


@pytest.mark.parametrize(
    ("step", "what"),
    [
        (steps.record_aims, ALL_AIMS),
        (steps.submit, said.Submit()),
        (steps.request_summaries, said.RequestSummaries(agencies=(SCHOOL,))),
        (steps.record_findings, said.RecordFindings(immediate_action_needed=False, findings="x")),
        (
            steps.give_approval,
            said.GiveApproval(answer=Approval.APPROVED, content_version=1),
        ),
    ],
)
def test_what_went_to_the_panel_is_not_changed(
    told: ReviewTold, step: object, what: said.Command
) -> None:
    told.submitted()
    assert told.refusal(step, what).code == "already_submitted"  # type: ignore[arg-type]


def test_the_panel_is_named_as_the_one_to_be_told_of_a_submission(told: ReviewTold) -> None:
    told.submitted()
    submitted = told.review.submitted
    assert submitted is not None
    assert [owed.recipient for owed in submitted.said.obligations] == ["panel"]
    assert {given.kind for given in submitted.said.approvals} == set(PartnerKind)


def test_steps_give_the_same_review_in_whatever_order_they_are_read(told: ReviewTold) -> None:
    told.does(steps.request_summaries, said.RequestSummaries(agencies=(SCHOOL, TRUST)))
    told.does(steps.receive_summary, said.ReceiveSummary(agency=TRUST, nil_return=True))
    told.submitted().commissioned(date(2019, 6, 11))
    expected = shown(told.review, told.met(), 1)
    for seed in range(50):
        facts = [*told.case.facts, *told.case.facts]
        random.Random(seed).shuffle(facts)
        review = reviews_of(facts, told.case.case_id)[1]
        assert shown(review, told.met(), 1) == expected, f"seed {seed}"
