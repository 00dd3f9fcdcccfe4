"""Versions of the bank holidays that come while cases run, each with the days on which it differs
from the bundled one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType

from shared.calendar.bank_holidays import Calendar, england_and_wales

BUNDLED = england_and_wales()
EASTER_MONDAY = date(2026, 4, 6)
DIFFERS: dict[str, frozenset[date]] = {BUNDLED.version: frozenset()}
"""By version: the days that only one of it and the bundled one holds to be working days."""


def _version(name: str, issued: datetime, *changed: date) -> Calendar:
    """A day that is a holiday is one no more; another is one from now on."""
    holidays: Mapping[date, str] = {
        **{day: title for day, title in BUNDLED.holidays.items() if day not in changed},
        **{day: "Invented" for day in changed if day not in BUNDLED.holidays},
    }
    made = replace(
        BUNDLED,
        version=f"england-and-wales-{name}",
        issued_at=issued,
        number=1,
        holidays=MappingProxyType(dict(sorted(holidays.items()))),
    )
    DIFFERS[made.version] = frozenset(changed)
    return made


COMING = (
    _version("first", datetime(2026, 2, 26, tzinfo=UTC), date(2026, 3, 6), date(2026, 3, 13)),
    _version("second", datetime(2026, 2, 27, tzinfo=UTC), date(2026, 3, 13), date(2026, 3, 23)),
    _version("third", datetime(2026, 2, 28, tzinfo=UTC), date(2026, 3, 9), EASTER_MONDAY),
)
