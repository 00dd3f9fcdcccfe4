"""The rows of the reference data: what each says, from when to when, and how far it is believed.

`source` names a row of `sources.json`. `status` is `confirmed` if the row was read in that source;
an `unconfirmed` row is shown as such, and whoever chooses a statutory recipient by it must say so.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.reference.dated import Dated

SeatKind = Literal["LA", "HEALTH", "POLICE"]
Status = Literal["confirmed", "unconfirmed"]
OrganisationKind = Literal[
    "LOCAL_AUTHORITY",
    "POLICE",
    "HEALTH_COMMISSIONER",
    "HEALTH_PROVIDER",
    "SCHOOL",
    "CHILD_DEATH_OVERVIEW_PANEL",
    "PARTNERSHIP_OFFICE",
    "NATIONAL",
]
AreaCode = Annotated[str, Field(pattern=r"^E(06|08|09|10)\d{6}$")]
OrganisationId = Annotated[str, Field(pattern=r"^[a-z]+(-[A-Za-z0-9]+)*$")]
Name = Annotated[str, Field(min_length=1)]

INVENTED = "invented"


class Believed(BaseModel):
    """Where a row comes from, and whether it was read there."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    source: Name
    status: Status

    @property
    def confirmed(self) -> bool:
        return self.status == "confirmed"


class Row(Dated, Believed):
    """A believed row that holds from one London date to another, both included."""


class Area(Row):
    """The area of one local authority with children's services, by its GSS code."""

    code: AreaCode
    name: Name
    local_authority: OrganisationId


class AreaChange(Believed):
    """`gone` is no area from the day `on`, and all or a part of it is in `became`.

    `same_council`: the council goes on under a new code; `new_council`: another took its place.
    """

    on: date
    gone: AreaCode
    became: AreaCode
    how: Literal["same_council", "new_council"]


class Organisation(Row):
    """A body that reports, holds a seat or is told; `name` is for display.

    Every mailbox is an invented role address under `.example`.
    """

    id: OrganisationId
    kind: OrganisationKind
    name: Name
    mailbox: Annotated[str, Field(pattern=r"^[a-z-]+@[a-z0-9-]+\.(example|example\.org)$")]

    @property
    def invented(self) -> bool:
        """Whether the body is made up for samples and tests."""
        return self.source == INVENTED


class Coverage(Row):
    """A body whose own area takes in all or a part of a local authority's area."""

    area: AreaCode
    organisation: OrganisationId


class RegionMember(Row):
    """An area's place in one of the nine regions of England or among areas that work jointly."""

    id: Name
    name: Name
    kind: Literal["REGION_OF_ENGLAND", "JOINT_WORK"]
    area: AreaCode


class ChildDeathCoverage(Row):
    """The panel that reviews the deaths of an area's residents. A place may be covered here and
    be no safeguarding area: the Isle of Man, whose first year two sources give differently."""

    area: Name
    organisation: OrganisationId


class Arrangement(Believed):
    """The published multi-agency safeguarding arrangements of one or more areas (Children Act
    2004 s.16G). A date that was not found is null, and the row unconfirmed."""

    areas: Annotated[tuple[AreaCode, ...], Field(min_length=1)]
    name: Name
    published: date | None
    in_place: date | None


class RelevantAgency(Row):
    """An agency that the partners of an area chose, why, and how it works with them (Working
    Together 2018, chapter 3: both are to be published)."""

    area: AreaCode
    agency: OrganisationId
    reason: Name
    works_by: Name


class Source(BaseModel):
    """A public work that rows were read in, and how it was read."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    id: Name
    publisher: Name
    title: Name
    address: Annotated[str, Field(pattern=r"^(https://\S+)?$")]
    read: Name
