"""The reference data that comes with the code: JSON beside this module, one row a line, checked
when it is first read and kept from then on."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter

from shared.reference.rows import (
    Area,
    AreaChange,
    Arrangement,
    ChildDeathCoverage,
    Coverage,
    Organisation,
    RegionMember,
    RelevantAgency,
    Source,
)
from shared.reference.seats import Seat, seats_by_area

R = TypeVar("R", bound=BaseModel)


@dataclass(frozen=True)
class Records:
    """All rows, checked to name only organisations, areas and sources that are held.

    Raises ValueError, naming what is astray: ids, codes and the keys of sources."""

    areas: tuple[Area, ...]
    area_changes: tuple[AreaChange, ...]
    organisations: dict[str, Organisation]
    health: tuple[Coverage, ...]
    police: tuple[Coverage, ...]
    regions: tuple[RegionMember, ...]
    child_death_coverage: tuple[ChildDeathCoverage, ...]
    partnership_offices: tuple[Coverage, ...]
    arrangements: tuple[Arrangement, ...]
    relevant_agencies: tuple[RelevantAgency, ...]
    sources: dict[str, Source]

    def __post_init__(self) -> None:
        covered = (*self.health, *self.police, *self.partnership_offices)
        named = {area.local_authority for area in self.areas}
        named |= {row.organisation for row in covered}
        named |= {row.organisation for row in self.child_death_coverage}
        named |= {row.agency for row in self.relevant_agencies}
        placed = {row.area for row in covered} | {row.area for row in self.regions}
        placed |= {row.area for row in self.relevant_agencies}
        placed |= {code for row in self.area_changes for code in (row.gone, row.became)}
        placed |= {code for row in self.arrangements for code in row.areas}
        believed = (
            *self.areas, *self.area_changes, *self.organisations.values(), *covered,
            *self.regions, *self.child_death_coverage, *self.arrangements,
            *self.relevant_agencies,
        )  # fmt: skip
        astray = (
            (named - self.organisations.keys())
            | (placed - {area.code for area in self.areas})
            | ({row.source for row in believed} - self.sources.keys())
        )
        if astray:
            raise ValueError(f"reference rows name what is not held: {sorted(astray)}")
        if len(self.areas_by_code) < len(self.areas):
            raise ValueError("reference rows give one area code twice")

    @cached_property
    def seats(self) -> dict[str, tuple[Seat, ...]]:
        """The seats of each area by its code, derived from who covers what."""
        return seats_by_area(self.areas, self.health, self.police)

    @cached_property
    def areas_by_code(self) -> dict[str, Area]:
        return {area.code: area for area in self.areas}


@cache
def records() -> Records:
    """The bundled records; raises pydantic's ValidationError or ValueError if they are broken."""
    return Records(
        areas=_read(Area, "areas"),
        area_changes=_read(AreaChange, "area_changes"),
        organisations=_keyed(_read(Organisation, "organisations")),
        health=_read(Coverage, "health_areas"),
        police=_read(Coverage, "police_areas"),
        regions=_read(RegionMember, "regions"),
        child_death_coverage=_read(ChildDeathCoverage, "child_death_overview_panels"),
        partnership_offices=_read(Coverage, "partnership_offices"),
        arrangements=_read(Arrangement, "arrangements"),
        relevant_agencies=_read(RelevantAgency, "relevant_agencies"),
        sources=_keyed(_read(Source, "sources")),
    )


K = TypeVar("K", Organisation, Source)


def _keyed(rows: Iterable[K]) -> dict[str, K]:
    keyed: dict[str, K] = {}
    for row in rows:
        if keyed.setdefault(row.id, row) is not row:
            raise ValueError(f"reference rows give one id twice: {row.id}")
    return keyed


def _read(row: type[R], name: str) -> tuple[R, ...]:
    content = files("shared.reference").joinpath(f"{name}.json").read_bytes()
    return TypeAdapter(tuple[row, ...]).validate_json(content)  # type: ignore[valid-type]
