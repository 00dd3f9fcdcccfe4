"""What the rapid-review timer publishes of the review's own progress.

Every event names its cycle and its review. What people wrote stays sealed where it was written,
under the id of the event. Dates are local dates in Europe/London.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.event_codes import PartnerKind
from shared.contracts.intake_events import Code, Cycle, ObligationOwed
from shared.contracts.payload import Payload
from shared.contracts.review_codes import (
    Aim,
    Approval,
    ExtensionAnswer,
    ExtensionReason,
    LocalCriterion,
    NationalCriterion,
    NextStep,
    Theme,
)


class ReviewStep(Payload):
    """What every step of a review says."""

    review_id: UUID
    cycle: Cycle


class ReviewOpened(ReviewStep):
    """The Panel was notified of an incident whose decision calls for a rapid review."""

    owner_area: Code
    opened_at: AwareDatetime
    notified_at: AwareDatetime


class FindingsRecorded(ReviewStep):
    """The partners' first findings are written down."""

    recorded_at: AwareDatetime
    immediate_action_needed: bool


class SummaryRequested(ReviewStep):
    """An agency is asked for what it knows of the child and the family."""

    request_id: UUID
    agency: Code
    requested_at: AwareDatetime
    due_date: date


class SummaryChased(ReviewStep):
    request_id: UUID
    agency: Code
    number: int = Field(ge=1)
    chased_at: AwareDatetime


class SummaryReceived(ReviewStep):
    """`nil_return`: the agency was not involved, which is an answer like any other."""

    request_id: UUID
    agency: Code
    nil_return: bool
    received_at: AwareDatetime
    late: bool


class AimsRecorded(ReviewStep):
    """Where the four aims stand, whole, each time they are written down. What was approved before
    was another version."""

    content_version: int = Field(ge=1)
    filled: list[Aim]
    immediate_action_needed: bool | None
    themes: list[Theme]
    local_criteria: list[LocalCriterion]
    national_criteria: list[NationalCriterion]
    next_step: NextStep | None
    recorded_at: AwareDatetime


class ApprovalRecorded(ReviewStep):
    content_version: int = Field(ge=1)
    kind: PartnerKind
    organisation: Code
    answer: Approval
    answered_at: AwareDatetime


class PartnerApproval(Payload):
    kind: PartnerKind
    organisation: Code
    approved_at: AwareDatetime


class ReviewSubmitted(ReviewStep):
    """All aims are filled and all three partners approved this version; it goes to the Panel."""

    content_version: int = Field(ge=1)
    next_step: NextStep
    local_criteria: list[LocalCriterion]
    national_criteria: list[NationalCriterion]
    approvals: list[PartnerApproval]
    signed_off_at: AwareDatetime
    submitted_at: AwareDatetime
    obligations: list[ObligationOwed] = Field(default_factory=list)


class ExtensionRequested(ReviewStep):
    """No published rule gives a right to it: it is an agreement, and nothing moves before that."""

    extension_id: UUID
    number: int = Field(ge=1)
    reason: ExtensionReason
    original_due_date: date
    proposed_date: date
    requested_at: AwareDatetime


class ExtensionDecided(ReviewStep):
    """`agreed_date` is None for one that was refused; the original date stays known."""

    extension_id: UUID
    number: int = Field(ge=1)
    answer: ExtensionAnswer
    original_due_date: date
    agreed_date: date | None
    decided_at: AwareDatetime


class InformationSupplied(ReviewStep):
    """The partners answered a request of the Panel, whose days are counted anew from then."""

    request_id: UUID
    supplied_at: AwareDatetime
    recorded_at: AwareDatetime


REVIEW_TOPICS: Mapping[str, type[ReviewStep]] = MappingProxyType(
    {
        "review.opened": ReviewOpened,
        "findings.recorded": FindingsRecorded,
        "review.summary.requested": SummaryRequested,
        "review.summary.chased": SummaryChased,
        "review.summary.received": SummaryReceived,
        "review.aims.recorded": AimsRecorded,
        "review.approval.recorded": ApprovalRecorded,
        "review.submitted": ReviewSubmitted,
        "panel.information.supplied": InformationSupplied,
        "review.extension.requested": ExtensionRequested,
        "review.extension.decided": ExtensionDecided,
    }
)
