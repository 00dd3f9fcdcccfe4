"""Named places at which a test may kill the process. Off, each costs the look at one flag.

`VIGIL_CRASH=name` kills at the first pass, `name:3` at the third, `name@intake.ingress:3` at the
third in that consumer group, by SIGKILL: nothing is flushed, closed or handed back, as when the
machine loses its power. With `VIGIL_CRASH_WHEN=path` passes count once that file exists.
"""

import asyncio
import os
import re
import signal
import sys
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class CrashPoint:
    """`so_far`: what has happened there, and what has not."""

    id: str
    name: str
    so_far: str

    @property
    def part(self) -> str:
        return self.name.partition(".")[0]


CRASH_POINTS = tuple(
    CrashPoint(*row)
    for row in (
        ("K1", "consumer.polled", "the record is here, nothing of it is read"),
        ("K2", "consumer.parsed", "its envelope is read, no transaction has begun"),
        ("K3", "consumer.inbox_written", "its number or id is used up, not committed"),
        ("K4", "consumer.effect_written", "what it tells is written, not committed"),
        ("K5", "consumer.outbox_written", "an event or answer it causes is written, not committed"),
        ("K6", "consumer.committed", "the store has it, the broker not yet the offset"),
        ("K7", "consumer.offset_committed", "the broker has the offset too"),
        ("R1", "relay.rows_read", "unpublished rows are read, nothing is sent"),
        ("R2", "relay.sent", "the records are on their way, no acknowledgement is here"),
        ("R3", "relay.acknowledged", "the broker has the records, the rows are not marked"),
        ("R4", "relay.marked", "the rows are marked, not committed"),
        ("R5", "relay.committed", "the marks are committed, nothing came after"),
        ("H1", "http.body_read", "the body of a POST is here, nothing of it is looked at"),
        ("H2", "http.authenticated", "the caller of a POST is known, its token is used up"),
        ("H3", "http.written", "all that a POST changes is written, not committed"),
        ("H4", "http.committed", "it is committed, the caller has heard nothing"),
        ("H5", "http.response_begun", "the caller has the status and headers, not the body"),
        ("T1", "watcher.claimed", "the cases with due deadlines are locked, nothing is written"),
        ("T2", "watcher.written", "firings and their events are written, not committed"),
        ("T3", "watcher.committed", "they are committed, nothing came after"),
        ("N1", "notice.attempt_written", "the attempt is committed, nothing is sent"),
        ("N2", "notice.request_sent", "the message is handed over, no answer is read"),
        ("N3", "notice.answered", "the answer is read, the outcome is not committed"),
        ("N4", "notice.settled", "the outcome is committed, nothing came after"),
    )
)
"""Every place, in the order in which work passes it. A front door's consumer keeps the report's id
for good where others keep a number (K3)."""

_NAMES = frozenset(point.name for point in CRASH_POINTS)
_SETTING = re.compile(
    r"(?P<name>[a-z._]+)(@(?P<group>[a-z_]+\.[a-z_]+))?(:(?P<count>[1-9][0-9]*))?"
)
_LOOP_TURNS = 20

_group: ContextVar[str] = ContextVar("consumer_group", default="")


def _read(setting: str) -> tuple[str, str, int]:
    """Ends the process when the setting would never crash anything: a test would then prove it."""
    found = _SETTING.fullmatch(setting)
    if found is None or found["name"] not in _NAMES:
        sys.exit(
            f"VIGIL_CRASH={setting} names no crash point, so this process was not started. Write "
            f"name, name:count or name@group:count with one of: {', '.join(sorted(_NAMES))}."
        )
    if found["group"] and not found["name"].startswith("consumer."):
        sys.exit(
            f"VIGIL_CRASH={setting} names a consumer group for a point that no consumer passes, so "
            "this process was not started. Leave out what stands behind the @."
        )
    return found["name"], found["group"] or "", int(found["count"] or 1)


ARMED = bool(os.environ.get("VIGIL_CRASH"))
_name, _wanted_group, _passes_left = _read(os.environ["VIGIL_CRASH"]) if ARMED else ("", "", 0)
_when = os.environ.get("VIGIL_CRASH_WHEN", "")


def crash_point(name: str) -> None:
    """Kills this process if it was told to crash here."""
    if ARMED:
        _pass(name)


async def crash_point_in_flight(name: str) -> None:
    """The same where something is handed to another task: its bytes leave first."""
    if ARMED and name == _name:
        for _ in range(_LOOP_TURNS):
            await asyncio.sleep(0)
        _pass(name)


def consuming_as(group: str) -> None:
    """What this task passes from now on, it passes for that consumer group."""
    if ARMED:
        _group.set(group)


def _pass(name: str) -> None:
    """The points of a consumer count only while a record is in its hands."""
    if name != _name or (_when and not os.path.exists(_when)):
        return
    group = _group.get()
    if name.startswith("consumer.") and (not group or _wanted_group not in ("", group)):
        return
    global _passes_left  # noqa: PLW0603 - the one counter of the one process
    _passes_left -= 1
    if _passes_left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
