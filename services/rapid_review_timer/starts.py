"""The start of a calculation, as somebody typed it."""

from datetime import UTC, date, datetime

from shared.calendar.errors import NaiveInstant

LENGTH_OF_A_DATE = 10


def parse_start(text: str) -> date | datetime:
    """A London date (`2019-04-05`) or an instant with its offset (`2019-04-05T16:00:00Z`).

    Raises ValueError for anything else, NaiveInstant for an instant without an offset.
    """
    if len(text) == LENGTH_OF_A_DATE:
        return date.fromisoformat(text)
    instant = datetime.fromisoformat(text)
    if instant.utcoffset() is None:
        raise NaiveInstant("an instant needs an offset, such as Z or +01:00")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("beyond the years a calendar can have") from None
