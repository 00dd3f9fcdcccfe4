"""Versions of the bank holidays that somebody sends, newer than those that come with the code."""

import json

from shared.calendar.bank_holidays import Calendar, checksum
from tests.shared.calendar.test_versions import version

# Issued on the day of what comes with the software, each with the next number: a version from a
# day after the clock of a test would be refused.
WITH_A_HOLIDAY = version("holiday", "2026-02-25", 2, d20190610="Invented bank holiday")
"""Monday 10 June 2019: what was due on Wednesday 12 June falls on the 13th."""
WITHOUT_EASTER = version(
    "no-easter", "2026-02-25", 3, d20190422=None, d20190601="Invented, on a Saturday"
)
MOVED_BACK = version(
    "moved-back", "2026-02-25", 4, d20190527=None, d20190601="Invented, on a Saturday"
)
"""Monday 27 May 2019 is worked: what was counted over it is due a day earlier."""


def document_of(calendar: Calendar, **changes: object) -> bytes:
    """As it is sent."""
    holidays = calendar.holidays.items()
    said = {
        "version": calendar.version,
        "issued_at": calendar.issued_at.isoformat(),
        "number": calendar.number,
        "source": calendar.source,
        "obtained_through": "invented for a test",
        "first": calendar.first.isoformat(),
        "last": calendar.last.isoformat(),
        "holidays": [{"date": day.isoformat(), "title": title} for day, title in holidays],
        "sha256": checksum(calendar.first, calendar.last, holidays),
    }
    return json.dumps(said | changes).encode()
