"""What Postgres takes for the rows of firings and moves alone: by few statements, without a look
at rules, without a claim of cases, without the order of a stream."""

import time
from asyncio import gather
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from uuid import uuid4

from shared.messaging.store import Store

_FIRE = """
with chosen as (
    select deadline_id, case_id from deadline where next_at = $1 limit $2
    for update skip locked
), fired as (
    insert into firing (deadline_id, revision, kind, due_at, fired_at, event_id)
    select deadline_id, 1, 'due_soon', $1, $1, gen_random_uuid() from chosen
), silent as (
    update deadline set next_at = late_from, next_kind = 'overdue'
    from chosen where deadline.deadline_id = chosen.deadline_id
)"""
_MOVE = """
with chosen as (
    select deadline_id, case_id from deadline
    where next_at is not null and calendar_version = $6 and due_date >= $1 limit $2
), put_away as (
    insert into deadline_revision (deadline_id, case_id, cycle, rule, revision, rule_version,
        rule_set, force, calendar_version, started_at, caused_by, due_date, late_from,
        alternatives, state, traceparent, synthetic, superseded_at, superseded_by)
    select deadline_id, case_id, cycle, rule, revision, rule_version, rule_set, force,
        calendar_version, started_at, caused_by, due_date, late_from, alternatives, state,
        traceparent, synthetic, now(), $5
    from deadline join chosen using (deadline_id, case_id)
), moved as (
    update deadline set revision = 2, due_date = due_date + 1, moved_at = now(),
        calendar_version = 'bare', next_at = next_at + interval '1 day',
        late_from = late_from + interval '1 day'
    from chosen where deadline.deadline_id = chosen.deadline_id
)"""
_TOLD = """, numbered as (
    insert into numbered_stream as known (stream, last_sequence)
    select 'case/' || case_id, count(*) from chosen group by 1 order by 1
    on conflict (stream) do update set last_sequence = known.last_sequence + excluded.last_sequence
), told as (
    insert into outbox (event_id, topic, key, stream, sequence, type, happened_at, recorded_at,
        headers, payload)
    select gen_random_uuid(), 'bare', 'case/' || case_id, 'bare/' || gen_random_uuid(), 1, 'bare',
        now(), now(), $3::jsonb, $4::bytea
    from chosen
)
insert into audit (at, actor, action, object, cause, codes)
select now(), 'bare', 'bare', deadline_id::text, $5,
    jsonb_build_object('case', case_id, 'cycle', 1, 'rule', 'DL02', 'revision', 2)
from chosen
"""

Done = tuple[int, float]
"""How many, in how many seconds."""


async def every_batch(*at_once: Callable[[], Awaitable[int]]) -> Done:
    """Each of these again and again until it finds nothing, beside each other."""

    async def until_nothing(once: Callable[[], Awaitable[int]]) -> int:
        done = 0
        while found := await once():
            done += found
        return done

    began = time.perf_counter()
    done = await gather(*map(until_nothing, at_once))
    return sum(done), time.perf_counter() - began


async def fire(store: Store, due_at: datetime, batch: int, at_once: int) -> Done:
    like = await _like(store, "review.due")

    async def once() -> int:
        async with store.pool.acquire() as connection, connection.transaction():
            told = await connection.execute(_FIRE + _TOLD, due_at, batch, *like, uuid4())
        return int(str(told).rsplit(" ", 1)[1])

    return await every_batch(*[once] * at_once)


async def move(store: Store, first: date, batch: int, calendar: str) -> Done:
    like = await _like(store, "deadline.moved")

    async def once() -> int:
        async with store.pool.acquire() as connection, connection.transaction():
            told = await connection.execute(_MOVE + _TOLD, first, batch, *like, uuid4(), calendar)
        return int(str(told).rsplit(" ", 1)[1])

    return await every_batch(once)


async def _like(store: Store, topic: str) -> tuple[object, bytes]:
    """Headers and data of an event of ours, for rows of the same size."""
    async with store.reading() as connection:
        row = await connection.fetchrow(
            "select headers, payload from outbox where topic = $1 limit 1", topic
        )
    return row["headers"], row["payload"]
