"""Which cases an organisation may follow: those of the areas whose safeguarding partner it is."""

from datetime import date

from shared.reference import directory


def areas_it_follows(organisation: str, on: date) -> list[str]:
    """GSS codes of the areas in which the organisation is a safeguarding partner on a London date.

    The three kinds of partner share the duty (Children Act 2004 s.16E), so each may see the
    journey of the cases in its area. Others get the notices that are meant for them, and so does
    a body of which it is not sure that it holds a seat.
    """
    return [area.code for area in directory.areas(on) if _is_partner(organisation, area.code, on)]


def _is_partner(organisation: str, area: str, on: date) -> bool:
    held = directory.seats_held(area, on)
    return any(seat.organisation == organisation and seat.confirmed for seat in held)
