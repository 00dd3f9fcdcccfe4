"""What the rapid-review timer publishes of a local review (LCSPR) and of what is learnt.

They are steps of the review of their cycle. Dates are local dates in Europe/London.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.intake_events import Code, ObligationOwed
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
from shared.contracts.review_events import ReviewStep


class LcsprCommissioned(ReviewStep):
    """The partners decided for a local review. `obligations`: who hears of it at once."""

    local_review_id: UUID
    decided_on: date
    reviewers: int = Field(ge=1)
    commissioned_at: AwareDatetime
    obligations: list[ObligationOwed] = Field(default_factory=list)


class LcsprTold(ReviewStep):
    """The Panel, Ofsted and the department were told of the decision, or of the reasons why a
    report is late or not published."""

    local_review_id: UUID
    of: ToldOf
    told_on: date
    recorded_at: AwareDatetime


class LcsprDrafted(ReviewStep):
    """Said again when publication is planned for another day."""

    local_review_id: UUID
    planned_publication: date
    drafted_at: AwareDatetime
    obligations: list[ObligationOwed] = Field(default_factory=list)


class LcsprSent(ReviewStep):
    """Copies went out ahead of publication."""

    local_review_id: UUID
    sent_to: list[CopyFor]
    sent_on: date
    earliest_publication: date
    recorded_at: AwareDatetime


class LcsprDelayed(ReviewStep):
    local_review_id: UUID
    reason: DelayReason
    delayed_at: AwareDatetime
    obligations: list[ObligationOwed] = Field(default_factory=list)


class LcsprPublished(ReviewStep):
    """`early_because`: why it was published sooner after its copies than the limit allows."""

    local_review_id: UUID
    publication: Publication
    published_on: date
    available_until: date
    early_because: EarlyReason | None = None
    recorded_at: AwareDatetime


class LcsprWithheld(ReviewStep):
    local_review_id: UUID
    reason: WithheldReason
    withheld_at: AwareDatetime
    obligations: list[ObligationOwed] = Field(default_factory=list)


class LearningActionOpened(ReviewStep):
    """`together`: agencies act on it collectively, `owner` leads."""

    action_id: UUID
    owner: Code
    due_date: date
    theme: Theme
    together: bool
    opened_at: AwareDatetime


class LearningActionClosed(ReviewStep):
    action_id: UUID
    outcome: ActionOutcome
    closed_on: date
    recorded_at: AwareDatetime


LCSPR_TOPICS: Mapping[str, type[ReviewStep]] = MappingProxyType(
    {
        "lcspr.commissioned": LcsprCommissioned,
        "lcspr.told": LcsprTold,
        "lcspr.drafted": LcsprDrafted,
        "lcspr.sent": LcsprSent,
        "lcspr.delayed": LcsprDelayed,
        "lcspr.published": LcsprPublished,
        "lcspr.withheld": LcsprWithheld,
        "learning.action.opened": LearningActionOpened,
        "learning.action.closed": LearningActionClosed,
    }
)
