"""`python -m tests.benchmarks.calendar_revision MOVED OPEN DUE`: clocks by the hundred thousand.

What an idle look costs beside OPEN deadlines; how fast DUE are fired that fall due at one instant;
how fast MOVED are moved by a newer calendar, to commit, while others fall due and are fired. Each
beside the same rows written bare, by as many connections and in batches of the same size.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from services.rapid_review_timer import watcher
from services.rapid_review_timer.calendar_keeping import read_version, receive
from services.rapid_review_timer.calendar_recount import CalendarRecount
from services.rapid_review_timer.firing_store import CASES_DUE
from services.rapid_review_timer.watcher import Watcher
from shared.calendar.bank_holidays import england_and_wales
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.benchmarks import bare_clocks
from tests.benchmarks.bare_clocks import Done, every_batch
from tests.benchmarks.many_cases import (
    BESIDE,
    BURST,
    DUE_TOGETHER,
    ELSEWHERE,
    MOVED,
    RUNNING,
    copy,
    tell,
    utc,
)
from tests.benchmarks.measuring import Line, in_turns, show
from tests.benchmarks.world import opened
from tests.conftest import copy_database, superuser_connection
from tests.services.rapid_review_timer.sample_calendars import WITH_A_HOLIDAY, document_of
from tests.support.local_stack import Infrastructure
from tests.support.own_infrastructure import own_infrastructure_in

SERVICE = "rapid_review_timer"
WHOLE = (100_000, 1_000_000, 20_000)
ROUNDS = 3
LOOKS = 300
MILLISECONDS = 1000

_TOLD = """
select (select count(*) from firing) as firings,
       (select count(*) from outbox where topic = 'review.due') as fired,
       (select count(*) from outbox where topic = 'deadline.moved') as moved,
       (select count(distinct object) from audit where action = 'deadline.moved') as deadlines,
       (select count(*) from (
            select stream, max(sequence) as last,
                   max(sequence) - min(sequence) + 1 - count(*) as gaps
            from outbox where stream like 'case/%' group by stream
        ) told join numbered_stream using (stream)
        where gaps <> 0 or last <> last_sequence) as misnumbered
"""


class AskedClock(SetClock):
    """Stands where it was set, and costs what the store's own costs."""

    async def now(self, connection: Any) -> datetime:
        await connection.fetchval("select clock_timestamp()")
        return self.instant


class Clocks:
    """The timer over a store that is filled; `admin` fills it."""

    def __init__(self, store: Store, clock: SetClock, admin: Any) -> None:
        self.store, self.clock, self.admin = store, clock, admin
        self.tracing = Tracing(SERVICE, None)
        self.watcher = Watcher(store, self.tracing, Metrics())
        self.recount = CalendarRecount(store, self.tracing)
        self.due = self.bare = self.batches = 0

    async def fire_all(self) -> Done:
        return await every_batch(*[self.watcher.sweep] * watcher.AT_ONCE)

    async def idle_look(self, what: str) -> Line:
        """Beside the select over the index alone, on a connection that is held."""
        async with self.store.pool.acquire() as connection:

            async def bare() -> None:
                await connection.fetch(CASES_DUE, self.clock.instant, 1, [])

            ours, alone = await _alternating(self.watcher.sweep, bare)
        return Line(what, f"{ours:.2f} ms", f"{alone:.2f} ms", ours / alone)

    async def burst(self, number: int) -> Line:
        ours, bare = [], []
        self.clock.instant = BURST.warned_at
        for _ in range(ROUNDS):
            await self._fill_burst(number)
            ours.append(await self.fire_all())
            self.due += ours[-1][0]
            await self._fill_burst(number)
            batch, at_once = watcher.BATCH, watcher.AT_ONCE
            bare.append(await bare_clocks.fire(self.store, BURST.warned_at, batch, at_once))
            self.bare += bare[-1][0]
        slowest = max(seconds for _, seconds in ours)
        what = f"{ours[0][0]:,} due at one instant fired (all within {slowest:.1f} s)"
        return in_turns(what, "/s", [_rate(each) for each in ours], [_rate(each) for each in bare])

    async def _fill_burst(self, number: int) -> None:
        await copy(self.admin, BURST, -(-number // DUE_TOGETHER))

    async def revision(self, number: int, beside: int) -> list[Line]:
        """Moves so many to commit, while others are fired."""
        await copy(self.admin, BESIDE, beside // DUE_TOGETHER)
        await copy(self.admin, MOVED, number // RUNNING)
        await self.recount.look()
        newest = england_and_wales()
        sent = replace(WITH_A_HOLIDAY, issued_at=newest.issued_at, number=newest.number + 1)
        document = document_of(sent)
        async with self.store.transaction(uuid4(), "benchmark") as tx:
            await receive(tx, document, read_version(document, sent.version))
        self.clock.instant = BESIDE.warned_at
        moved, fired = await asyncio.gather(every_batch(self._move), self.fire_all())
        self.due += fired[0]
        await self._nothing_twice(moved[0], number // RUNNING * RUNNING)
        await copy(self.admin, MOVED, number // RUNNING)
        like_ours = moved[0] // self.batches
        alone = await bare_clocks.move(self.store, date(2019, 6, 10), like_ours, newest.version)
        what = f"{moved[0]:,} moved by a calendar in {moved[1]:.1f} s, beside {fired[0]:,} fired"
        line = Line(
            what,
            f"{_rate(moved):,.0f} /s",
            f"{_rate(alone):,.0f} /s",
            _rate(moved) / _rate(alone),
        )
        return [line]

    async def _move(self) -> int:
        self.batches += 1
        return (await self.recount.look()).counted

    async def _nothing_twice(self, moved: int, should_move: int) -> None:
        """A figure of something that went wrong is no figure."""
        async with self.store.reading() as connection:
            found = dict(await connection.fetchrow(_TOLD))
        expected = {
            "firings": self.due + self.bare,
            "fired": self.due,
            "moved": should_move,
            "deadlines": should_move,
            "misnumbered": 0,
        }
        if moved != should_move or found != expected:
            raise RuntimeError(f"told is {found}, and should be {expected}")


async def _alternating(
    ours: Callable[[], Awaitable[object]], bare: Callable[[], Awaitable[object]]
) -> tuple[float, float]:
    """Medians in milliseconds."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(LOOKS):
        for times, operation in zip(taken, (ours, bare), strict=True):
            began = time.perf_counter()
            await operation()
            times.append((time.perf_counter() - began) * MILLISECONDS)
    return median(taken[0]), median(taken[1])


def _rate(done: Done) -> float:
    return done[0] / done[1]


async def measure(
    infrastructure: Infrastructure,
    moved: int = WHOLE[0],
    open_: int = WHOLE[1],
    due: int = WHOLE[2],
) -> list[Line]:
    """In a store of its own, a copy of the migrated one, to which nobody may be connected."""
    database = await copy_database(infrastructure, SERVICE, SERVICE)
    admin = await superuser_connection(infrastructure, database)
    try:
        async with opened(infrastructure, SERVICE, database) as store:
            store.clock = clock = AskedClock(utc(5, 6, 12))
            await tell(store, admin, BURST, BESIDE, ELSEWHERE, MOVED)
            clocks = Clocks(store, clock, admin)
            lines = [await clocks.idle_look("idle look for what is due, nothing open")]
            await copy(admin, ELSEWHERE, open_ // RUNNING, only_running=True)
            lines.append(await clocks.idle_look(f"the same, {open_:,} open"))
            lines.append(await clocks.burst(due))
            lines.append(await clocks.idle_look("idle look after them"))
            return lines + await clocks.revision(moved, due)
    finally:
        await admin.close()


def main(numbers: list[int]) -> None:
    sizes = (*numbers, *WHOLE[len(numbers) :])
    with tempfile.TemporaryDirectory(prefix="vigil-clocks-") as place:
        directory = Path(place) / "infrastructure"
        with own_infrastructure_in(directory, durable=True) as infrastructure:
            lines = asyncio.run(measure(infrastructure, *sizes))
    sys.stdout.write(f"{show(lines)}\n")


if __name__ == "__main__":
    main([int(number) for number in sys.argv[1:]])
