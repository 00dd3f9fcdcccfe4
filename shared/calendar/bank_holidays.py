"""Bank holidays of England and Wales, as versions of dated data.

The other UK nations and the place of an incident never count: the notifier is always an English
local authority. A version is read from a JSON document:

    {"version", "issued_at" (aware instant), "number", "source", "obtained_through",
     "first", "last" (the days the data covers, both included),
     "holidays": [{"date", "title"}] in date order, "sha256"}

Versions are ordered by (issued_at, number).
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from shared.calendar.errors import (
    CalendarChecksumMismatch,
    CalendarInvalid,
    CalendarOutOfRange,
)
from shared.calendar.london import local_date

FEWEST_HOLIDAYS_IN_A_YEAR = 8
WEEKEND = {5: "Saturday", 6: "Sunday"}


@dataclass(frozen=True)
class Calendar:
    """One version of the bank holidays, answering only for the days it covers."""

    version: str
    issued_at: datetime
    number: int
    source: str
    first: date
    last: date
    holidays: Mapping[date, str] = field(hash=False, repr=False)

    @property
    def order(self) -> tuple[datetime, int]:
        """Sorts versions: the greater is the newer."""
        return (self.issued_at, self.number)

    def covers(self, first: date, last: date) -> bool:
        """Whether bank holidays were published for every day from `first` to `last`.

        Raises NotALocalDate for a datetime.
        """
        return self.first <= local_date(first) and local_date(last) <= self.last

    def why_not(self, day: date) -> str | None:
        """Why a London date is no working day ("Saturday", "Good Friday"), or None if it is one.

        Raises CalendarOutOfRange beyond the data, NotALocalDate for a datetime.
        """
        if not self.covers(day, day):
            raise CalendarOutOfRange(
                f"{self.version} holds {self.first} to {self.last}, not {day}: "
                "load a newer version of the bank holidays"
            )
        return self.holidays.get(day) or WEEKEND.get(day.weekday())

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday and no bank holiday. Raises as `why_not` does."""
        return self.why_not(day) is None


class Holiday(BaseModel):
    """One bank holiday as published."""

    model_config = ConfigDict(strict=True, extra="forbid")

    date: date
    title: Annotated[str, Field(min_length=1, max_length=120)]


class CalendarDocument(BaseModel):
    """The JSON form of a calendar; refuses one that says nothing about a year it claims."""

    model_config = ConfigDict(strict=True, extra="forbid")

    version: Annotated[str, Field(pattern=r"^england-and-wales-[a-z0-9.-]{1,60}$")]
    issued_at: AwareDatetime
    number: Annotated[int, Field(ge=1)]
    source: Annotated[str, Field(min_length=1, max_length=200)]
    obtained_through: Annotated[str, Field(min_length=1, max_length=200)]
    first: date
    last: date
    holidays: tuple[Holiday, ...]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

    @model_validator(mode="after")
    def is_complete(self) -> Self:
        days = [holiday.date for holiday in self.holidays]
        if days != sorted(set(days)):
            raise ValueError("holidays must be in date order, each once")
        if not days or self.first > days[0] or days[-1] > self.last:
            raise ValueError("the days covered must contain every holiday")
        per_year = Counter(day.year for day in days)
        for year in range(self.first.year, self.last.year + 1):
            whole = self.first <= date(year, 1, 1) and date(year, 12, 31) <= self.last
            if whole and per_year[year] < FEWEST_HOLIDAYS_IN_A_YEAR:
                raise ValueError("a year covered has fewer bank holidays than any real year")
        return self


def checksum(first: date, last: date, holidays: Iterable[tuple[date, str]]) -> str:
    """SHA-256 (hex) of the days covered and the holidays in date order, as compact UTF-8 JSON:
    `["first","last",[["date","title"],...]]`, dates in ISO form."""
    rows = [[day.isoformat(), title] for day, title in sorted(holidays)]
    canonical = [first.isoformat(), last.isoformat(), rows]
    text = json.dumps(canonical, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def parse_calendar(document: str | bytes) -> Calendar:
    """Read a calendar document.

    Raises CalendarInvalid (`CALENDAR_INVALID`), which names the fields at fault and no values,
    or CalendarChecksumMismatch (`CALENDAR_CHECKSUM_MISMATCH`).
    """
    try:
        read = CalendarDocument.model_validate_json(document)
    except ValidationError as refused:
        at = {".".join(map(str, error["loc"])) or "document" for error in refused.errors()}
        raise CalendarInvalid(f"not a calendar, see: {', '.join(sorted(at))}") from None
    holidays = {holiday.date: holiday.title for holiday in read.holidays}
    if checksum(read.first, read.last, holidays.items()) != read.sha256:
        raise CalendarChecksumMismatch(f"{read.version}: dates and checksum disagree")
    return Calendar(
        version=read.version,
        issued_at=read.issued_at,
        number=read.number,
        source=read.source,
        first=read.first,
        last=read.last,
        holidays=MappingProxyType(holidays),
    )


@cache
def bundled_calendars() -> tuple[Calendar, ...]:
    """Every version that comes with the code, oldest first; raises as `parse_calendar` does."""
    documents = [
        entry.read_bytes()
        for entry in files("shared.calendar").iterdir()
        if entry.name.startswith("england_and_wales-")
    ]
    return tuple(sorted(map(parse_calendar, documents), key=lambda calendar: calendar.order))


def england_and_wales() -> Calendar:
    """The newest version that comes with the code."""
    return bundled_calendars()[-1]
