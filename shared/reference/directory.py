"""Who is who, and since when.

Areas are GSS codes, organisations slugs, dates London dates with both ends of a period included.
Every look-up raises UnknownReference, whose `code` is given with each, for what is not held; one
that returned nothing would leave a partner untold. A row that comes back says by `status` and
`source` how far it is believed; a look-up that returns only an id refuses an unconfirmed one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.reference.errors import UnknownReference
from shared.reference.records import records
from shared.reference.rows import Area, AreaChange, Organisation, RegionMember, SeatKind
from shared.reference.seats import KINDS, Seat
from shared.reference.shared_regions import region_members
from shared.reference.succession import standing_area, standing_areas

WHAT_WORKS_CENTRES = ("what-works-centre-csc", "what-works-centre")
"""The centre for children's social care, and the one that it became part of."""


def area(code: str, on: date) -> Area:
    """The area on a date. Raises `UNKNOWN_AREA`."""
    row = records().areas_by_code.get(code)
    if row is None or not row.holds_on(on):
        raise UnknownReference("UNKNOWN_AREA", code)
    return row


def last_day_of(code: str) -> date | None:
    """The last day of an area; None while no end of it is known. Raises `UNKNOWN_AREA`."""
    row = records().areas_by_code.get(code)
    if row is None:
        raise UnknownReference("UNKNOWN_AREA", code)
    return row.effective_to


def areas(on: date) -> list[Area]:
    """Every area held on a date, by code."""
    return sorted((row for row in records().areas if row.holds_on(on)), key=lambda row: row.code)


def la_of(area_code: str) -> str:
    """The organisation id of an area's local authority, also of an area that is no more.
    Raises `UNKNOWN_AREA`."""
    row = records().areas_by_code.get(area_code)
    if row is None:
        raise UnknownReference("UNKNOWN_AREA", area_code)
    return row.local_authority


def changes_of(area_code: str) -> list[AreaChange]:
    """What became of an area, by code: none while it stands. Raises `UNKNOWN_AREA`."""
    la_of(area_code)
    found = [change for change in records().area_changes if change.gone == area_code]
    return sorted(found, key=lambda change: change.became)


def seats_held(area_code: str, on: date) -> list[Seat]:
    """The seats of an area whose holder is known on a date, local authority first; may lack a
    kind, and is empty before there were any. Of an area that is no more: those of the one that
    took its place. Raises `UNKNOWN_AREA`, `SUCCESSOR_TO_BE_CHOSEN`."""
    standing = standing_area(area_code, on)
    area(standing, on)
    return [seat for seat in records().seats[standing] if seat.holds_on(on)]


def partners_of(area_code: str, on: date) -> list[Seat]:
    """The safeguarding partners of an area on a date, of all three kinds, local authority first.

    From 29 June 2018, when Children Act 2004 ss.16E to 16K came into force; the health seat
    passes from clinical commissioning groups to integrated care boards on 1 July 2022. A seat
    says whether it is confirmed. Of an area that is no more: those of the one that took its
    place. Raises `UNKNOWN_AREA`, `SUCCESSOR_TO_BE_CHOSEN`; before there were any partners,
    `NO_SAFEGUARDING_PARTNERS`; where the holder of a kind of seat is not held, `SEAT_NOT_HELD`.
    """
    held = seats_held(area_code, on)
    if not held:
        raise UnknownReference("NO_SAFEGUARDING_PARTNERS", area_code)
    if len({seat.kind for seat in held}) < len(KINDS):
        raise UnknownReference("SEAT_NOT_HELD", area_code)
    return held


@dataclass(frozen=True, slots=True)
class Gap:
    """A seat that cannot be filled from the data with certainty. `organisation`: who may hold it,
    None if nobody is held."""

    area: str
    kind: SeatKind
    why: Literal["not_held", "unconfirmed"]
    organisation: str | None


def gaps(on: date) -> list[Gap]:
    """Every seat of every area that has no holder, or an unconfirmed one, on a date."""
    return [gap for held in areas(on) for gap in _gaps(held.code, on)]


def _gaps(area_code: str, on: date) -> Iterator[Gap]:
    held = seats_held(area_code, on)
    for kind in KINDS:
        if not any(seat.kind == kind for seat in held):
            yield Gap(area_code, kind, "not_held", None)
    for seat in held:
        if not seat.confirmed:
            yield Gap(area_code, seat.kind, "unconfirmed", seat.organisation)


def cdop_of(area_code: str, on: date) -> str:
    """The organisation id of the child death overview panel for residents of an area (or of a
    place that only it covers). Raises `NO_CHILD_DEATH_OVERVIEW_PANEL`, or
    `UNCONFIRMED_CHILD_DEATH_OVERVIEW_PANEL` where it is not sure which panel reviews."""
    for row in records().child_death_coverage:
        if row.area == area_code and row.holds_on(on):
            if not row.confirmed:
                raise UnknownReference("UNCONFIRMED_CHILD_DEATH_OVERVIEW_PANEL", area_code)
            return row.organisation
    raise UnknownReference("NO_CHILD_DEATH_OVERVIEW_PANEL", area_code)


def partnership_office_of(area_code: str, on: date) -> str:
    """The organisation id of the office that serves the partners of an area, where a local page
    names one. Raises `NO_PARTNERSHIP_OFFICE`."""
    for row in records().partnership_offices:
        if row.area == area_code and row.holds_on(on) and row.confirmed:
            return row.organisation
    raise UnknownReference("NO_PARTNERSHIP_OFFICE", area_code)


def what_works_centre_on(on: date) -> str:
    """The organisation that receives copies of yearly reports on a London date. Raises
    `NO_WHAT_WORKS_CENTRE` before there was one."""
    for name in WHAT_WORKS_CENTRES:
        if organisation(name).holds_on(on):
            return name
    raise UnknownReference("NO_WHAT_WORKS_CENTRE", on.isoformat())


def regions_of(area_code: str, on: date) -> list[RegionMember]:
    """The regions an area belongs to on a date, joint work first. Of an area that is no more:
    those of the first that took its place, all of which lie in one region of England. Raises
    `UNKNOWN_AREA`."""
    standing = standing_areas(area_code, on)[0]
    area(standing, on)
    found = [row for row in region_members() if row.area == standing and row.holds_on(on)]
    return sorted(found, key=lambda row: (row.kind, row.id))


def members_of(region: str, on: date) -> list[str]:
    """The area codes of a region on a date, sorted; none for a region not held."""
    return sorted(row.area for row in region_members() if row.id == region and row.holds_on(on))


def organisation(organisation_id: str) -> Organisation:
    """The organisation, also one that is no more. Raises `UNKNOWN_ORGANISATION`."""
    try:
        return records().organisations[organisation_id]
    except KeyError:
        raise UnknownReference("UNKNOWN_ORGANISATION", organisation_id) from None


def mailbox(organisation_id: str) -> str:
    """The role address to which notices for an organisation go. Raises `UNKNOWN_ORGANISATION`."""
    return organisation(organisation_id).mailbox
