"""Who answers for safeguarding children in an area on a day, and with which agencies.

A local safeguarding children board answered until the partners' own arrangements were in place.
They were to be published by 29 June 2019 (DL24) and in place within three months, on 29 September
2019 at the latest (DL25): Department for Education, transitional guidance, July 2018.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.reference.directory import area
from shared.reference.errors import UnknownReference
from shared.reference.records import records
from shared.reference.rows import Arrangement, RelevantAgency, Status
from shared.reference.seats import FIRST_DAY

LAST_DAY_TO_PUBLISH = date(2019, 6, 29)
LAST_DAY_TO_BE_IN_PLACE = date(2019, 9, 29)
TRANSITION = "transition-2018"


@dataclass(frozen=True, slots=True)
class Answerable:
    """`name` is that of the partnership, None for a board or where it is not held; `status` says
    whether it is sure that it was this one on the day, `source` by what."""

    kind: Literal["BOARD", "PARTNERSHIP"]
    name: str | None
    status: Status
    source: str


def arrangement_of(area_code: str, on: date) -> Arrangement:
    """The arrangements of an area, whether or not in place yet; a date not found is None in them.
    Raises `UNKNOWN_AREA` or, as for most areas, `NO_ARRANGEMENT_HELD`."""
    area(area_code, on)
    for row in records().arrangements:
        if area_code in row.areas:
            return row
    raise UnknownReference("NO_ARRANGEMENT_HELD", area_code)


def answerable_for(area_code: str, on: date) -> Answerable:
    """Board or partnership of an area on a London date. Raises `UNKNOWN_AREA`.

    Where the day on which the arrangements came into place is not held, the guidance decides:
    the partnership for certain from its last day on, until then the board, unconfirmed, because
    an area could be earlier.
    """
    held = _held(area_code, on)
    name = held.name if held else None
    if on < FIRST_DAY:
        return Answerable("BOARD", None, "confirmed", TRANSITION)
    if held and held.in_place:
        if on < held.in_place:
            return Answerable("BOARD", None, held.status, held.source)
        return Answerable("PARTNERSHIP", name, held.status, held.source)
    if on < LAST_DAY_TO_BE_IN_PLACE:
        return Answerable("BOARD", None, "unconfirmed", TRANSITION)
    return Answerable("PARTNERSHIP", name, "confirmed", TRANSITION)


def relevant_agencies_of(area_code: str, on: date) -> list[RelevantAgency]:
    """The agencies chosen by the partners of an area on a date, by id, each with the reason; none
    where none are held. Those of the samples say so by `source`. Raises `UNKNOWN_AREA`."""
    area(area_code, on)
    found = [
        row for row in records().relevant_agencies if row.area == area_code and row.holds_on(on)
    ]
    return sorted(found, key=lambda row: row.agency)


def _held(area_code: str, on: date) -> Arrangement | None:
    try:
        return arrangement_of(area_code, on)
    except UnknownReference as refused:
        if refused.code == "NO_ARRANGEMENT_HELD":
            return None
        raise
