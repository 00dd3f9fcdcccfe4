"""Brings a restored store up to what its service has said and taken in, and opens the service.

Its own events come back from its topics; what it had applied it applies again from where the store
stands to where its groups had come, beside the groups, so that their offsets stay what they are.
What neither gives back is listed for a person. Stopped half way it is simply run again: each step
finds what the one before it left, and the service stays shut until the last.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4
from zlib import crc32

from aiokafka import TopicPartition

from shared.messaging.audit import audit
from shared.messaging.behind import (
    BEGUN,
    FINISHED,
    Conflict,
    Followed,
    applied_offsets,
    committed_of,
    conflicts,
    unfinished_run,
)
from shared.messaging.operator_action import record_action
from shared.messaging.receiving import ConsumerPaused
from shared.messaging.relay import relay_lock
from shared.messaging.restoring import CannotReconcile, ForAPerson, Restorable, Run
from shared.messaging.store import Store
from shared.messaging.subscribing import record_of
from shared.messaging.taking_back import Divergence, diverging, take_back
from shared.messaging.topic_reader import TopicReader, topic_reader

APPLIED_AT_ONCE = 100


@dataclass
class Found:
    """`conflicts` as found before anything was done; `for_a_person` after."""

    conflicts: list[Conflict]
    taken_back: int = 0
    applied: int = 0
    for_a_person: list[ForAPerson] = field(default_factory=list)


async def look(node: Restorable) -> Found:
    """What says that the store is behind, every single event. Changes nothing."""
    async with topic_reader(node.gate.access) as reader:
        return Found((await _everything(node, reader))[0])


async def reconcile(node: Restorable, *, name: str, reason: str) -> Found:
    """Does it. Finds nothing where nothing is to be done. Raises CannotReconcile."""
    store = node.gate.store
    async with topic_reader(node.gate.access) as reader, _alone(store) as connection:
        found_conflicts, diverged = await _everything(node, reader)
        found = Found(found_conflicts)
        if not found_conflicts:
            return found
        groups = [each.group for each in node.gate.followed]
        relay = relay_lock(store.service)
        relay_is_off = await connection.fetchval("select pg_try_advisory_lock($1)", relay)
        if not relay_is_off or await reader.has_members(groups):
            raise CannotReconcile("still_running")
        run = await _begin(store, name, reason)
        found.for_a_person += await _take_back(run, diverged, found)
        if node.settling:
            await node.settling.before_catching_up(run)
        store.catching_up = True
        try:
            found.for_a_person += await _catch_up(node, reader, found)
        finally:
            store.catching_up = False
        if node.settling:
            found.for_a_person += await node.settling.after_catching_up(run)
        found.for_a_person += await _stopped_again(store)
        await _finish(run, reason, found)
    return found


async def _everything(node: Restorable, reader: TopicReader) -> tuple[list[Conflict], Divergence]:
    gate = node.gate
    quick = await conflicts(reader, gate.store, (), gate.followed)
    diverged = await diverging(reader, gate.store, gate.own_topics)
    return [*quick, *diverged.conflicts], diverged


@asynccontextmanager
async def _alone(store: Store) -> AsyncIterator[Any]:
    """The connection that holds the lock: no second reconcile runs."""
    async with store.pool.acquire() as connection:
        own = crc32(f"vigil reconcile {store.service}".encode())
        if not await connection.fetchval("select pg_try_advisory_lock($1)", own):
            raise CannotReconcile("reconcile_is_running")
        try:
            yield connection
        finally:
            await connection.execute("select pg_advisory_unlock_all()")


async def _begin(store: Store, name: str, reason: str) -> Run:
    async with store.reading() as connection:
        unfinished = await unfinished_run(connection)
    run_id = unfinished or uuid4()
    async with store.transaction(run_id, f"reconcile:{name}") as tx:
        action = BEGUN if unfinished is None else "reconcile.resumed"
        await record_action(tx, action, str(run_id), name=name, reason=reason)
    return Run(run_id, store, name)


async def _take_back(run: Run, diverged: Divergence, found: Found) -> list[ForAPerson]:
    listed = []
    for stream in sorted({*diverged.missing, *diverged.unmarked}):
        async with run.transaction(f"take back {stream}") as tx:
            refused = await take_back(tx, run.run_id, stream, diverged)
        found.taken_back += len(diverged.missing.get(stream, {}))
        listed += refused
    return [
        ForAPerson("two_events_under_one_number", each.stream or "", each.codes())
        for each in (*listed, *diverged.other_number)
    ]


async def _catch_up(node: Restorable, reader: TopicReader, found: Found) -> list[ForAPerson]:
    """Each source in turn: what a front door takes in rests on what other services have said."""
    listed: list[ForAPerson] = []
    committed = await committed_of(reader, node.gate.followed)
    for each in node.gate.followed:
        listed += await _catch_up_with(node, reader, each, committed[each.group], found)
    for receiver in node.receivers:
        while await receiver.sweep():
            pass
    return listed


async def _catch_up_with(
    node: Restorable,
    reader: TopicReader,
    followed: Followed,
    committed: dict[TopicPartition, int],
    found: Found,
) -> list[ForAPerson]:
    store = node.gate.store
    async with store.reading() as connection:
        applied = await applied_offsets(connection)
    begins = await reader.begins(committed)
    ranges = {
        p: (applied.get(p, 0), end) for p, end in committed.items() if applied.get(p, 0) < end
    }

    async def take(raws: Sequence[Any]) -> None:
        for first in range(0, len(raws), APPLIED_AT_ONCE):
            await _apply(node, followed, raws[first : first + APPLIED_AT_ONCE])
        found.applied += len(raws)

    await reader.read(ranges, take)
    for partition, (_, end) in ranges.items():
        async with store.transaction(uuid4(), "reconcile") as tx:
            await tx.execute(
                """insert into consumed_offset as known (topic, kafka_partition, next_offset)
                   values ($1, $2, $3) on conflict (topic, kafka_partition)
                   do update set next_offset = greatest(known.next_offset, excluded.next_offset)""",
                partition.topic,
                partition.partition,
                end,
            )
    return [
        ForAPerson(
            "records_no_longer_kept",
            partition.topic,
            {"partition": partition.partition, "from": first, "to": min(begins[partition], end)},
        )
        for partition, (first, end) in ranges.items()
        if begins[partition] > first
    ]


async def _apply(node: Restorable, followed: Followed, raws: Sequence[Any]) -> None:
    """Again until the store has them."""
    while True:
        if any(receiver.breaker_open for receiver in node.receivers):
            raise CannotReconcile("breaker_open")
        try:
            return await followed.consume(*map(record_of, raws))
        except ConsumerPaused:
            continue


async def _stopped_again(store: Store) -> list[ForAPerson]:
    """What waits in quarantine now may have been settled by a person before."""
    async with store.reading() as connection:
        rows = await connection.fetch(
            "select quarantine_id, reason from quarantine where status = 'open' order by 1"
        )
    return [
        ForAPerson("in_quarantine", str(row["quarantine_id"]), {"reason": row["reason"]})
        for row in rows
    ]


async def _finish(run: Run, reason: str, found: Found) -> None:
    async with run.transaction("finish") as tx:
        for each in found.for_a_person:
            await audit(tx, "restore.for_a_person", each.about, code=each.code)
        await record_action(
            tx,
            FINISHED,
            str(run.run_id),
            name=run.name,
            reason=reason,
            taken_back=found.taken_back,
            applied=found.applied,
        )
