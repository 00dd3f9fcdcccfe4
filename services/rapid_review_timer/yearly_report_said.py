"""What partners say of their yearly report: strict, bounded; what explains it is sealed."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from services.rapid_review_timer.review_said import Command
from shared.contracts.area_events import PublicAddress, WithdrawnBecause
from shared.contracts.report_text import Day, Outline, refusal

LONGEST_PERIOD = timedelta(days=731)


class RecordYearlyReport(Command):
    """`address` is where everybody can read it. `corrects` names a report that was recorded and
    says all of it again, with an explanation."""

    period_from: Day
    period_to: Day
    published_on: Day
    address: PublicAddress
    corrects: Annotated[UUID, Field(strict=False)] | None = None
    explanation: Outline | None = None

    @model_validator(mode="after")
    def _a_period_and_then_its_report(self) -> "RecordYearlyReport":
        if self.period_to < self.period_from:
            raise refusal("period_ends_before_it_begins")
        if self.period_to - self.period_from > LONGEST_PERIOD:
            raise refusal("period_too_long")
        if self.published_on <= self.period_to:
            raise refusal("published_before_the_period_ended")
        if self.corrects is not None and self.explanation is None:
            raise refusal("explanation_required")
        return self


class WithdrawYearlyReport(Command):
    """There was no such report."""

    reason: WithdrawnBecause
    explanation: Outline
