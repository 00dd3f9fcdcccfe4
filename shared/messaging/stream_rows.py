"""The rows of one (source, stream) in Postgres, locked: where the order rule meets the store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from shared.contracts.catalogue import event_type
from shared.contracts.envelope import Envelope
from shared.contracts.wire import Incoming, read_inside
from shared.messaging.crash_points import crash_point
from shared.messaging.order import Occupancy, Outcome
from shared.messaging.quarantining import put_in_quarantine
from shared.messaging.store import Tx
from shared.messaging.stored_record import from_bytes, to_bytes


@dataclass(frozen=True)
class PlacedEvent:
    """An incoming event with stream and number. `fault`: why its envelope cannot be read."""

    incoming: Incoming
    stream: str
    sequence: int

    @property
    def event_id(self) -> UUID:
        return self.incoming.event_id

    @property
    def envelope(self) -> Envelope | None:
        return self.incoming.envelope

    @cached_property
    def type_known(self) -> bool:
        """A record that cannot be read is stopped when its turn comes, not kept waiting."""
        type_ = self.incoming.type
        known = type_ is not None and (event_type(type_) is not None or type_ == VOIDED_TYPE)
        return known or self.incoming.fault is not None


VOIDED_TYPE = "uk.vigil.event.voided.v1"


def placed(incoming: Incoming) -> PlacedEvent | None:
    """The event if it says where it belongs, else None."""
    if incoming.stream is None or incoming.sequence is None:
        return None
    return PlacedEvent(incoming, incoming.stream, incoming.sequence)


class PostgresStream:
    """StreamRows in the store. Made by `lock_stream` alone; lives as long as the transaction."""

    def __init__(self, tx: Tx, source: str, stream: str, next_sequence: int) -> None:
        self.tx = tx
        self.source = source
        self.stream = stream
        self.next_sequence = next_sequence
        self._held: bool | None = None
        self._anything_waits = True

    async def is_held(self) -> bool:
        if self._held is None:
            self._held = bool(
                await self.tx.fetchval(
                    """select exists (select 1 from quarantine
                                      where source = $1 and stream = $2 and status = 'open')""",
                    self.source,
                    self.stream,
                )
            )
        return self._held

    async def occupancy(self, event: PlacedEvent) -> Occupancy:
        """Looks, in the same statement, whether the stream is held and whether anything waits:
        nobody else can change that while its row is locked."""
        rows = await self.tx.fetch(
            """select 'taken' as what, source, stream, sequence, event_id from inbox
               where (source, stream, sequence) = ($1, $2, $3) or event_id = $4
               union all
               select 'taken', source, stream, sequence, event_id from parked
               where (source, stream, sequence) = ($1, $2, $3) or event_id = $4
               union all
               select 'taken', source, stream, sequence, event_id from quarantine
               where status = 'open' and kind = 'in_place'
                 and ((source, stream, sequence) = ($1, $2, $3) or event_id = $4)
               union all
               select 'held', null, null, null, null
               where exists (select 1 from quarantine
                             where source = $1 and stream = $2 and status = 'open')
               union all
               select 'waiting', null, null, null, null
               where exists (select 1 from parked where source = $1 and stream = $2)""",
            self.source,
            self.stream,
            event.sequence,
            event.event_id,
        )
        self._held = any(row["what"] == "held" for row in rows)
        self._anything_waits = any(row["what"] == "waiting" for row in rows)
        place = (self.source, self.stream, event.sequence)
        taken = [
            ((row["source"], row["stream"], row["sequence"]), row["event_id"])
            for row in rows
            if row["what"] == "taken"
        ]
        holder = next((event_id for where, event_id in taken if where == place), None)
        return Occupancy(holder, any(where != place for where, _ in taken))

    async def park(self, event: PlacedEvent) -> None:
        self._anything_waits = True
        await self.tx.execute(
            """insert into parked (source, stream, sequence, event_id, type, record, parked_at)
               values ($1, $2, $3, $4, $5, $6, $7)""",
            self.source,
            self.stream,
            event.sequence,
            event.event_id,
            event.incoming.type,
            to_bytes(event.incoming.record),
            self.tx.now,
        )

    async def parked_next(self) -> PlacedEvent | None:
        if not self._anything_waits:
            return None
        stored = await self.tx.fetchval(
            "select record from parked where (source, stream, sequence) = ($1, $2, $3)",
            self.source,
            self.stream,
            self.next_sequence,
        )
        if stored is None:
            return None
        return placed(read_inside(from_bytes(stored), self.source.rpartition("/")[2]))

    async def take_place(self, event: PlacedEvent, outcome: Outcome) -> None:
        record = event.incoming.record
        await self.tx.execute(
            """with used as (
                   insert into inbox (source, stream, sequence, event_id, type, topic,
                                      kafka_partition, kafka_offset, outcome, applied_at)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
               ), gone as (
                   delete from parked where (source, stream, sequence) = ($1, $2, $3)
               )
               update consumed_stream set next_sequence = $3::bigint + 1
               where (source, stream) = ($1, $2)""",
            self.source,
            self.stream,
            event.sequence,
            event.event_id,
            event.incoming.type or "unreadable",
            record.topic,
            record.partition,
            record.offset,
            outcome,
            self.tx.now,
        )
        crash_point("consumer.inbox_written")
        self.next_sequence = event.sequence + 1

    async def quarantine(self, event: PlacedEvent, reason: str, *, takes_place: bool) -> None:
        self._held = None
        await self.tx.execute(
            "delete from parked where (source, stream, sequence, event_id) = ($1, $2, $3, $4)",
            self.source,
            self.stream,
            event.sequence,
            event.event_id,
        )
        await put_in_quarantine(
            self.tx, event.incoming, reason, "in_place" if takes_place else "conflict"
        )

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """What was left to be written before it is written outside it, what comes inside goes
        with it."""
        await self.tx.flush()
        async with self.tx.connection.transaction():
            try:
                yield
                await self.tx.flush()
            except BaseException:
                self.tx.unwritten.clear()
                raise


async def lock_stream(tx: Tx, source: str, stream: str) -> PostgresStream:
    """Locks the stream's row, which the upsert makes if need be: there is always one to lock.

    First of all locks of a transaction; several streams in sorted order.
    """
    (row,) = await tx.fetch(
        """insert into consumed_stream as known (source, stream) values ($1, $2)
           on conflict (source, stream) do update set next_sequence = known.next_sequence
           returning next_sequence,
                     exists (select 1 from erased_case gone where gone.stream = known.stream)
                         as erased""",
        source,
        stream,
    )
    if row["erased"]:
        tx.erased.add(stream)
    return PostgresStream(tx, source, stream, row["next_sequence"])
