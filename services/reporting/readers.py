"""Which cases and areas an organisation may follow: those whose safeguarding partner it is."""

from datetime import date

from shared.reference import directory
from shared.reference.errors import UnknownReference
from shared.reference.succession import areas_stood_for


def areas_it_follows(organisation: str, on: date) -> list[str]:
    """GSS codes of the areas in which the organisation is a safeguarding partner on a London date.

    The three kinds of partner share the duty (Children Act 2004 s.16E), so each may see the
    journey of the cases in its area. Others get the notices that are meant for them, and so does
    a body of which it is not sure that it holds a seat. Where an area is no more, its cases are
    followed by the partners of those that took its place.
    """
    own = [area.code for area in directory.areas(on) if _is_partner(organisation, area.code, on)]
    return sorted({area for code in own for area in areas_stood_for(code, on)})


def _is_partner(organisation: str, area: str, on: date) -> bool:
    held = directory.seats_held(area, on)
    return any(seat.organisation == organisation and seat.confirmed for seat in held)


def is_area(code: str, on: date) -> bool:
    """Whether there is an area of that code, or was one."""
    try:
        return bool(directory.area(code, directory.last_day_of(code) or on))
    except UnknownReference:
        return False
