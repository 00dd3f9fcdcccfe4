"""The regions that hear of cases by topics of their own, and how often they are told.

Read from one JSON file, and read again when it changes, so that a region is added or an area moves
to another without a restart: `shared` names the regions, `members` adds dated rows to those of the
reference data, or replaces the one of the same region, area and first day. A change that cannot be
used leaves the last good file in force, with a warning.
"""

import hashlib
import os
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import monotonic
from typing import Annotated, Self

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.calendar.london import LONDON, london_date
from shared.reference.dated import Dated
from shared.reference.records import records
from shared.reference.rows import RegionMember
from shared.reference.succession import standing_areas

BUNDLED = Path(__file__).with_suffix(".json")
SECONDS_BETWEEN_LOOKS = 1.0

log = structlog.get_logger(__name__)


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Release(_Strict):
    """Once a day at a London time, or every so many seconds: exactly one of them."""

    at: Annotated[str | None, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = None
    every_seconds: Annotated[int | None, Field(ge=1, le=7 * 86_400)] = None

    @model_validator(mode="after")
    def says_one_thing(self) -> Self:
        if (self.at is None) == (self.every_seconds is None):
            raise ValueError("a release has either a time of day or a number of seconds")
        return self

    def after(self, last: datetime) -> datetime:
        """The first instant after `last` at which a batch is due."""
        if self.every_seconds is not None:
            return last + timedelta(seconds=self.every_seconds)
        hour, minute = map(int, (self.at or "").split(":"))
        day = london_date(last)
        today = datetime.combine(day, time(hour, minute), LONDON)
        if today > last:
            return today
        return datetime.combine(day + timedelta(days=1), time(hour, minute), LONDON)


class SharedRegion(Dated):
    """`from`, `to`: what happened on these London dates is told, both included."""

    region: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
    release: Release


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """A region hears of an area's cases from one London date to another, both included."""

    region: str
    first: date
    last: date | None

    def holds_on(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    @property
    def is_some(self) -> bool:
        """Whether there is a day on which it holds."""
        return self.last is None or self.first <= self.last


class RegionsFile(_Strict):
    """The whole file; a region named twice is refused."""

    shared: tuple[SharedRegion, ...]
    members: tuple[RegionMember, ...] = ()

    @model_validator(mode="after")
    def names_each_once(self) -> Self:
        if len({row.region for row in self.shared}) < len(self.shared):
            raise ValueError("a region is named twice")
        unknown = {row.area for row in self.members} - records().areas_by_code.keys()
        if unknown:
            raise ValueError(f"no such area: {sorted(unknown)}")
        return self


@dataclass
class _Kept:
    path: Path = BUNDLED
    state: tuple[int, int, int] | None = None
    looked_at: float = float("-inf")
    file: RegionsFile | None = None
    spans: "tuple[RegionsFile, date, dict[str, tuple[Span, ...]]] | None" = None


_kept = _Kept()


def use_regions_file(path: Path | None) -> None:
    """From now on this process reads this file; None: the one that comes with the code."""
    _kept.path, _kept.state, _kept.file = path or BUNDLED, None, None
    _kept.looked_at = float("-inf")


def shared_regions() -> tuple[SharedRegion, ...]:
    """Raises ValueError while no file that can be used was ever read."""
    return _current().shared


def region_members() -> tuple[RegionMember, ...]:
    """Every area's place in a region: of the reference data and of the file."""
    own = _current().members
    replaced = {(row.id, row.area, row.effective_from) for row in own}
    held = records().regions
    return (*(r for r in held if (r.id, r.area, r.effective_from) not in replaced), *own)


def spans(today: date) -> dict[str, tuple[Span, ...]]:
    """When which regions hear of the cases of an area, by area; of one that is no more on a London
    date, those of the first that took its place."""
    file = _current()
    if _kept.spans is None or _kept.spans[:2] != (file, today):
        told = {row.region: row for row in file.shared}
        met: dict[str, list[Span]] = {}
        for row in region_members():
            if row.id in told:
                met.setdefault(row.area, []).append(_in_common(row, told[row.id]))
        found = {
            code: tuple(sorted(s for s in met.get(_standing(code, today), ()) if s.is_some))
            for code in records().areas_by_code
        }
        _kept.spans = (file, today, found)
    return _kept.spans[2]


def membership_fingerprint(today: date) -> str:
    """Another one as soon as an area joins a region or leaves it, or the file says that it will."""
    held = spans(today)
    now = [(code, s.region) for code in sorted(held) for s in held[code] if s.holds_on(today)]
    return hashlib.sha256(repr((now, sorted(held.items()))).encode()).hexdigest()


def shared_regions_of(area: str, on: date) -> list[str]:
    """The regions that hear of an area's cases on a London date, sorted."""
    return sorted({span.region for span in spans(on).get(area, ()) if span.holds_on(on)})


def _standing(area: str, on: date) -> str:
    return standing_areas(area, on)[0]


def _in_common(member: RegionMember, told: SharedRegion) -> Span:
    return Span(
        told.region,
        max(member.effective_from, told.effective_from),
        min((day for day in (member.effective_to, told.effective_to) if day), default=None),
    )


def _current() -> RegionsFile:
    now = monotonic()
    if _kept.file is not None and now - _kept.looked_at < SECONDS_BETWEEN_LOOKS:
        return _kept.file
    _kept.looked_at = now
    state = _state_of(_kept.path)
    if _kept.file is None or state != _kept.state:
        _kept.state = state
        _kept.file = _read(_kept.path, _kept.file)
    return _kept.file


def _state_of(path: Path) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _read(path: Path, before: RegionsFile | None) -> RegionsFile:
    try:
        return RegionsFile.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as refused:
        if before is None:
            raise ValueError(f"REGIONS_FILE_INVALID: {type(refused).__name__}") from None
        log.warning("regions_file_kept", code="REGIONS_FILE_INVALID", what=type(refused).__name__)
        return before
