"""What the Panel says of a rapid review that it was sent: strict, bounded; texts are sealed.

The same by HTTP, where the address names the notice, and on the bus, where the content does.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, model_validator

from shared.contracts.intake_events import Code
from shared.contracts.report_text import Day, Instant, Outline, refusal

Reply = Literal["received", "decided"]
SaidDecision = Literal[
    "agree_no_lcspr",
    "agree_lcspr",
    "disagree_recommends_lcspr",
    "national_review",
    "more_information_required",
    "not_serious_case",
]


class PanelSays(BaseModel):
    """`replied_at`: when the Panel had the review, or made up its mind; left out: now. `reference`
    is the Panel's own. Whoever decides says why; whoever needs more says what."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False
    )

    reply: Reply
    decision: SaidDecision | None = None
    replied_at: Instant | None = None
    reference: Code | None = None
    meeting_date: Day | None = None
    rationale: Outline | None = None
    information_requested: Outline | None = None
    deadline_for_information: Day | None = None
    national_review_id: Code | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    __str__ = __repr__

    @model_validator(mode="after")
    def _is_whole(self) -> "PanelSays":
        if (self.reply == "decided") != (self.decision is not None):
            raise refusal("decision_where_decided")
        asks = self.decision == "more_information_required"
        if asks != (self.information_requested is not None):
            raise refusal("information_requested_where_required")
        if self.decision is not None and not asks and self.rationale is None:
            raise refusal("rationale_required")
        if self.deadline_for_information is not None and not asks:
            raise refusal("information_requested_where_required")
        return self

    def at(self, now: datetime) -> datetime:
        return self.replied_at or now


class PanelReplySubmitted(PanelSays):
    """`notice_id`: the notice by which the Panel was told of the incident."""

    notice_id: UUID
