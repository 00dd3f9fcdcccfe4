"""What the sample reports are put together from."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from deploy.samples.incidents import Content, SampleReport
from shared.calendar.bank_holidays import england_and_wales
from shared.calendar.london import london_date, london_instant
from shared.calendar.working_days import subtract_working_days

AWARE_SINCE = 9
"""Working days between an authority's awareness and the first start; five are allowed."""


@dataclass(frozen=True)
class Days:
    """London dates: the last working day before the first start, the calendar day before it, and
    the day of the awareness that is too long ago."""

    recent: date
    day_before: date
    long_ago: date


def days_before(now: datetime) -> Days:
    """Seen from a first start at `now` (aware). Raises CalendarOutOfRange when the bank holidays
    that come with the code do not reach it."""
    calendar, today = england_and_wales(), london_date(now)
    recent = subtract_working_days(calendar, today, 1)
    latest = today if calendar.is_working_day(today) else recent
    return Days(
        recent=recent,
        day_before=recent - timedelta(days=1),
        long_ago=subtract_working_days(calendar, latest, AWARE_SINCE),
    )


def report_by(
    reporter: Content, aware_at: str, incident: Content, child: Content, outline: str, more: Content
) -> Content:
    content = {
        "reporter": reporter,
        "agency_aware_at": aware_at,
        "incident": incident,
        "children": [child],
        "immediate_danger": False,
        "case_outline": f"Invented sample. {outline}".strip(),
        **more,
    }
    return {name: value for name, value in content.items() if value is not None}


def happened(day: date, area: str, location: str, *, certainty: str = "exact") -> Content:
    return {
        "date_certainty": certainty,
        "date": day.isoformat(),
        "location_type": location,
        "area_code": area,
    }


def by_bus(name: str, incident: str, system: str, content: Content) -> SampleReport:
    organisation = content["reporter"]["organisation"]
    return SampleReport(name, incident, system, organisation, "bus", content)


def by_http(name: str, incident: str, content: Content, system: str = "la-cases") -> SampleReport:
    organisation = content["reporter"]["organisation"]
    return SampleReport(name, incident, system, organisation, "http", content)


def at(day: date, hour: int, minute: int) -> str:
    return london_instant(day, time(hour, minute)).isoformat()


def years_before(days: Days, years: int) -> date:
    """A date of birth: this many years and about two months before."""
    return days.recent - timedelta(days=365 * years + 70)
