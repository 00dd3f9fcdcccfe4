"""Putting a record into quarantine: sealed, with its reason, until a person settles it."""

from uuid import UUID, uuid4

from shared.contracts.envelope import case_of, correlation_of
from shared.contracts.messaging_events import CaseHeld
from shared.contracts.wire import Incoming
from shared.messaging.audit import audit
from shared.messaging.outbox import emit
from shared.messaging.store import Row, Tx
from shared.messaging.stored_record import digest, to_bytes
from shared.sealing.envelope import seal


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
