"""What the calendar refuses. Each error carries a stable `code`."""

from typing import ClassVar


class CalendarError(ValueError):
    """Base of every refusal of the calendar; `code` is stable and may be shown to a caller."""

    code: ClassVar[str] = "CALENDAR_ERROR"


class CalendarOutOfRange(CalendarError):
    """A day lies outside the published bank holidays: no answer is better than a wrong one."""

    code = "CALENDAR_OUT_OF_RANGE"


class CalendarInvalid(CalendarError):
    """A calendar document is incomplete, contradicts itself or does not match its schema."""

    code = "CALENDAR_INVALID"


class CalendarChecksumMismatch(CalendarError):
    """The dates of a calendar document are not the dates its checksum was made for."""

    code = "CALENDAR_CHECKSUM_MISMATCH"


class CalendarUnknown(CalendarError):
    """No version of that name is held."""

    code = "CALENDAR_UNKNOWN"


class CalendarVersionConflict(CalendarError):
    """Another calendar has this name or this place in the order of versions already."""

    code = "CALENDAR_VERSION_CONFLICT"


class CalendarCoversLess(CalendarError):
    """A version that would be the newest does not reach as far as the one in force."""

    code = "CALENDAR_COVERS_LESS"


class CalendarIssuedInFuture(CalendarError):
    """A version says that it is issued later than any clock can be wrong: it would stay the newest
    whatever is issued until then."""

    code = "CALENDAR_ISSUED_IN_FUTURE"


class CalendarNameMismatch(CalendarError):
    """A calendar was sent under another name than it gives itself."""

    code = "CALENDAR_NAME_MISMATCH"


class NaiveInstant(CalendarError):
    """A datetime without a time zone was given where an instant is needed."""

    code = "NAIVE_INSTANT"


class NotALocalDate(CalendarError):
    """A datetime was given where a London calendar date is needed."""

    code = "NOT_A_LOCAL_DATE"


class NoSuchLondonTime(CalendarError):
    """The clock in London skips this time of day (the hour lost in March)."""

    code = "NO_SUCH_LONDON_TIME"
