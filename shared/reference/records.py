"""The reference data that comes with the code: JSON beside this module, checked when first read.

`confirmed` is false where the fact still has to be confirmed with its owner before a real use.
Every mailbox is an invented role address under `.example`.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from shared.reference.dated import Dated

SeatKind = Literal["LA", "HEALTH", "POLICE"]
OrganisationKind = Literal[
    "LOCAL_AUTHORITY",
    "POLICE",
    "HEALTH_COMMISSIONER",
    "HEALTH_PROVIDER",
    "CHILD_DEATH_OVERVIEW_PANEL",
    "NATIONAL",
]
AreaCode = Annotated[str, Field(pattern=r"^E0[6-9]\d{6}$|^E10\d{6}$")]
OrganisationId = Annotated[str, Field(pattern=r"^[a-z]+(-[A-Za-z0-9]+)*$")]
Name = Annotated[str, Field(min_length=1)]


class Area(Dated):
    """The area of one local authority, by its GSS code."""

    code: AreaCode
    name: Name
    local_authority: OrganisationId
    confirmed: bool


class Organisation(BaseModel):
    """A body that reports, holds a seat or is told; `name` is for display."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    id: OrganisationId
    kind: OrganisationKind
    name: Name
    mailbox: Annotated[str, Field(pattern=r"^[a-z-]+@[a-z0-9-]+\.(example|example\.org)$")]
    confirmed: bool


class Seat(Dated):
    """A safeguarding partner of an area: Children Act 2004 s.16E(3) gives three kinds, and an
    area may have more than one body of a kind."""

    area: AreaCode
    kind: SeatKind
    organisation: OrganisationId
    confirmed: bool


class RegionMember(Dated):
    """An area's place in a region."""

    id: Name
    name: Name
    area: AreaCode
    confirmed: bool


class ChildDeathCoverage(Dated):
    """The panel that reviews the deaths of an area's residents. A place may be covered here and
    be no safeguarding area: the Isle of Man, whose first date two sources give differently."""

    area: Name
    organisation: OrganisationId
    confirmed: bool


@dataclass(frozen=True)
class Records:
    """All rows, checked to name only organisations and areas that are held."""

    areas: tuple[Area, ...]
    organisations: dict[str, Organisation]
    seats: tuple[Seat, ...]
    regions: tuple[RegionMember, ...]
    child_death_coverage: tuple[ChildDeathCoverage, ...]

    def __post_init__(self) -> None:
        named = {area.local_authority for area in self.areas}
        named |= {seat.organisation for seat in self.seats}
        named |= {coverage.organisation for coverage in self.child_death_coverage}
        placed = {seat.area for seat in self.seats} | {member.area for member in self.regions}
        astray = (named - set(self.organisations)) | (placed - {area.code for area in self.areas})
        if astray:
            raise ValueError(f"reference rows name what is not held: {sorted(astray)}")


@cache
def records() -> Records:
    """The bundled records; raises pydantic's ValidationError or ValueError if they are broken."""
    organisations = TypeAdapter(list[Organisation]).validate_json(_bundled("organisations"))
    return Records(
        areas=TypeAdapter(tuple[Area, ...]).validate_json(_bundled("areas")),
        organisations={organisation.id: organisation for organisation in organisations},
        seats=TypeAdapter(tuple[Seat, ...]).validate_json(_bundled("partner_seats")),
        regions=TypeAdapter(tuple[RegionMember, ...]).validate_json(_bundled("regions")),
        child_death_coverage=TypeAdapter(tuple[ChildDeathCoverage, ...]).validate_json(
            _bundled("child_death_overview_panels")
        ),
    )


def _bundled(name: str) -> bytes:
    return files("shared.reference").joinpath(f"{name}.json").read_bytes()
