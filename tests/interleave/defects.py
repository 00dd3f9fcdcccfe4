"""Production code with one mistake put in on purpose, to see that it would be found."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from typing import Any
from uuid import UUID

import pytest

from services.rapid_review_timer import case_store
from services.rapid_review_timer.case_store import LinkGroup
from shared.contracts.wire import Incoming
from shared.messaging.consumed_offsets import store_offset
from shared.messaging.facts import Fact, facts_of
from shared.messaging.order import Outcome, Verdict, receive
from shared.messaging.receiving import Receiver
from shared.messaging.relay import Relay
from shared.messaging.store import Store, Tx
from shared.messaging.stream_rows import PlacedEvent, PostgresStream, lock_stream, placed
from tests.interleave.deliveries import METRICS, TRACING, registry


def a_row_lock_that_has_nothing_to_lock(patched: pytest.MonkeyPatch) -> None:
    """A stream's first event finds no row, and two of them at once do not see each other."""
    seen: dict[tuple[int, str], int] = {}

    async def lock_existing(tx: Tx, source: str, stream: str) -> PostgresStream:
        number = await tx.fetchval(
            """select next_sequence from consumed_stream
               where (source, stream) = ($1, $2) for update""",
            source,
            stream,
        )
        if number is None:
            await tx.execute(
                """insert into consumed_stream (source, stream) values ($1, $2)
                   on conflict do nothing""",
                source,
                stream,
            )
        number = seen.setdefault((id(tx), stream), number or 1)
        return PostgresStream(tx, source, stream, number)

    async def lock_each(tx: Tx, source: str, streams: Iterable[str]) -> dict[str, int]:
        each = [await lock_existing(tx, source, stream) for stream in sorted(streams)]
        return {rows.stream: rows.next_sequence for rows in each}

    patched.setattr("shared.messaging.receiving.lock_stream", lock_existing)
    patched.setattr("shared.messaging.foreseen.lock_streams", lock_each)


class _PlacesLater(PostgresStream):
    """Keeps what it should write into the inbox."""

    def __init__(self, rows: PostgresStream) -> None:
        super().__init__(rows.tx, rows.source, rows.stream, rows.next_sequence)
        self.later: list[tuple[PlacedEvent, Outcome]] = []

    async def take_place(self, event: PlacedEvent, outcome: Outcome) -> None:
        self.later.append((event, outcome))
        self.next_sequence = event.sequence + 1


class InboxOutsideTheTransaction(Receiver):
    """The effect commits first, what says that it happened in a transaction of its own."""

    async def _take(self, arrived: Sequence[Incoming]) -> Counter[Verdict]:
        return Counter([await self._take_one(incoming) for incoming in arrived])

    async def _take_one(self, incoming: Incoming) -> Verdict:
        event = placed(incoming)
        assert event is not None
        async with self.store.transaction(incoming.event_id, "consumer") as tx:
            rows = _PlacesLater(await lock_stream(tx, incoming.source, event.stream))
            verdict = await receive(rows, event, self.applier(tx))
        async with self.store.transaction(incoming.event_id, "consumer") as tx:
            inbox = await lock_stream(tx, incoming.source, event.stream)
            for each, outcome in rows.later:
                await inbox.take_place(each, outcome)
            await store_offset(tx, incoming.record)
        return verdict


def inbox_outside_the_transaction(store: Store) -> Receiver:
    return InboxOutsideTheTransaction("intake", store, registry, TRACING, METRICS)


def a_drain_without_savepoints(patched: pytest.MonkeyPatch) -> None:
    patched.setattr(PostgresStream, "savepoint", lambda _: nullcontext())


class RelayByCursor(Relay):
    """Reads what lies behind the last position that it published."""

    async def _lead(self, connection: Any) -> None:
        producer = self.new_producer()
        last = await connection.fetchval(
            "select coalesce(max(position), 0) from outbox where published_at is not null"
        )
        while True:
            rows = await connection.fetch(
                "select * from outbox where position > $1 order by position limit 500", last
            )
            if rows:
                await self._publish(connection, producer, rows)
                last = rows[-1]["position"]
            await asyncio.sleep(0)


def facts_read_before_the_case_is_locked(patched: pytest.MonkeyPatch) -> None:
    """What another transaction adds while this one waits for the lock is not looked at."""
    lock, read = case_store.lock_link_group, facts_of
    early: dict[int, list[Fact]] = {}

    async def read_then_lock(tx: Tx, case_id: UUID, linked_to: UUID | None) -> LinkGroup:
        early[id(tx)] = await read(tx, [case_id])
        return await lock(tx, case_id, linked_to)

    async def read_already(tx: Tx, _: LinkGroup) -> list[Fact]:
        return early.pop(id(tx))

    patched.setattr(case_store, "lock_link_group", read_then_lock)
    patched.setattr("services.rapid_review_timer.keep_clocks.known_facts", read_already)


def unsorted_locks(patched: pytest.MonkeyPatch) -> None:
    """Each transaction locks the cases in the order in which its own event names them."""

    async def lock_as_named(tx: Tx, *case_ids: UUID) -> list[UUID]:
        for case_id in case_ids:
            await tx.execute(
                """insert into notice_case as held (case_id, synthetic) values ($1, $2)
                   on conflict (case_id) do update set synthetic = held.synthetic""",
                case_id,
                tx.synthetic,
            )
        return sorted(case_ids)

    patched.setattr("services.panel_notification.notice_store.lock_group", lock_as_named)
