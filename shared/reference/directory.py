"""Who is who, and since when.

Areas are GSS codes, organisations slugs, dates London dates with both ends of a period included.
Every look-up raises UnknownReference, whose `code` is given with each, for what is not held; one
that returned nothing would leave a partner untold.
"""

from datetime import date

from shared.reference.errors import UnknownReference
from shared.reference.records import Area, Organisation, RegionMember, Seat, records


def area(code: str, on: date) -> Area:
    """The area on a date. Raises `UNKNOWN_AREA`."""
    for row in records().areas:
        if row.code == code and row.holds_on(on):
            return row
    raise UnknownReference("UNKNOWN_AREA", code)


def areas(on: date) -> list[Area]:
    """Every area held on a date, by code."""
    return sorted((row for row in records().areas if row.holds_on(on)), key=lambda row: row.code)


def la_of(area_code: str) -> str:
    """The organisation id of an area's local authority. Raises `UNKNOWN_AREA`."""
    for row in records().areas:
        if row.code == area_code:
            return row.local_authority
    raise UnknownReference("UNKNOWN_AREA", area_code)


def partners_of(area_code: str, on: date) -> list[Seat]:
    """The safeguarding partners of an area on a date, local authority first.

    From 29 June 2018, when Children Act 2004 ss.16E to 16K came into force; the health seat
    passes from clinical commissioning groups to integrated care boards on 1 July 2022.
    Raises `UNKNOWN_AREA` or, before there were any, `NO_SAFEGUARDING_PARTNERS`.
    """
    area(area_code, on)
    order = ("LA", "HEALTH", "POLICE")
    held = [seat for seat in records().seats if seat.area == area_code and seat.holds_on(on)]
    if not held:
        raise UnknownReference("NO_SAFEGUARDING_PARTNERS", area_code)
    return sorted(held, key=lambda seat: (order.index(seat.kind), seat.organisation))


def cdop_of(area_code: str, on: date) -> str:
    """The organisation id of the child death overview panel for residents of an area (or of a
    place that only it covers). Raises `NO_CHILD_DEATH_OVERVIEW_PANEL`."""
    for row in records().child_death_coverage:
        if row.area == area_code and row.holds_on(on):
            return row.organisation
    raise UnknownReference("NO_CHILD_DEATH_OVERVIEW_PANEL", area_code)


def regions_of(area_code: str, on: date) -> list[RegionMember]:
    """The regions an area belongs to on a date; may be none. Raises `UNKNOWN_AREA`."""
    area(area_code, on)
    return [row for row in records().regions if row.area == area_code and row.holds_on(on)]


def members_of(region: str, on: date) -> list[str]:
    """The area codes of a region on a date, sorted; none for a region not held."""
    return sorted(row.area for row in records().regions if row.id == region and row.holds_on(on))


def organisation(organisation_id: str) -> Organisation:
    """The organisation. Raises `UNKNOWN_ORGANISATION`."""
    try:
        return records().organisations[organisation_id]
    except KeyError:
        raise UnknownReference("UNKNOWN_ORGANISATION", organisation_id) from None


def mailbox(organisation_id: str) -> str:
    """The role address to which notices for an organisation go. Raises `UNKNOWN_ORGANISATION`."""
    return organisation(organisation_id).mailbox
