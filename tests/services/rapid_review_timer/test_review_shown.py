"""What is shown of a review has the shape that the document of the service says, at every step."""

from datetime import date, timedelta
from uuid import uuid4

from pydantic_core import to_jsonable_python

from services.rapid_review_timer import extension, local_review_steps, review_steps
from services.rapid_review_timer import review_said as said
from services.rapid_review_timer.review_risk import Band
from services.rapid_review_timer.review_shown import shown
from shared.contracts.review_codes import (
    ActionOutcome,
    DelayReason,
    ExtensionAnswer,
    ExtensionReason,
    Theme,
    ToldOf,
)
from tests.services.rapid_review_timer.review_told import ReviewTold
from tests.support.as_described import faults

SCHEMA = {"$ref": "#/components/schemas/ReviewShown"}


def undescribed(told: ReviewTold) -> list[str]:
    whole = to_jsonable_python(shown(told.review, told.met(), 1))
    return faults("rapid_review_timer", SCHEMA, whole)


def test_from_the_opening_to_the_submission_every_step_is_described() -> None:
    told = ReviewTold().at("2019-06-13")
    assert not undescribed(told)
    agencies = said.RequestSummaries(agencies=("trust-northbank", "school-larkfield"))
    told.does(review_steps.request_summaries, agencies)
    told.does(review_steps.chase_summary, said.ChaseSummary(agency="trust-northbank"))
    nil = said.ReceiveSummary(agency="school-larkfield", nil_return=True)
    told.does(review_steps.receive_summary, nil)
    findings = said.RecordFindings(immediate_action_needed=False, findings="Invented.")
    told.does(review_steps.record_findings, findings)
    asked = said.RequestExtension(
        proposed_date=date(2019, 7, 9), reason=ExtensionReason.OTHER, explanation="Invented."
    )
    told.does(extension.request_extension, asked)
    assert not undescribed(told)
    granted = said.DecideExtension(answer=ExtensionAnswer.GRANTED, agreed_date=date(2019, 7, 9))
    told.does(extension.decide_extension, granted)
    assert not undescribed(told)


def test_a_local_review_and_its_actions_are_described() -> None:
    told = ReviewTold().at("2019-06-28").submitted()
    assert not undescribed(told)
    told.commissioned(date(2019, 6, 28))
    told_of = said.TellOfLocalReview(of=ToldOf.DECISION, told_on=date(2019, 6, 28))
    told.does(local_review_steps.tell, told_of)
    delay = said.DelayLocalReview(reason=DelayReason.INQUEST, explanation="Invented.")
    told.does(local_review_steps.delay, delay)
    told.drafted(date(2019, 8, 1)).copies_sent(date(2019, 6, 28))
    assert not undescribed(told)
    told.at("2019-08-01").published(date(2019, 8, 1))
    action = said.OpenAction(
        owner="trust-northbank", due_date=date(2019, 10, 1), theme=Theme.OTHER, what="Invented."
    )
    told.does(local_review_steps.open_action, action)
    (opened,) = told.review.actions
    closing = said.CloseAction(
        action_id=opened, outcome=ActionOutcome.DONE, closed_on=date(2019, 8, 1)
    )
    told.does(local_review_steps.close_action, closing)
    assert not undescribed(told)


def test_what_no_document_describes_would_be_found() -> None:
    told = ReviewTold().at("2019-06-13")
    whole = to_jsonable_python(shown(told.review, told.met(), 1))
    assert faults("rapid_review_timer", SCHEMA, whole | {"another": str(uuid4())})


def test_on_the_due_date_the_danger_is_a_band_and_no_number() -> None:
    told = ReviewTold().at("2019-07-02")
    seen = shown(told.review, told.met(), 1)
    assert (seen["working_days_left"], seen["risk"]) == (0, Band.CRITICAL)
    assert told.met().due_date == told.now.date() == date(2019, 7, 1) + timedelta(days=1)
