"""What the web side asks about cases, and about the records of areas, which are none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from services.reporting.area_journey import AreaJourney
from services.reporting.journey import Journey


@dataclass(frozen=True)
class ListedCase:
    """A row of the list. The next clock is the open one that is late first; `overdue` is judged
    when the list is read. Areas are GSS codes, the owner's first."""

    case_id: UUID
    stage: str | None
    areas: tuple[str, ...]
    survivor: UUID | None
    last_event_at: datetime | None
    next_rule: str | None
    next_due: date | None
    overdue: bool
    needs_attention: bool


@dataclass(frozen=True)
class CasePage:
    """`total` counts the cases of all pages; a page beyond the last is empty and says 0."""

    cases: tuple[ListedCase, ...]
    total: int
    as_of: datetime


@dataclass(frozen=True)
class ListedArea:
    """An area of whose yearly reports something is known, with the clock that is late first."""

    area: str
    last_event_at: datetime | None
    next_rule: str | None
    next_due: date | None
    overdue: bool
    needs_attention: bool


@dataclass(frozen=True)
class AreaList:
    areas: tuple[ListedArea, ...]
    as_of: datetime


class Cases(Protocol):  # pragma: no cover - a shape
    async def now(self) -> datetime:
        """The present instant for links, sessions and tokens, the same for every process of the
        service. What is shown of a case is as of its own transaction's."""

    async def journey(self, case_id: UUID) -> Journey | None:
        """None for a case that nothing is known of, and for an area's record. Raises Problem 410
        for a case that was erased."""

    async def listed(self, areas: Sequence[str] | None, *, page: int, size: int) -> CasePage:
        """By the clock that is late first, then by what happened last. Pages count from 1.

        `areas` limits the list to cases that concern one of them; None lists all.
        """

    async def area_journey(self, code: str) -> AreaJourney:
        """Of any code of an area in England; with nothing in it where nothing is known."""

    async def areas_listed(self, areas: Sequence[str] | None) -> AreaList:
        """All of them, or those of `areas`, by the clock that is late first."""

    async def remember_token(self, issuer: str, token_id: str, expires_at: datetime) -> bool:
        """True the first time that a machine caller uses a token, durably."""
