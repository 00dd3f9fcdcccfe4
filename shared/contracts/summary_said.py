"""What an agency says when it is asked for a summary: strict, bounded; texts are sealed."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.contracts.report_text import Day, Line, Outline, refusal


class Said(BaseModel):
    """Unknown fields are refused; values are never printed."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False
    )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    __str__ = __repr__


class Contact(Said):
    """One entry of an agency's chronology."""

    on: Day
    contact: Outline
    action: Outline | None = None


class SummarySaid(Said):
    """A nil return needs nothing else."""

    nil_return: bool
    involved_from: Day | None = None
    involved_to: Day | None = None
    chronology: Annotated[tuple[Contact, ...], Field(max_length=200)] = ()
    services: Outline | None = None
    risk_factors: Outline | None = None
    good_practice: Outline | None = None
    concerns: Outline | None = None
    immediate_action_taken: Outline | None = None
    author: Line | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "SummarySaid":
        if not self.nil_return and not (self.chronology or self.services or self.concerns):
            raise refusal("summary_required")
        return self


class SummarySubmitted(SummarySaid):
    """`request_id`: of the request that the agency was sent."""

    request_id: UUID
