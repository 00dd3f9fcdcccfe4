"""Rows that hold from one date to another."""

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Dated(BaseModel):
    """Strict, frozen row with `from` and `to`: London dates, both included; no `to` is open."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    effective_from: date = Field(alias="from")
    effective_to: date | None = Field(alias="to")

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> Self:
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError("'to' lies before 'from'")
        return self

    def holds_on(self, day: date) -> bool:
        """Whether the row holds on a London date; raises TypeError for a datetime."""
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )
