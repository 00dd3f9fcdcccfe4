"""Under which reference a case stands when: until its owner changes or it is closed.

Counted by when things were written down. That is when sharing is decided about them, and it never
goes back behind what was already told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.reporting.known import Known
from shared.contracts.intake_events import (
    CaseClosed,
    IncidentAssessed,
    IncidentCorrected,
    IncidentDecided,
    IncidentTransferred,
)
from shared.messaging.facts import Fact
from shared.reference.shared_regions import Span

INTAKE = "/vigil/intake"
Spans = Mapping[str, tuple[Span, ...]]
"""By area: when which regions hear of its cases."""


@dataclass(frozen=True)
class Break:
    """A reference ends: the case was closed, or `area` owns it from here."""

    fact: Fact
    why: Literal["closed", "passed_on"]
    area: str


@dataclass(frozen=True)
class Spell:
    """From after `begun` up to and including `ended`; both None at the open ends."""

    epoch: int
    area: str
    begun: Break | None
    ended: Break | None

    @property
    def passed_on_to(self) -> bool:
        return self.begun is not None and self.begun.why == "passed_on"

    @property
    def passed_on_from(self) -> bool:
        return self.ended is not None and self.ended.why == "passed_on"

    def holds_at(self, at: datetime) -> bool:
        after = self.begun is None or self.begun.fact.recorded_at < at
        return after and (self.ended is None or at <= self.ended.fact.recorded_at)


def spells(case: Known) -> tuple[Spell, ...]:
    """In order, one following on another; none while nobody is said to own the case."""
    area: str | None = None
    found: list[Spell] = []
    begun: Break | None = None
    for fact in _of_intake(case):
        owner = _owner_after(fact)
        if area is None:
            area = owner
            continue
        broken = _break(fact, area, owner)
        if broken is None:
            continue
        found.append(Spell(len(found), area, begun, broken))
        begun, area = broken, broken.area
    return (*found, Spell(len(found), area, begun, None)) if area is not None else ()


def spell_at(of_case: tuple[Spell, ...], at: datetime) -> Spell | None:
    """The one that holds at an instant."""
    return next((spell for spell in of_case if spell.holds_at(at)), None)


def _of_intake(case: Known) -> list[Fact]:
    """Of the case itself, as intake numbered them."""
    return [f for f in case.facts if f.source == INTAKE and f.case_id == case.case_id]


def _owner_after(fact: Fact) -> str | None:
    """The owner's area that a fact states."""
    if isinstance(fact.data, IncidentAssessed | IncidentDecided | IncidentCorrected):
        return fact.data.owner_area
    return fact.data.to_area if isinstance(fact.data, IncidentTransferred) else None


def _break(fact: Fact, area: str, owner: str | None) -> Break | None:
    if isinstance(fact.data, CaseClosed):
        return Break(fact, "closed", area)
    if owner is not None and owner != area:
        return Break(fact, "passed_on", owner)
    return None
