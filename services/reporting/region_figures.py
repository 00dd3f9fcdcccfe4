"""A month of a region in counts: by area and for the whole, small ones suppressed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from services.reporting.suppression import Cell, Sum, suppressed
from shared.calendar.london import london_date, london_instant
from shared.contracts.region_events import Figure, Measure

WHOLE = ""
HIDDEN = "c"
SETTLES_WITHIN = timedelta(days=3)
"""So long after its end a month is counted: what was said late is in by then."""
MOST_MONTHS = 12


@dataclass(frozen=True)
class Month:
    """From the first instant of a London month up to and without `end`."""

    name: str
    start: datetime
    end: datetime

    @property
    def settled(self) -> datetime:
        """What belonged to whom then is how it is counted."""
        return self.end + SETTLES_WITHIN

    @property
    def last_day(self) -> date:
        return london_date(self.end - timedelta(seconds=1))


def months_over(now: datetime, since: datetime) -> list[Month]:
    """Months that have ended and settled, the earliest first: at most twelve, and none that ended
    before `since`."""
    first = london_date(now).replace(day=1)
    found: list[Month] = []
    for _ in range(MOST_MONTHS):
        before = (first - timedelta(days=1)).replace(day=1)
        month = Month(f"{before:%Y-%m}", _midnight(before), _midnight(first))
        if month.end <= since:
            break
        if month.settled <= now:
            found.insert(0, month)
        first = before
    return found


def _midnight(day: date) -> datetime:
    return london_instant(day, time(0)).astimezone(UTC)


def figures(
    counted: Iterable[tuple[Measure, str]], areas: Sequence[str], before: Iterable[Figure] = ()
) -> list[Figure]:
    """`counted`: measure and area of each thing that happened. Each measure for each of these
    areas, and for all of them together. `before`: how they were shown last."""
    counts: dict[Cell, int] = {
        (measure, area): 0 for measure in Measure for area in (*areas, WHOLE)
    }
    for measure, area in counted:
        if area in areas:
            counts[measure, area] += 1
            counts[measure, WHOLE] += 1
    kept = [(one.measure, one.area or WHOLE) for one in before if one.value == HIDDEN]
    hidden = suppressed(counts, _sums(areas), kept)
    return [
        Figure(measure=measure, area=area or None, value=HIDDEN if cell in hidden else str(count))
        for cell, count in counts.items()
        for measure, area in [(Measure(cell[0]), cell[1])]
    ]


def _sums(areas: Sequence[str]) -> list[Sum]:
    """What every reader can add up: areas to the whole, deaths and harm to notifications."""
    by_area = [
        Sum((measure, WHOLE), tuple((measure, area) for area in areas)) for measure in Measure
    ]
    by_outcome = [
        Sum((Measure.NOTIFIED, area), ((Measure.DIED, area), (Measure.SERIOUSLY_HARMED, area)))
        for area in (*areas, WHOLE)
    ]
    return by_area + by_outcome
