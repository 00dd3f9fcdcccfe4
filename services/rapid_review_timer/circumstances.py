"""What a command on a review meets, and how it is refused. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.rapid_review_timer.review import Review
from shared.calendar.bank_holidays import Calendar
from shared.calendar.london import london_date
from shared.contracts.event_codes import PartnerKind


class Refused(Exception):
    """Nothing changes. `because`: places in the review (JSON pointers) with a code each."""

    def __init__(self, code: str, because: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.because = tuple(because)


@dataclass(frozen=True)
class Circumstances:
    """What a command meets: who says it as which partner, when, and by when the review is due.
    `due_date` is the one that holds, `original_due_date` as it was counted; None: not known."""

    case_id: UUID
    owner_area: str
    organisation: str
    partner: PartnerKind | None
    now: datetime
    calendar: Calendar
    due_date: date | None
    original_due_date: date | None

    @property
    def today(self) -> date:
        return london_date(self.now)


def step_of(review: Review) -> dict[str, Any]:
    """What every step of a review says."""
    return {"review_id": review.review_id, "cycle": review.cycle}


def refuse_submitted(review: Review) -> None:
    """Raises Refused: `already_submitted`."""
    if review.submitted:
        raise Refused("already_submitted")


def refuse_future(day: date, met: Circumstances) -> None:
    """Raises Refused: `in_the_future` for what is said to have happened on a day to come."""
    if day > met.today:
        raise Refused("in_the_future")
