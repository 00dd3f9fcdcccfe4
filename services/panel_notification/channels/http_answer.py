"""What an HTTP status says about a notice that was posted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from services.panel_notification.channels.channel import Answer
from services.panel_notification.notice import Outcome

NOT_US, NOT_ALLOWED, NOT_FOUND, TOO_SLOW, TOO_EARLY = 401, 403, 404, 408, 425
TOO_MANY, NOT_AVAILABLE = 429, 503
REDIRECTED, CLIENT_FAULT, SERVER_FAULT = 300, 400, 500
LONGEST_HOLD = timedelta(hours=1)
"""However long the other side asks for: a duty with a limit is not put off for a day by a header.
"""


def answer_to(status: int, headers: Mapping[str, str], now: datetime) -> Answer:
    """2xx is accepted. What says "not now" or "not you" was surely not accepted and is tried again;
    any other fault of the server may have come after it had accepted. All else is refused."""
    code = f"http_{status}"
    if status < REDIRECTED:
        return Answer(Outcome.ACCEPTED, code)
    if status in (NOT_US, NOT_ALLOWED):
        return Answer(Outcome.AGAIN, code, channel_down=True, refuses_us=True)
    if status in (TOO_MANY, NOT_AVAILABLE):
        asked = Answer(Outcome.AGAIN, code, channel_down=status == NOT_AVAILABLE)
        return replace(asked, retry_after=retry_after(headers.get("retry-after"), now))
    if status in (TOO_SLOW, TOO_EARLY):
        return Answer(Outcome.AGAIN, code)
    if status >= SERVER_FAULT:
        return Answer(Outcome.UNKNOWN, code, channel_down=True)
    return Answer(Outcome.REFUSED, code)


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Seconds or an HTTP date (RFC 9110 section 10.2.3); None for what is neither."""
    if value is None:
        return None
    if value.isascii() and value.isdigit():
        asked = timedelta(seconds=min(int(value[:9]), 10**8))
    else:
        try:
            asked = parsedate_to_datetime(value) - now
        except (ValueError, TypeError):
            return None
    return min(max(asked, timedelta(0)), LONGEST_HOLD)
