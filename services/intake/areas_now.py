"""The areas of a case as they are called on a day: one that gave way to another is that other."""

from dataclasses import replace
from datetime import date

from services.intake.awareness import Awareness
from services.intake.case_facts import CaseFacts
from shared.reference.errors import UnknownReference
from shared.reference.succession import standing_area


def area_now(area: str, on: date) -> str:
    """The one area that stands for this one on a London date. What was divided, or is not held,
    keeps its code: for whom it stands is for a person to say."""
    try:
        return standing_area(area, on)
    except UnknownReference:
        return area


def awareness_now(known: Awareness, on: date) -> Awareness:
    owner = area_now(known.owner_area, on)
    others = dict.fromkeys(area_now(area, on) for area in known.other_areas)
    return replace(
        known, owner_area=owner, other_areas=tuple(area for area in others if area != owner)
    )


def facts_now(facts: CaseFacts, on: date) -> CaseFacts:
    return replace(
        facts,
        incident_area=_now(facts.incident_area, on),
        residence_area=_now(facts.residence_area, on),
        placing_area=_now(facts.placing_area, on),
        responsible_area=_now(facts.responsible_area, on),
    )


def _now(area: str | None, on: date) -> str | None:
    return None if area is None else area_now(area, on)
