"""Who answers for a case whose authority is no more: by date, or by a person's choice.

An authority that took the place of another has its cases from its first day. Of an area that was
divided each successor sees the cases, and nothing happens to one but that a successor takes it, or
proposes it to another; whoever opens a case again takes it with that.
"""

from collections.abc import Sequence
from datetime import date

from services.intake.assess import known_of
from services.intake.case_store import Group
from shared.calendar.london import london_date
from shared.contracts.strict_json import FieldFault
from shared.messaging.store import Tx
from shared.reference.errors import UnknownReference
from shared.reference.succession import answers_for, standing_areas
from shared.web.problem import Problem

CHOOSING = frozenset({"propose transfer", "answer transfer", "reopen"})
"""The commands that say to whom the case of a divided area goes."""


def owns(organisation: str, owner_area: str, on: date) -> bool:
    """Whether an organisation is an authority that answers for the owner's area on a date."""
    try:
        return answers_for(organisation, owner_area, on)
    except UnknownReference:
        return False


def refuse_unchosen(owner_area: str, on: date) -> None:
    """Raises Problem 409 `successor_to_be_chosen` while several share the owner's area."""
    areas = standing_areas(owner_area, on)
    if len(areas) > 1:
        raise to_be_chosen(areas)


def to_be_chosen(areas: Sequence[str]) -> Problem:
    """Names each area of which one is to be chosen, as `choose_<code>`."""
    return Problem(
        "successor_to_be_chosen",
        409,
        detail="Its area was divided: propose a transfer to one of the areas that are named.",
        errors=[FieldFault("/to_area", f"choose_{code}") for code in areas],
    )


async def successors_of(tx: Tx, group: Group) -> tuple[str, ...]:
    """The areas to one of which the case of an area that is no more goes, by code: those in which
    a report or the authority places the incident, if any; else all that took the area's place.
    Empty while the owner's area stands."""
    owner_area = group.survivor["owner_area"]
    areas = standing_areas(owner_area, london_date(tx.now))
    if areas == (owner_area,):
        return ()
    if len(areas) == 1:
        return areas
    known = await known_of(tx, group)
    placed = {one.report.incident.area_code for one in known.reports}
    placed |= {one.incident_area for one in known.statements}
    return tuple(area for area in areas if area in placed) or areas
