"""Days on which something of the rules or of the calendar is apt to go wrong."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Pace = Literal["in_time", "late", "extended"]


@dataclass(frozen=True)
class SpecialDay:
    """An incident becomes known on a London day at `hour`:`minute`. `kind` and `pace`: what becomes
    of it, where that matters."""

    day: date
    hour: int
    why: str
    kind: str = ""
    pace: Pace | None = None
    minute: int = 0


SPECIAL_DAYS = (
    SpecialDay(date(2018, 6, 29), 10, "the duty to notify begins", "review", "in_time"),
    SpecialDay(date(2018, 12, 21), 16, "Christmas and New Year lie in the count", "review"),
    SpecialDay(date(2019, 2, 20), 11, "the last day of WT2018.0", "review", "in_time"),
    SpecialDay(date(2019, 2, 21), 11, "the first day of WT2018.1", "review", "in_time"),
    SpecialDay(date(2019, 4, 17), 15, "Easter lies in the count", "review", "extended"),
    SpecialDay(date(2019, 10, 27), 1, "in the hour that October repeats", "review", None, 30),
    SpecialDay(date(2020, 3, 20), 9, "falls due after the notice of 30 March", "review", "late"),
    SpecialDay(date(2020, 5, 1), 12, "a bank holiday moved to VE day", "review", "late"),
    SpecialDay(date(2020, 9, 1), 9, "falls due before the relaxation ends", "review", "late"),
    SpecialDay(date(2020, 9, 17), 9, "falls due after the relaxation ended", "review", "late"),
    SpecialDay(date(2021, 3, 28), 0, "in the night that skips an hour", "review", None, 30),
    SpecialDay(date(2021, 12, 29), 14, "between Christmas and New Year", "review", "extended"),
    SpecialDay(date(2022, 6, 30), 17, "the last day of WT2018.1", "review"),
    SpecialDay(date(2022, 7, 1), 9, "the first day of WT2018.2", "review"),
    SpecialDay(date(2022, 9, 8), 9, "a bank holiday is announced meanwhile", "review", "in_time"),
    SpecialDay(date(2022, 9, 2), 9, "a bank holiday is announced meanwhile", "review", "late"),
    SpecialDay(date(2023, 12, 14), 10, "the last day of WT2018.2", "review"),
    SpecialDay(date(2023, 12, 15), 10, "the first day of WT2023.0", "care_leaver"),
    SpecialDay(date(2024, 2, 29), 10, "a leap day", "review", "in_time"),
)
