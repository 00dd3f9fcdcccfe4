"""A clock that stands where a file says, for stacks that are drills or tests and for no other.

The file holds one instant. Whoever runs the drill moves it; it is read at every question, so that
what happens after something else, in whichever service, never carries an earlier instant.
"""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import asyncpg

from shared.messaging.clock import Clock, StoreClock

Stack = Literal["production", "local", "drill", "test"]
SETTABLE: Final = frozenset({"drill", "test"})
"""The stacks in which an instant may be one that somebody has set."""


class ClockRefused(Exception):
    """A process does not start, or the clock is not moved. `code` for programs; the text says what
    to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class ClockUnread(OSError):
    """The clock gives no instant now. Like a store that is away: work waits until it does."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SettableClock:
    """Reads the file each time and never goes back. Raises ClockUnread: `CLOCK_UNREADABLE`,
    `CLOCK_WENT_BACK`."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._latest = read_instant(file)

    async def now(self, connection: "asyncpg.Connection[asyncpg.Record]") -> datetime:
        instant = read_instant(self.file)
        if instant < self._latest:
            raise ClockUnread("CLOCK_WENT_BACK")
        self._latest = instant
        return instant


def clock_of(stack: Stack, file: Path | None) -> Clock:
    """The clock of a service: the store's own, or a settable one where the stack may have it.

    Raises ClockRefused: `CLOCK_NOT_FOR_THIS_STACK`, `CLOCK_MISSING`, `CLOCK_UNREADABLE`.
    """
    if file is None and stack != "drill":
        return StoreClock()
    if file is None:
        raise ClockRefused(
            "CLOCK_MISSING",
            "this stack is a drill and no clock is named: name its file in VIGIL_CLOCK_FILE",
        )
    if stack not in SETTABLE:
        raise ClockRefused(
            "CLOCK_NOT_FOR_THIS_STACK",
            "VIGIL_CLOCK_FILE is set, and only a drill or a test may have a clock that is set:"
            " take it away, or say VIGIL_STACK=drill for a stack that is one",
        )
    try:
        return SettableClock(file)
    except ClockUnread as unread:
        raise ClockRefused(
            unread.code,
            "the file that VIGIL_CLOCK_FILE names holds no instant: write one with its offset"
            " into it, such as 2018-06-29T08:00:00+00:00",
        ) from None


def read_instant(file: Path) -> datetime:
    """What the clock shows, in UTC. Raises ClockUnread `CLOCK_UNREADABLE`."""
    try:
        instant = datetime.fromisoformat(file.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        raise ClockUnread("CLOCK_UNREADABLE") from None
    if instant.utcoffset() is None:
        raise ClockUnread("CLOCK_UNREADABLE")
    return instant.astimezone(UTC)


def set_clock(file: Path, instant: datetime) -> None:
    """Moves the clock to an aware instant: readers see the one before or this one, nothing between.

    Raises ClockRefused `CLOCK_GOES_BACK`, `CLOCK_UNREADABLE` where the file holds something else.
    """
    if file.exists():
        try:
            before = read_instant(file)
        except ClockUnread as unread:
            raise ClockRefused(unread.code, "this file is no clock: name another one") from None
        if instant < before:
            raise ClockRefused(
                "CLOCK_GOES_BACK", "a clock only goes forward: begin another drill to go back"
            )
    beside = file.with_name(f"{file.name}.next")
    beside.write_text(f"{instant.astimezone(UTC).isoformat()}\n", encoding="ascii")
    os.replace(beside, file)
