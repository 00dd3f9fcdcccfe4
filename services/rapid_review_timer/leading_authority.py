"""Whose case it is on a day: also where the authority that owned it is no more."""

from datetime import date, datetime

from shared.calendar.london import london_date
from shared.reference.errors import UnknownReference
from shared.reference.succession import standing_areas
from shared.web.machine_caller import Caller


def areas_now(area: str, on: date) -> tuple[str, ...]:
    """The areas that stand for the owner's on a London date: several where it was divided and
    nobody has taken the case yet. An area that is not held stands for itself."""
    try:
        return standing_areas(area, on)
    except UnknownReference:
        return (area,)


def owns(caller: Caller, owner_area: str | None, now: datetime) -> bool:
    """Whether the caller is an authority that answers for the area at an instant."""
    if owner_area is None:
        return False
    areas = areas_now(owner_area, london_date(now))
    return caller.organisation in {f"la-{area}" for area in areas}
