"""What partners say in a review: strict, bounded; texts are sealed, codes leave in events."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from shared.contracts.report_text import Day, Instant, Line, Organisation, Outline, refusal
from shared.contracts.review_codes import (
    ActionOutcome,
    Aim,
    Approval,
    CopyFor,
    DelayReason,
    EarlyReason,
    ExtensionAnswer,
    ExtensionReason,
    LocalCriterion,
    NationalCriterion,
    NextStep,
    Publication,
    Theme,
    ToldOf,
    WithheldReason,
)
from shared.contracts.summary_said import Said, SummarySaid

Consideration = Literal[
    "single_agency_concern", "no_agency_involved", "several_areas", "institutional_setting"
]


class Command(Said):
    """What one command of a review says."""


class RequestSummaries(Command):
    agencies: Annotated[tuple[Organisation, ...], Field(min_length=1, max_length=50)]


class ChaseSummary(Command):
    agency: Organisation


class ReceiveSummary(SummarySaid, Command):
    """`received_at` where it came before it was entered. A nil return needs nothing else."""

    agency: Organisation
    received_at: Instant | None = None


class RecordFindings(Command):
    immediate_action_needed: bool
    findings: Outline


class ImmediateAction(Command):
    what: Outline
    who: Line
    by_when: Day
    done: bool = False


class LearningPoint(Command):
    theme: Theme
    improvement: Outline
    already_known: bool | None = None


class RecordAims(Command):
    """The whole of what is held of the four aims; what is left out is not yet known."""

    facts: Outline | None = None
    agency_involvement: Outline | None = None
    child_voice: Outline | None = None
    family_informed: bool | None = None
    immediate_action_needed: bool | None = None
    immediate_actions: Annotated[tuple[ImmediateAction, ...], Field(max_length=100)] = ()
    learning: Annotated[tuple[LearningPoint, ...], Field(max_length=100)] = ()
    learning_shared_now: Outline | None = None
    context_factors: Outline | None = None
    local_criteria: Annotated[tuple[LocalCriterion, ...], Field(max_length=4)] | None = None
    national_criteria: Annotated[tuple[NationalCriterion, ...], Field(max_length=3)] | None = None
    considerations: Annotated[tuple[Consideration, ...], Field(max_length=4)] = ()
    next_step: NextStep | None = None
    next_step_reasons: Outline | None = None

    @property
    def filled(self) -> list[Aim]:
        """An answer that action is needed is whole with the actions; a next step with its reasons
        and with both sets of criteria looked at, whether or not one of them is met."""
        needed = self.immediate_action_needed
        criteria = self.local_criteria is not None and self.national_criteria is not None
        whole = {
            Aim.FACTS: self.facts is not None,
            Aim.IMMEDIATE_ACTION: needed is False or (needed and bool(self.immediate_actions)),
            Aim.LEARNING: bool(self.learning),
            Aim.NEXT_STEP: bool(self.next_step and self.next_step_reasons and criteria),
        }
        return [aim for aim in Aim if whole[aim]]


class GiveApproval(Command):
    """Of the version of the aims that the caller has seen."""

    answer: Approval
    content_version: Annotated[int, Field(ge=1)]
    reasons: Outline | None = None

    @model_validator(mode="after")
    def _who_rejects_says_why(self) -> "GiveApproval":
        if self.answer is Approval.REJECTED and self.reasons is None:
            raise refusal("reasons_required")
        return self


class Submit(Command):
    """Nothing more to say."""


class RequestExtension(Command):
    proposed_date: Day
    reason: ExtensionReason
    explanation: Outline


class DecideExtension(Command):
    """The Panel's reply as it came."""

    answer: ExtensionAnswer
    agreed_date: Day | None = None
    explanation: Outline | None = None

    @model_validator(mode="after")
    def _a_date_where_granted(self) -> "DecideExtension":
        if (self.answer is ExtensionAnswer.GRANTED) != (self.agreed_date is not None):
            raise refusal("agreed_date_where_granted")
        return self


class Reviewer(Command):
    name: Line
    selection_reason: Outline
    independence: Outline | None = None


class CommissionLocalReview(Command):
    decided_on: Day
    reviewers: Annotated[tuple[Reviewer, ...], Field(min_length=1, max_length=10)]
    terms_of_reference: Outline | None = None
    reasons: Outline


class TellOfLocalReview(Command):
    of: ToldOf
    told_on: Day
    explanation: Outline | None = None


class DraftLocalReview(Command):
    """Also to plan publication for another day."""

    planned_publication: Day
    anonymised: Literal[True]
    publication_impact_considered: Literal[True]
    explanation: Outline | None = None


class SendCopies(Command):
    sent_to: Annotated[tuple[CopyFor, ...], Field(min_length=1, max_length=3)]
    sent_on: Day


class DelayLocalReview(Command):
    reason: DelayReason
    explanation: Outline


class PublishLocalReview(Command):
    """`early_because` overrides the limit between the copies and publication, with a reason."""

    published_on: Day
    publication: Publication
    early_because: EarlyReason | None = None
    explanation: Outline | None = None

    @model_validator(mode="after")
    def _explained(self) -> "PublishLocalReview":
        early = self.early_because is not None
        partly = self.publication is Publication.IMPROVEMENTS_ONLY
        if (early or partly) and self.explanation is None:
            raise refusal("explanation_required")
        return self


class WithholdLocalReview(Command):
    reason: WithheldReason
    justification: Outline


class OpenAction(Command):
    owner: Organisation
    due_date: Day
    theme: Theme
    together: bool = False
    what: Outline


class CloseAction(Command):
    action_id: Annotated[UUID, Field(strict=False)]
    outcome: ActionOutcome
    closed_on: Day
    outcome_for_children: Outline | None = None


def content_of(said: Command) -> bytes:
    """What is sealed: the command as it was sent."""
    return said.model_dump_json().encode()
