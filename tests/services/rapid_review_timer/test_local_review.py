"""A local review from its commissioning to its publication, and the actions that follow."""

from datetime import date

import pytest

from services.rapid_review_timer import local_review_steps as local
from services.rapid_review_timer import review_said as said
from services.rapid_review_timer.review_shown import open_without_a_number, phase_of
from shared.contracts.event_codes import Force
from shared.contracts.review_codes import (
    ActionOutcome,
    CopyFor,
    DelayReason,
    EarlyReason,
    Publication,
    Theme,
    ToldOf,
    WithheldReason,
)
from tests.services.rapid_review_timer.review_told import SCHOOL, ReviewTold, whole_report

DECIDED = date(2019, 6, 11)
ACTION = said.OpenAction(
    owner=SCHOOL, due_date=date(2020, 1, 31), theme=Theme.NEGLECT, what="Invented."
)
WITHHOLD = said.WithholdLocalReview(reason=WithheldReason.COURT_ORDER, justification="Invented.")
DELAY = said.DelayLocalReview(reason=DelayReason.INQUEST, explanation="Invented.")


@pytest.fixture
def told() -> ReviewTold:
    """Commissioned on the day of the submission."""
    return ReviewTold().submitted().commissioned(DECIDED)


@pytest.fixture
def with_copies(told: ReviewTold) -> ReviewTold:
    """Copies went out on Thursday 19 December 2019."""
    return told.drafted(date(2020, 1, 2)).at("2019-12-19").copies_sent(date(2019, 12, 19))


def test_a_review_is_commissioned_once_and_after_the_rapid_review(told: ReviewTold) -> None:
    reviewer = said.Reviewer(name="Sample Reviewer One", selection_reason="Invented.")
    decide = said.CommissionLocalReview(
        decided_on=DECIDED, reviewers=(reviewer,), reasons="Invented."
    )
    assert told.refusal(local.commission, decide).code == "already_commissioned"
    assert ReviewTold().refusal(local.commission, decide).code == "not_submitted"
    tomorrow = decide.model_copy(update={"decided_on": date(2019, 6, 12)})
    assert ReviewTold().submitted().refusal(local.commission, tomorrow).code == "in_the_future"


def test_the_panel_ofsted_and_the_department_hear_of_a_commission(told: ReviewTold) -> None:
    commissioned = told.review.local.commissioned
    assert commissioned is not None
    owed = commissioned[0].obligations
    assert {one.recipient for one in owed} == {"panel", "ofsted", "dfe"}
    assert {one.limit_rule for one in owed} == {"DL10"}


def test_copies_must_go_to_the_panel_and_the_secretary_of_state(told: ReviewTold) -> None:
    copies = said.SendCopies(sent_to=(CopyFor.OFSTED,), sent_on=DECIDED)
    assert told.refusal(local.send_copies, copies).code == "not_drafted"
    told.drafted(date(2020, 1, 2))
    refused = told.refusal(local.send_copies, copies)
    assert refused.code == "must_have_copies"
    assert {place for place, _ in refused.because} == {
        "/sent_to/panel",
        "/sent_to/secretary_of_state",
    }
    drafted = told.review.local.drafted
    assert drafted is not None
    forces = {one.recipient: one.force for one in drafted[0].obligations}
    assert forces == {"panel": Force.MUST, "dfe": Force.MUST, "ofsted": Force.SHOULD}


def test_d36_copies_of_19_december_2019_allow_publication_from_2_january(
    with_copies: ReviewTold,
) -> None:
    sent = with_copies.review.local.sent
    assert sent is not None
    assert sent[0].earliest_publication == date(2020, 1, 2)


def test_p11_publication_six_working_days_after_the_copies_needs_a_reason(
    with_copies: ReviewTold,
) -> None:
    early = whole_report(date(2019, 12, 31))
    with_copies.at("2020-01-03")
    assert with_copies.refusal(local.publish, early).code == "too_soon_after_copies"
    reason = {"early_because": EarlyReason.COURT_ORDER, "explanation": "Invented."}
    with_copies.does(local.publish, early.model_copy(update=reason))
    published = with_copies.review.local.published
    assert published is not None
    assert published[0].early_because is EarlyReason.COURT_ORDER


def test_d37_a_review_published_on_2_march_2020_stays_up_through_1_march_2021(
    with_copies: ReviewTold,
) -> None:
    with_copies.at("2020-03-02").published(date(2020, 3, 2))
    published = with_copies.review.local.published
    assert published is not None
    assert published[0].available_until == date(2021, 3, 1)
    assert published[0].early_because is None
    assert phase_of(with_copies.review) == "published"


def test_nothing_is_published_or_withheld_without_copies(told: ReviewTold) -> None:
    told.drafted(date(2020, 1, 2))
    assert told.refusal(local.publish, whole_report(DECIDED)).code == "copies_not_sent"
    assert told.refusal(local.withhold, WITHHOLD).code == "copies_not_sent"


def test_what_has_ended_is_not_changed(with_copies: ReviewTold) -> None:
    with_copies.does(local.withhold, WITHHOLD)
    for step, what in (
        (local.publish, whole_report(date(2019, 12, 19))),
        (local.withhold, WITHHOLD),
        (local.delay, DELAY),
    ):
        assert with_copies.refusal(step, what).code == "review_ended"


def test_reasons_for_a_delay_are_owed_until_they_were_told(told: ReviewTold) -> None:
    reasons = said.TellOfLocalReview(of=ToldOf.REASONS, told_on=DECIDED)
    assert told.refusal(local.tell, reasons).code == "nothing_to_tell"
    told.does(local.delay, DELAY)
    assert [row["rule"] for row in open_without_a_number(told.review)] == ["DL15"]
    told.does(local.tell, reasons)
    assert not open_without_a_number(told.review)


def test_the_decision_is_told_once_and_not_before_it_was_made(told: ReviewTold) -> None:
    early = said.TellOfLocalReview(of=ToldOf.DECISION, told_on=date(2019, 6, 10))
    assert told.refusal(local.tell, early).code == "before_it_was_decided"
    on_the_day = early.model_copy(update={"told_on": DECIDED})
    told.does(local.tell, on_the_day)
    assert told.refusal(local.tell, on_the_day).code == "already_told"


def test_improvements_alone_are_published_with_an_explanation() -> None:
    with pytest.raises(ValueError, match="refused"):
        said.PublishLocalReview(
            published_on=DECIDED, publication=Publication.IMPROVEMENTS_ONLY, explanation=None
        )


def test_actions_follow_once_the_local_review_has_ended(with_copies: ReviewTold) -> None:
    assert with_copies.refusal(local.open_action, ACTION).code == "local_review_under_way"
    with_copies.at("2020-01-02").published(date(2020, 1, 2))
    with_copies.does(local.open_action, ACTION)
    (action,) = with_copies.review.actions.values()
    assert (action.opened.owner, action.opened.due_date) == (SCHOOL, date(2020, 1, 31))


def test_an_action_is_closed_once_with_its_outcome_and_its_day() -> None:
    told = ReviewTold().submitted()
    told.does(local.open_action, ACTION)
    (key,) = told.review.actions
    close = said.CloseAction(action_id=key, outcome=ActionOutcome.DONE, closed_on=DECIDED)
    told.does(local.close_action, close)
    assert told.refusal(local.close_action, close).code == "already_closed"
    closed = told.review.actions[key].closed
    assert closed is not None
    assert (closed.outcome, closed.closed_on) == (ActionOutcome.DONE, DECIDED)


def test_without_a_submission_there_is_no_action(told: ReviewTold) -> None:
    assert ReviewTold().refusal(local.open_action, ACTION).code == "not_submitted"
    close = said.CloseAction(
        action_id=told.case.case_id, outcome=ActionOutcome.DONE, closed_on=DECIDED
    )
    assert told.refusal(local.close_action, close).code == "unknown_action"
