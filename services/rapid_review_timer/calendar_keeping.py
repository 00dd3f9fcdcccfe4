"""Takes in a version of the bank holidays that was sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.rapid_review_timer import calendar_store
from shared.calendar.bank_holidays import Calendar, england_and_wales, parse_calendar
from shared.calendar.errors import CalendarIssuedInFuture, CalendarNameMismatch
from shared.calendar.versions import CalendarVersions
from shared.messaging.audit import audit
from shared.messaging.store import Tx

CLOCKS_DIFFER_BY = timedelta(days=1)
"""An instant of issue that lies ahead by no more than this may be a clock that is wrong, or a date
typed without its zone."""


@dataclass(frozen=True)
class Received:
    """`is_new`: it was not held before. `wins`: it is in force from now on because of this."""

    calendar: Calendar
    is_new: bool
    wins: bool


def read_version(document: bytes, name: str) -> Calendar:
    """The calendar of a document that was sent as version `name`. Pure.

    Raises CalendarInvalid, CalendarChecksumMismatch, and CalendarNameMismatch
    (`CALENDAR_NAME_MISMATCH`).
    """
    calendar = parse_calendar(document)
    if calendar.version != name:
        raise CalendarNameMismatch("the document gives itself another version than the address")
    return calendar


def received(calendar: Calendar, held: CalendarVersions, now: datetime) -> Received:
    """What comes of a version beside those held, in whatever order they come. Pure.

    Raises CalendarIssuedInFuture for one that is issued later than `now` by more than clocks
    differ, unless it is held already; CalendarVersionConflict and CalendarCoversLess, see
    CalendarVersions.receiving.
    """
    # A drill lives before the day on which what comes with the software was issued.
    latest = max(now, england_and_wales().issued_at) + CLOCKS_DIFFER_BY
    if calendar not in held.held and calendar.issued_at > latest:
        raise CalendarIssuedInFuture(
            f"{calendar.version} is issued more than a day from now: the newest is in force, so "
            "that no other would be until then; send it with the instant at which it was issued"
        )
    after = held.receiving(calendar)
    is_new = after != held
    return Received(calendar, is_new, wins=is_new and after.newest == calendar)


async def receive(tx: Tx, document: bytes, calendar: Calendar) -> Received:
    """Keeps a version and says what comes of it; the very same again changes nothing. If it is in
    force now, the open deadlines are counted anew from here on (see CalendarRecount).

    Raises as `received`.
    """
    await calendar_store.take_turns(tx)
    came = received(calendar, await calendar_store.versions_held(tx), tx.now)
    if not came.is_new:
        return came
    await calendar_store.keep_version(tx, calendar, document.decode())
    if came.wins:
        await calendar_store.begin(tx, calendar.version)
    await audit(
        tx,
        "calendar.kept",
        calendar.version,
        number=calendar.number,
        last=calendar.last.isoformat(),
        in_force=came.wins,
    )
    return came
