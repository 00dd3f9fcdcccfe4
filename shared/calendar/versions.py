"""Several versions of the bank holidays beside each other, of which the newest is in force.

Versions arrive in any order; which one is the newest is decided by (issued at, number) alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self

from shared.calendar.bank_holidays import Calendar, bundled_calendars
from shared.calendar.errors import (
    CalendarCoversLess,
    CalendarUnknown,
    CalendarVersionConflict,
)

SATURDAY = 5


@dataclass(frozen=True)
class CalendarVersions:
    """`held` is in the order of versions, the newest last, and never empty."""

    held: tuple[Calendar, ...]

    @classmethod
    def of(cls, calendars: Iterable[Calendar]) -> Self:
        """Raises as `having`, and ValueError for none at all."""
        versions = cls(())
        for calendar in calendars:
            versions = versions.having(calendar)
        if not versions.held:
            raise ValueError("without a calendar nothing can be counted: give at least one")
        return versions

    @property
    def newest(self) -> Calendar:
        return self.held[-1]

    def named(self, version: str) -> Calendar:
        """Raises CalendarUnknown (`CALENDAR_UNKNOWN`)."""
        for calendar in self.held:
            if calendar.version == version:
                return calendar
        known = ", ".join(calendar.version for calendar in self.held)
        raise CalendarUnknown(f"no calendar of that name is held; there are: {known}")

    def having(self, calendar: Calendar) -> Self:
        """These versions and one more; the very same one again changes nothing.

        Raises CalendarVersionConflict (`CALENDAR_VERSION_CONFLICT`) for other days under a name
        that is held, or another name at the same place in the order.
        """
        for other in self.held:
            if other == calendar:
                return self
            if other.version == calendar.version:
                raise CalendarVersionConflict(f"{other.version} is held with other days")
            if other.order == calendar.order:
                raise CalendarVersionConflict(
                    f"{other.version} has the same instant of issue and number: give a higher one"
                )
        return type(self)(tuple(sorted((*self.held, calendar), key=lambda each: each.order)))

    def receiving(self, calendar: Calendar) -> Self:
        """These versions and one that was sent. One that is not the newest is held beside the
        others and is not in force.

        Raises as `having`, and CalendarCoversLess (`CALENDAR_COVERS_LESS`) for one that would take
        the place of the newest and does not cover all of its days: dates that were given could
        not be counted any more.
        """
        versions, newest = self.having(calendar), self.newest
        if versions.newest == calendar and not calendar.covers(newest.first, newest.last):
            raise CalendarCoversLess(
                f"{newest.version} covers {newest.first} to {newest.last}: "
                "a newer version has to cover these days too"
            )
        return versions


def bundled_versions() -> CalendarVersions:
    """The versions that come with the code."""
    return CalendarVersions.of(bundled_calendars())


def days_that_differ(before: Calendar, after: Calendar) -> tuple[date, ...]:
    """The days, of those that both cover, which only one of the two holds to be working days, in
    order. No count between two dates changes that has none of them in it."""
    first, last = max(before.first, after.first), min(before.last, after.last)
    changed = before.holidays.keys() ^ after.holidays.keys()
    return tuple(sorted(d for d in changed if d.weekday() < SATURDAY and first <= d <= last))
