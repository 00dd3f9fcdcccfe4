"""The three seats of an area, derived from which body's own area takes in any part of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from shared.reference.rows import Area, Coverage, SeatKind, Status

FIRST_DAY = date(2018, 6, 29)
"""Children Act 2004 ss.16E to 16K came into force: from here there are safeguarding partners."""

KINDS: tuple[SeatKind, ...] = ("LA", "HEALTH", "POLICE")


@dataclass(frozen=True, slots=True)
class Seat:
    """A safeguarding partner of an area from one London date to another, both included.

    Children Act 2004 s.16E(3) gives three kinds: the local authority, each integrated care board
    (before July 2022: clinical commissioning group) any part of whose area falls in it, and the
    chief officer of each police area any part of which does.
    """

    area: str
    kind: SeatKind
    organisation: str
    effective_from: date
    effective_to: date | None
    source: str
    status: Status

    @property
    def confirmed(self) -> bool:
        return self.status == "confirmed"

    def holds_on(self, day: date) -> bool:
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )


def seats_by_area(
    areas: Iterable[Area], health: Iterable[Coverage], police: Iterable[Coverage]
) -> dict[str, tuple[Seat, ...]]:
    """All seats of each area, local authority first; a seat ends with its area."""
    covering: Mapping[SeatKind, Mapping[str, list[Coverage]]] = {
        "HEALTH": _by_area(health),
        "POLICE": _by_area(police),
    }
    return {area.code: tuple(_seats(area, covering)) for area in areas}


def _by_area(rows: Iterable[Coverage]) -> dict[str, list[Coverage]]:
    found: dict[str, list[Coverage]] = {}
    for row in sorted(rows, key=lambda row: (row.organisation, row.effective_from)):
        found.setdefault(row.area, []).append(row)
    return found


def _seats(area: Area, covering: Mapping[SeatKind, Mapping[str, list[Coverage]]]) -> Iterator[Seat]:
    begins, ends = max(area.effective_from, FIRST_DAY), area.effective_to
    yield Seat(area.code, "LA", area.local_authority, begins, ends, area.source, area.status)
    for kind, rows in covering.items():
        for row in rows.get(area.code, ()):
            last = min((day for day in (row.effective_to, ends) if day), default=None)
            yield Seat(
                area.code,
                kind,
                row.organisation,
                max(row.effective_from, begins),
                last,
                row.source,
                row.status,
            )
