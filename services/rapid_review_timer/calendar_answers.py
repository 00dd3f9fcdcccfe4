"""What is answered about the versions of the bank holidays."""

from datetime import date, datetime
from typing import Literal

from services.rapid_review_timer.answers import Answer


class RecountAnswer(Answer):
    """How far the open deadlines are counted anew: how many `moved` to another day, how many
    `stayed` though a day that differs lies in their count, how many could not be counted.
    `overtaken`: a newer version came before the end."""

    state: Literal["under_way", "done", "overtaken"]
    begun_at: datetime
    ended_at: datetime | None
    moved: int
    stayed: int
    uncounted: int


class CalendarAnswer(Answer):
    """`kept_at`: when it was sent; none for one that came with the software. The newest by
    (`issued_at`, `number`) is in force."""

    version: str
    issued_at: datetime
    number: int
    source: str
    first: date
    last: date
    holidays: int
    sha256: str
    in_force: bool
    kept_at: datetime | None
    recount: RecountAnswer | None


class Calendars(Answer):
    """Newest last."""

    calendars: list[CalendarAnswer]
