"""Between instants and London calendar dates.

Deadlines are dates in London; instants are kept in UTC. The date is taken only after the
conversion, so that half past midnight in a British summer belongs to the day people lived it.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.calendar.errors import NaiveInstant, NoSuchLondonTime, NotALocalDate

LONDON = ZoneInfo("Europe/London")


def london_date(instant: datetime) -> date:
    """The calendar date in London at an aware instant of any zone.

    Raises NaiveInstant (`NAIVE_INSTANT`) for a datetime without a zone.
    """
    if instant.utcoffset() is None:
        raise NaiveInstant("an instant needs a time zone")
    return instant.astimezone(LONDON).date()


def london_instant(day: date, at: time) -> datetime:
    """The UTC instant at which London clocks show `at` (a time without a zone) on `day`.

    In the hour that October repeats, the first of the two is meant.
    Raises NoSuchLondonTime (`NO_SUCH_LONDON_TIME`) in the hour March skips, NotALocalDate
    (`NOT_A_LOCAL_DATE`) if `day` is a datetime or `at` carries a zone.
    """
    local_date(day)
    if at.tzinfo is not None:
        raise NotALocalDate("a London time of day carries no zone of its own")
    local = datetime.combine(day, at.replace(fold=0), LONDON)
    instant = local.astimezone(UTC)
    if instant.astimezone(LONDON).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchLondonTime(f"London clocks do not show {at.isoformat()} on {day.isoformat()}")
    return instant


def first_late_instant(due: date) -> datetime:
    """The first UTC instant that is late for a deadline due on the London date `due`.

    That is 00:00 in London on the next calendar day, working day or not: no source sets an
    office-hours cut-off. Raises NotALocalDate (`NOT_A_LOCAL_DATE`) if `due` is a datetime.
    """
    return london_instant(local_date(due) + timedelta(days=1), time())


def local_date(day: date) -> date:
    """Return `day`; raises NotALocalDate (`NOT_A_LOCAL_DATE`) for a datetime, which is a date
    to Python and would be compared wrongly."""
    if isinstance(day, datetime):
        raise NotALocalDate("a London calendar date is needed, not an instant")
    return day
