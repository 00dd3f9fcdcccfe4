"""Versions of the bank holidays as rows, and how far each of them has moved what is open."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.calendar.bank_holidays import Calendar, bundled_calendars, checksum, parse_calendar
from shared.calendar.errors import CalendarVersionConflict
from shared.calendar.versions import CalendarVersions
from shared.messaging.store import Row, Tx

Key = tuple[str, str, datetime, int]
"""Version, checksum, instant of issue, number: what was sent under them never changes."""

_read: dict[Key, Calendar] = {}
_together: dict[frozenset[Key], CalendarVersions] = {}


@dataclass(frozen=True)
class Progress:
    """How far a version has moved open deadlines; `ended_at` None: it is under way."""

    begun_at: datetime
    ended_at: datetime | None
    moved: int
    stayed: int
    uncounted: int


async def versions_held(connection: Any) -> CalendarVersions:
    """Those that were sent and those that come with the code, as they are held now. Of two that
    exclude each other the one that was sent is held. Takes a connection or a transaction."""
    rows = await connection.fetch("select version, sha256, issued_at, number from calendar")
    keys = frozenset(_key(row) for row in rows)
    if keys not in _together:
        for key in keys - _read.keys():
            _read[key] = parse_calendar(await document_of(connection, key[0]) or "")
        _together[keys] = _with_bundled([_read[key] for key in keys])
    return _together[keys]


def _key(row: Row) -> Key:
    return (row["version"], row["sha256"], row["issued_at"], row["number"])


def _with_bundled(sent: list[Calendar]) -> CalendarVersions:
    versions = CalendarVersions(())
    for calendar in (*sent, *bundled_calendars()):
        try:
            versions = versions.having(calendar)
        except CalendarVersionConflict:
            continue
    return versions


async def take_turns(tx: Tx) -> None:
    """Two versions that come at once are looked at one after the other."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended('calendar', 0))")


async def keep_version(tx: Tx, calendar: Calendar, document: str) -> None:
    await tx.execute(
        """insert into calendar (version, issued_at, number, sha256, document, kept_at, kept_by)
           values ($1, $2, $3, $4, $5, $6, $7)""",
        calendar.version,
        calendar.issued_at,
        calendar.number,
        checksum(calendar.first, calendar.last, calendar.holidays.items()),
        document,
        tx.now,
        tx.actor,
    )


async def kept_at(connection: Any) -> dict[str, datetime]:
    """When each version that was sent was taken in."""
    rows = await connection.fetch("select version, kept_at from calendar")
    return {row["version"]: row["kept_at"] for row in rows}


async def document_of(connection: Any, version: str) -> str | None:
    """A version as it was sent; None for one that was not."""
    found: str | None = await connection.fetchval(
        "select document from calendar where version = $1", version
    )
    return found


async def begin(tx: Tx, version: str) -> datetime:
    """Since when open deadlines are counted anew by a version; from now on, if not before."""
    await tx.execute(
        """insert into calendar_revision (version, begun_at) values ($1, $2)
           on conflict (version) do nothing""",
        version,
        tx.now,
    )
    begun: datetime = await tx.fetchval(
        "select begun_at from calendar_revision where version = $1", version
    )
    return begun


async def note_progress(tx: Tx, version: str, moved: int, stayed: int, uncounted: int) -> None:
    """Adds to what a version has done; it is under way (again)."""
    await tx.execute(
        """update calendar_revision set moved = moved + $2, stayed = stayed + $3,
               uncounted = uncounted + $4, ended_at = null where version = $1""",
        version,
        moved,
        stayed,
        uncounted,
    )


async def note_end(tx: Tx, version: str) -> bool:
    """Nothing is left; says whether that is new."""
    return bool(
        await tx.fetchval(
            """update calendar_revision set ended_at = $2 where version = $1 and ended_at is null
               returning true""",
            version,
            tx.now,
        )
    )


async def progress(connection: Any) -> dict[str, Progress]:
    rows = await connection.fetch("select * from calendar_revision")
    return {
        row["version"]: Progress(
            row["begun_at"], row["ended_at"], row["moved"], row["stayed"], row["uncounted"]
        )
        for row in rows
    }
