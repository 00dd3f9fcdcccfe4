"""`python -m tests.benchmarks.calendar_revision N`: clocks by the hundred thousand.

With 10 N open deadlines: what an idle look costs; how fast N/5 are fired that fall due at one
instant; how fast N are moved by a newer calendar, to commit, while others fall due and are fired.
Each beside the same rows written bare, in batches of the same size, by one connection.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from services.rapid_review_timer import calendar_recount, watcher
from services.rapid_review_timer.calendar_keeping import read_version, receive
from services.rapid_review_timer.calendar_recount import CalendarRecount
from services.rapid_review_timer.watcher import Watcher
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.benchmarks.measuring import Line, show
from tests.benchmarks.open_deadlines import BESIDE, BURST, ELSEWHERE, MOVED, fill, utc
from tests.benchmarks.world import opened
from tests.conftest import SYSTEMS, run_migration
from tests.services.rapid_review_timer.sample_calendars import WITH_A_HOLIDAY, document_of
from tests.support.local_stack import Infrastructure, provision, start_infrastructure

SERVICE = "rapid_review_timer"
LOOKS = 200
WATCHERS = 2
MILLISECONDS = 1000

_BARE_MOVE = """
with chosen as (
    select deadline_id, case_id from deadline where revision = 1 and due_date = $1 limit $2
), put_away as (
    insert into deadline_revision (deadline_id, case_id, cycle, rule, revision, rule_version,
        rule_set, force, calendar_version, started_at, caused_by, due_date, late_from, state,
        synthetic, superseded_at, superseded_by)
    select deadline_id, case_id, cycle, rule, revision, rule_version, rule_set, force,
        calendar_version, started_at, caused_by, due_date, late_from, state, synthetic, $3, $4
    from deadline join chosen using (deadline_id, case_id)
), moved as (
    update deadline set revision = 2, due_date = due_date + 1, moved_at = $3
    from chosen where deadline.deadline_id = chosen.deadline_id
)"""
_BARE_FIRE = """
with chosen as (
    select deadline_id, case_id from deadline where next_at = $1 limit $2
), fired as (
    insert into firing (deadline_id, revision, kind, due_at, fired_at, event_id)
    select deadline_id, 1, 'overdue', $1, $3, gen_random_uuid() from chosen
), silent as (
    update deadline set next_at = null, next_kind = null
    from chosen where deadline.deadline_id = chosen.deadline_id
)"""
_BARE_TOLD = """, numbered as (
    insert into numbered_stream as known (stream, last_sequence)
    select 'case/' || case_id, count(*) from chosen group by 1
    on conflict (stream) do update set last_sequence = known.last_sequence + excluded.last_sequence
), told as (
    insert into outbox (event_id, topic, key, stream, sequence, type, happened_at, recorded_at,
        headers, payload)
    select gen_random_uuid(), 'deadline.moved', 'case/' || case_id, 'bare/' || deadline_id, 1,
        'bare', $3, $3, jsonb_build_object('h', repeat('h', 900)),
        convert_to(repeat('p', 600), 'UTF8')
    from chosen
)
insert into audit (at, actor, action, object, cause, codes)
select $3, 'bare', 'bare', deadline_id::text, $4, '{"case": "bare", "rule": "DL01", "revision": 2}'
from chosen
"""


async def _every_batch(once: Callable[[], Awaitable[int]]) -> tuple[int, float]:
    """How many, in how many seconds."""
    began, done = time.perf_counter(), 0
    while found := await once():
        done += found
    return done, time.perf_counter() - began


async def _bare(store: Store, sql: str, first: object, batch: int) -> tuple[int, float]:
    async def once() -> int:
        async with store.pool.acquire() as connection, connection.transaction():
            cause = uuid4()
            told = await connection.execute(sql + _BARE_TOLD, first, batch, utc(20, 9), cause)
        return int(str(told).rsplit(" ", 1)[1])

    return await _every_batch(once)


async def _look(store: Store, what: str, look: Callable[[], Awaitable[object]]) -> Line:
    async def bare() -> None:
        async with store.reading() as connection:
            await connection.fetchval("select 1")

    ours: list[float] = []
    alone: list[float] = []
    for _ in range(LOOKS):
        for times, operation in ((ours, look), (alone, bare)):
            began = time.perf_counter()
            await operation()
            times.append((time.perf_counter() - began) * MILLISECONDS)
    mine, other = median(ours), median(alone)
    return Line(what, f"{mine:.2f} ms", f"{other:.2f} ms", mine / other)


def _line(what: str, ours: tuple[int, float], bare: tuple[int, float]) -> Line:
    rate, alone = ours[0] / ours[1], bare[0] / bare[1]
    said = f"{what}: {ours[0]:,} in {ours[1]:.1f} s"
    return Line(said, f"{rate:,.0f} /s", f"{alone:,.0f} /s", rate / alone)


async def _measured(infrastructure: Infrastructure, number: int) -> list[Line]:
    burst = max(number // 5, 100)
    kinds = {BURST: burst, BESIDE: burst, MOVED: number, ELSEWHERE: 10 * number}
    await fill(infrastructure, kinds)
    async with opened(infrastructure, SERVICE) as store:
        clock = SetClock(utc(5, 22))
        store.clock = clock
        tracing = Tracing(SERVICE, None)
        watching = Watcher(store, tracing, Metrics())
        lines = [await _look(store, "idle look for what is due", watching.sweep)]

        clock.instant = BURST.next_at
        fired = await _fire_all(store, tracing)
        lines.append(await _beside_bare(infrastructure, store, "due at one instant", fired))

        recount = CalendarRecount(store, tracing)
        await recount.look()
        document = document_of(WITH_A_HOLIDAY)
        async with store.transaction(uuid4(), "benchmark") as tx:
            await receive(tx, document, read_version(document, WITH_A_HOLIDAY.version))
        clock.instant = BESIDE.next_at

        async def once() -> int:
            return (await recount.look()).counted

        moved, beside = await asyncio.gather(_every_batch(once), _fire_all(store, tracing))
        sys.stdout.write(f"while it moved, {beside[0]:,} were fired in {beside[1]:.1f} s\n")
        after = await _look(store, "idle look for what a calendar moves", recount.look)
        await _nothing_twice(store, number, burst)
        await fill(infrastructure, {MOVED: number})
        bare = await _bare(store, _BARE_MOVE, MOVED.late_from.date(), calendar_recount.BATCH)
        lines += [_line("moved by a calendar", moved, bare), after]
    return lines


async def _fire_all(store: Store, tracing: Tracing) -> tuple[int, float]:
    began = time.perf_counter()
    watchers = [Watcher(store, tracing, Metrics()) for _ in range(WATCHERS)]
    done = await asyncio.gather(*(_every_batch(each.sweep) for each in watchers))
    return sum(number for number, _ in done), time.perf_counter() - began


async def _beside_bare(
    infrastructure: Infrastructure, store: Store, what: str, fired: tuple[int, float]
) -> Line:
    await fill(infrastructure, {BURST: fired[0]})
    return _line(what, fired, await _bare(store, _BARE_FIRE, BURST.next_at, watcher.BATCH))


async def _nothing_twice(store: Store, number: int, burst: int) -> None:
    """A figure of something that went wrong is no figure."""
    sql = "select count(*), count(distinct event_id) from outbox where type like $1"
    counted: dict[str, Any] = {}
    async with store.reading() as connection:
        for verb in ("deadline.moved", "review.due"):
            counted[verb] = tuple(await connection.fetchrow(sql, f"%{verb}%"))
    if counted != {"deadline.moved": (number,) * 2, "review.due": (2 * burst,) * 2}:
        raise RuntimeError(f"not what was to be told: {counted}")


def main(number: int) -> None:
    with tempfile.TemporaryDirectory(prefix="vigil-clocks-") as place:
        infrastructure = start_infrastructure(Path(place) / "infrastructure", durable=True)
        try:
            provision(infrastructure, SYSTEMS)
            run_migration(infrastructure, SERVICE)
            lines = asyncio.run(_measured(infrastructure, number))
        finally:
            infrastructure.stop()
    sys.stdout.write(f"{10 * number:,} open deadlines are elsewhere\n\n{show(lines)}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
