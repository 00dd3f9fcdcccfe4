"""A review as its partners tell it, step by step, without a store."""

from collections.abc import Callable
from datetime import date
from typing import Any

from services.rapid_review_timer import local_review_steps as local
from services.rapid_review_timer import review_said as said
from services.rapid_review_timer import review_steps as steps
from services.rapid_review_timer.circumstances import Circumstances, Refused
from services.rapid_review_timer.deadline import Deadline
from services.rapid_review_timer.opening_review import to_open
from services.rapid_review_timer.review import Review, reviews_of
from services.rapid_review_timer.review_clocks import ORIGINAL
from services.rapid_review_timer.review_desk import seat_of
from shared.calendar.bank_holidays import england_and_wales
from shared.contracts.review_codes import (
    Approval,
    CopyFor,
    LocalCriterion,
    NextStep,
    Publication,
    Theme,
)
from tests.services.rapid_review_timer.case_told import LIVERPOOL, CaseTold, at
from tests.services.rapid_review_timer.sample_cases import notifiable, of

LA, POLICE, HEALTH = f"la-{LIVERPOOL}", "police-merseyside", "ccg-99A"
SENT = at("2019-06-11", "15:00")
SCHOOL, TRUST = "school-sample-one", "trust-northbank"

ALL_AIMS = said.RecordAims(
    facts="Invented facts.",
    immediate_action_needed=False,
    learning=(said.LearningPoint(theme=Theme.NEGLECT, improvement="Invented improvement."),),
    local_criteria=(LocalCriterion.IMPROVEMENTS,),
    national_criteria=(),
    next_step=NextStep.LCSPR_YES,
    next_step_reasons="Invented reasons.",
)


class ReviewTold:
    """Of an incident notified on 11 June 2019, so that the review is due on 2 July."""

    def __init__(self, case: CaseTold | None = None) -> None:
        self.case = case or CaseTold()
        self.now = SENT
        notifiable(self.case)
        self.case.notified(SENT)
        for opened in to_open(self.case.case_id, self.case.facts):
            self.case._add(opened, opened.opened_at)

    @property
    def review(self) -> Review:
        return reviews_of(self.case.facts, self.case.case_id)[1]

    def clock(self, rule: str) -> Deadline:
        return of(self.case)[rule]

    def at(self, day: str, clock: str = "12:00") -> "ReviewTold":
        self.now = at(day, clock)
        return self

    def met(self, organisation: str = LA) -> Circumstances:
        basis = self.clock("DL07").basis
        return Circumstances(
            case_id=self.case.case_id,
            owner_area=LIVERPOOL,
            organisation=organisation,
            partner=seat_of(organisation, LIVERPOOL, self.now.date()),
            now=self.now,
            calendar=england_and_wales(),
            due_date=basis.due_date,
            original_due_date=basis.alternatives.get(ORIGINAL, basis.due_date),
        )

    def does(self, step: Callable[..., Any], what: said.Command, by: str = LA) -> None:
        for told in step(self.review, what, self.met(by)):
            self.case._add(told, self.now)

    def refusal(self, step: Callable[..., Any], what: said.Command, by: str = LA) -> Refused:
        """Why a command is refused; the steps it would take are not taken."""
        try:
            step(self.review, what, self.met(by))
        except Refused as refused:
            return refused
        raise AssertionError("it was not refused")

    def approved_by(self, *organisations: str, answer: Approval = Approval.APPROVED) -> None:
        version = self.review.aims.content_version if self.review.aims else 1
        for organisation in organisations:
            given = said.GiveApproval(answer=answer, content_version=version, reasons="Invented.")
            self.does(steps.give_approval, given, organisation)

    def submitted(self) -> "ReviewTold":
        self.does(steps.record_aims, ALL_AIMS)
        self.approved_by(LA, POLICE, HEALTH)
        self.does(steps.submit, said.Submit())
        return self

    def commissioned(self, decided_on: date) -> "ReviewTold":
        reviewer = said.Reviewer(name="Sample Reviewer One", selection_reason="Invented.")
        decided = said.CommissionLocalReview(
            decided_on=decided_on, reviewers=(reviewer,), reasons="Invented."
        )
        self.does(local.commission, decided)
        return self

    def drafted(self, planned: date) -> "ReviewTold":
        draft = said.DraftLocalReview(
            planned_publication=planned, anonymised=True, publication_impact_considered=True
        )
        self.does(local.draft, draft)
        return self

    def copies_sent(self, sent_on: date) -> "ReviewTold":
        to = (CopyFor.PANEL, CopyFor.SECRETARY_OF_STATE, CopyFor.OFSTED)
        self.does(local.send_copies, said.SendCopies(sent_to=to, sent_on=sent_on))
        return self

    def published(self, on: date) -> "ReviewTold":
        self.does(local.publish, whole_report(on))
        return self


def whole_report(on: date) -> said.PublishLocalReview:
    return said.PublishLocalReview(published_on=on, publication=Publication.FULL_REPORT)
