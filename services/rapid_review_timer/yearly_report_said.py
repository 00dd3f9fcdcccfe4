"""What partners say of their yearly report: strict, bounded; the words are sealed."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from services.rapid_review_timer.review_said import Command
from shared.contracts.area_events import WithdrawnBecause
from shared.contracts.report_text import Day, Outline, refusal

Address = Annotated[
    str, Field(max_length=500, pattern=r"^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!-~]*)?$")
]
"""Where everybody can read it."""


class RecordYearlyReport(Command):
    """`corrects` names a report that was recorded and says all of it again, with an
    explanation."""

    period_from: Day
    period_to: Day
    published_on: Day
    address: Address
    corrects: Annotated[UUID, Field(strict=False)] | None = None
    explanation: Outline | None = None

    @model_validator(mode="after")
    def _a_period_and_then_its_report(self) -> "RecordYearlyReport":
        if self.period_to < self.period_from:
            raise refusal("period_ends_before_it_begins")
        if self.published_on <= self.period_to:
            raise refusal("published_before_the_period_ended")
        if self.corrects is not None and self.explanation is None:
            raise refusal("explanation_required")
        return self


class WithdrawYearlyReport(Command):
    """There was no such report."""

    reason: WithdrawnBecause
    explanation: Outline
