"""Which cases an organisation may follow: those of the areas whose safeguarding partner it is."""

from datetime import date

from shared.reference import directory
from shared.reference.errors import UnknownReference


def areas_it_follows(organisation: str, on: date) -> list[str]:
    """GSS codes of the areas in which the organisation is a safeguarding partner on a London date.

    The three kinds of partner share the duty (Children Act 2004 s.16E), so each may see the
    journey of the cases in its area. Others get the notices that are meant for them.
    """
    return [area.code for area in directory.areas(on) if _is_partner(organisation, area.code, on)]


def _is_partner(organisation: str, area: str, on: date) -> bool:
    try:
        return any(seat.organisation == organisation for seat in directory.partners_of(area, on))
    except UnknownReference:
        return False
