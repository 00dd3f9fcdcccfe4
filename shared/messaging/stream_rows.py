"""The rows of one (source, stream) in Postgres, locked: where the order rule meets the store."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.catalogue import event_type
from shared.contracts.envelope import Envelope, case_of, correlation_of
from shared.contracts.messaging_events import CaseHeld
from shared.contracts.wire import Incoming, read_inside
from shared.messaging.audit import audit
from shared.messaging.order import Occupancy, Outcome
from shared.messaging.outbox import emit
from shared.messaging.store import Row, Tx
from shared.messaging.stored_record import digest, from_bytes, to_bytes
from shared.sealing.envelope import seal


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

    async def is_held(self) -> bool:
        return bool(
            await self.tx.fetchval(
                """select exists (select 1 from quarantine
                                  where source = $1 and stream = $2 and status = 'open')""",
                self.source,
                self.stream,
            )
        )

    async def occupancy(self, event: PlacedEvent) -> Occupancy:
        rows = await self.tx.fetch(
            """select sequence, event_id from inbox
               where (source, stream, sequence) = ($1, $2, $3) or event_id = $4
               union all
               select sequence, event_id from parked
               where (source, stream, sequence) = ($1, $2, $3) or event_id = $4
               union all
               select sequence, event_id from quarantine
               where status = 'open' and kind = 'in_place'
                 and ((source, stream, sequence) = ($1, $2, $3) or event_id = $4)""",
            self.source,
            self.stream,
            event.sequence,
            event.event_id,
        )
        holder = next((row["event_id"] for row in rows if row["sequence"] == event.sequence), None)
        return Occupancy(holder, any(row["sequence"] != event.sequence for row in rows))

    async def park(self, event: PlacedEvent) -> None:
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
            """insert into inbox (source, stream, sequence, event_id, type, topic,
                                  kafka_partition, kafka_offset, outcome, applied_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
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
        await self.tx.execute(
            "delete from parked where (source, stream, sequence) = ($1, $2, $3)",
            self.source,
            self.stream,
            event.sequence,
        )
        await self.tx.execute(
            "update consumed_stream set next_sequence = $3 where (source, stream) = ($1, $2)",
            self.source,
            self.stream,
            event.sequence + 1,
        )
        self.next_sequence = event.sequence + 1

    async def quarantine(self, event: PlacedEvent, reason: str, *, takes_place: bool) -> None:
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

    def savepoint(self) -> Any:
        return self.tx.connection.transaction()


async def lock_stream(tx: Tx, source: str, stream: str) -> PostgresStream:
    """Locks the stream's row, which the upsert makes if need be: there is always one to lock.

    First of all locks of a transaction; several streams in sorted order.
    """
    next_sequence = await tx.fetchval(
        """insert into consumed_stream as stream (source, stream) values ($1, $2)
           on conflict (source, stream) do update set next_sequence = stream.next_sequence
           returning next_sequence""",
        source,
        stream,
    )
    return PostgresStream(tx, source, stream, next_sequence)


async def put_in_quarantine(
    tx: Tx, incoming: Incoming, reason: str, kind: str, *, may_reopen: bool = True
) -> UUID | None:
    """Keeps the record, sealed, and says so in the case's own stream.

    None when this position is in quarantine already or was settled by a person; a record that was
    released and failed again opens its row anew.
    """
    record = incoming.record
    quarantine_id = uuid4()
    key = tx.keyring.new_data_key()
    sealed = seal(
        tx.keyring.opened(key),
        to_bytes(record),
        table="quarantine",
        column="sealed_record",
        row=f"{record.topic}/{record.partition}/{record.offset}",
        case=correlation_of(incoming.stream or "none"),
    )
    row: Row | None = await tx.fetchrow(
        """insert into quarantine as held
               (quarantine_id, source, stream, sequence, event_id, type, topic, kafka_partition,
                kafka_offset, kind, reason, payload_sha256, sealed_record, kek_id,
                wrapped_key, quarantined_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
           on conflict (topic, kafka_partition, kafka_offset) do update
               set status = 'open', reason = excluded.reason, attempts = held.attempts + 1,
                   sealed_record = excluded.sealed_record, kek_id = excluded.kek_id,
                   wrapped_key = excluded.wrapped_key,
                   payload_sha256 = excluded.payload_sha256,
                   closed_at = null, closed_by = null, sealed_because = null
               where held.status = 'released' and $17
           returning quarantine_id""",
        quarantine_id,
        incoming.source,
        incoming.stream,
        incoming.sequence,
        incoming.event_id,
        incoming.type,
        record.topic,
        record.partition,
        record.offset,
        kind,
        reason,
        digest(record),
        sealed,
        key.kek_id,
        key.wrapped,
        tx.now,
        may_reopen,
    )
    if row is None:
        return None
    await audit(
        tx,
        "event.quarantined",
        incoming.stream or record.topic,
        reason=reason,
        topic=record.topic,
        kind=kind,
    )
    stream = incoming.stream
    if stream and case_of(stream) and tx.service != "reporting":
        held = CaseHeld(
            source=incoming.source.rpartition("/")[2],
            quarantine_id=row["quarantine_id"],
            reason=reason,
        )
        await emit(tx, held, stream, happened_at=tx.now, topic=f"{tx.service}.case.held")
    return row["quarantine_id"]  # type: ignore[no-any-return]
