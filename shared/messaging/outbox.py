"""Events are written into the store with the change they speak of; only the relay publishes."""

import json
from datetime import datetime
from secrets import token_hex
from uuid import UUID, uuid5

from shared.contracts.catalogue import (
    EVENT_TYPES,
    VOIDED,
    replies_topic,
    source_of,
    type_for,
    type_of,
)
from shared.contracts.envelope import SEQUENCE_WIDTH, Envelope, correlation_of, derived_id
from shared.contracts.messaging_events import EventVoided
from shared.contracts.payload import Payload
from shared.contracts.region_events import SharedPayload
from shared.contracts.region_topics import correlation_of_subject, shared_topic, shared_type
from shared.contracts.sharing_codes import SharedTopic
from shared.contracts.wire import headers_of, shared_headers_of
from shared.messaging.store import Tx
from shared.telemetry.tracing import current_traceparent

_NUMBERED = """
with numbered as (
    insert into numbered_stream as known (stream, last_sequence)
    select $4::text, 1 where not exists (select 1 from outbox where event_id = $1)
    on conflict (stream) do update set last_sequence = known.last_sequence + 1
    returning last_sequence
)
insert into outbox (event_id, topic, key, stream, sequence, type, happened_at, recorded_at, headers,
                    payload)
select $1::uuid, $2, $3, $4, last_sequence, $5, $6::timestamptz, $7::timestamptz,
       $8::text::jsonb || jsonb_build_object('ce_sequence', lpad(last_sequence::text, $10, '0')),
       $9::bytea
from numbered
"""
_NUMBERED_TOGETHER = """
with said as (
    select distinct on (event_id) *
    from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
                $7::timestamptz[], $8::text[], $9::bytea[], $10::int[])
        with ordinality as given (event_id, topic, key, stream, type, happened_at, recorded_at,
                                  headers, payload, width, place)
    order by event_id, place
), fresh as (
    select *, row_number() over (partition by stream order by place)
              - count(*) over (partition by stream) as before_last
    from said
    where (select known.event_id from outbox known where known.event_id = said.event_id) is null
), numbered as (
    insert into numbered_stream as known (stream, last_sequence)
    select stream, count(*) from fresh group by stream order by stream
    on conflict (stream) do update set last_sequence = known.last_sequence + excluded.last_sequence
    returning stream, last_sequence
)
insert into outbox (event_id, topic, key, stream, sequence, type, happened_at, recorded_at, headers,
                    payload)
select event_id, topic, key, stream, last_sequence + before_last, type, happened_at, recorded_at,
       headers::jsonb || jsonb_build_object(
           'ce_sequence', lpad((last_sequence + before_last)::text, width, '0')),
       payload
from fresh join numbered using (stream) order by place
"""
"""The same for many events of many streams: each stream's row is locked and counted up once."""
_UNNUMBERED = """
insert into outbox (event_id, topic, key, stream, type, happened_at, recorded_at, headers, payload)
values ($1, $2, $3, $4, $5, $6, $7, $8::text::jsonb, $9)
on conflict (event_id) do nothing
"""
_TOPIC_OF = {event.type: event.topic for event in EVENT_TYPES}


async def emit(
    tx: Tx,
    data: Payload,
    stream: str,
    *,
    happened_at: datetime,
    topic: str | None = None,
    about: str = "",
) -> UUID:
    """Adds one event of `stream` to the outbox; it commits with the caller's transaction.

    Numbers it under the stream's row lock, which is taken last, when the transaction is flushed.
    The same cause makes the same id, so on a second run nothing is added. `topic` is only needed
    where one event class stands in several topics. `about` tells apart what one cause says of
    several things, where on a second run it may say less: by their order alone one would get the
    id of another and be lost.
    Returns the event's id.
    """
    type_ = type_of(topic) if topic else type_for(type(data)).type
    cause = uuid5(tx.cause, about) if about else tx.cause
    event_id = derived_id(cause, type_, stream, tx.next_ordinal(type_, stream + about))
    envelope = _envelope(tx, type_, event_id, stream, happened_at, current_traceparent())
    row = _row(topic or _TOPIC_OF[type_], stream, envelope, data)
    tx.write_later(
        _NUMBERED,
        *row,
        SEQUENCE_WIDTH,
        point="consumer.outbox_written",
        together=_NUMBERED_TOGETHER,
    )
    tx.emitted += 1
    return event_id


async def reply(
    tx: Tx, data: Payload, system: str, key: str, type_: str, traceparent: str | None
) -> UUID:
    """Adds an answer to a sending system. No number, no case id, and the trace is the sender's.

    `key` is the sender's own id of what is answered.
    """
    stream = f"reply/{system}"
    event_id = derived_id(tx.cause, type_, stream, tx.next_ordinal(type_, stream))
    envelope = _envelope(tx, type_, event_id, stream, tx.now, traceparent, numbered=False)
    row = _row(replies_topic(system), key, envelope, data)
    tx.write_later(_UNNUMBERED, *row, point="consumer.outbox_written")
    tx.emitted += 1
    return event_id


async def tell_region(
    tx: Tx,
    data: SharedPayload,
    topic: SharedTopic,
    subject: str,
    event_id: UUID,
    *,
    synthetic: bool,
) -> None:
    """Adds an event of a region to the outbox. No number, no cause, a trace of its own, and for
    its time that of this transaction: nothing that leads back to where it came from."""
    type_ = shared_type(topic)
    envelope = Envelope(
        id=event_id,
        source=source_of(tx.service),
        type=type_,
        time=tx.now,
        recordedtime=tx.now,
        subject=subject,
        correlationid=correlation_of_subject(subject),
        synthetic=synthetic,
        traceparent=f"00-{token_hex(16)}-{token_hex(8)}-01",
    )
    row = _row(shared_topic(data.region, topic), subject, envelope, data)
    headers = json.dumps(shared_headers_of(envelope))
    tx.write_later(_UNNUMBERED, *row[:7], headers, row[8], point="consumer.outbox_written")
    tx.emitted += 1


async def void(tx: Tx, position: int, reason: str) -> None:
    """Replaces what the broker refuses for ever by an event that says so, under the same number.

    The replacement is a new event (its own id) at the same position and number.
    """
    row = await tx.fetchrow("select * from outbox where position = $1 for update", position)
    if row is None or row["published_at"] is not None:
        return
    event_id = derived_id(row["event_id"], VOIDED, row["stream"], 0)
    headers = dict(row["headers"]) | {
        "ce_id": str(event_id),
        "ce_type": VOIDED,
        "ce_causationid": str(row["event_id"]),
        "ce_dataschema": f"urn:vigil:schema:{VOIDED}",
    }
    payload = EventVoided(voided_type=row["type"], reason=reason).model_dump_json().encode()
    await tx.execute(
        """update outbox set event_id = $2, type = $3, headers = $4, payload = $5
           where position = $1""",
        position,
        event_id,
        VOIDED,
        headers,
        payload,
    )


def _envelope(
    tx: Tx,
    type_: str,
    event_id: UUID,
    stream: str,
    happened_at: datetime,
    traceparent: str | None,
    *,
    numbered: bool = True,
) -> Envelope:
    """Its number is given by the statement that writes it; what stands here is not kept."""
    return Envelope(
        id=event_id,
        source=source_of(tx.service),
        type=type_,
        time=happened_at,
        recordedtime=tx.now,
        subject=stream,
        correlationid=correlation_of(stream),
        causationid=tx.cause if tx.caused_by_event and numbered else None,
        sequence=1 if numbered else None,
        synthetic=tx.synthetic,
        traceparent=traceparent,
    )


def _row(topic: str, key: str, envelope: Envelope, data: Payload) -> tuple[object, ...]:
    return (
        envelope.id,
        topic,
        key,
        envelope.subject,
        envelope.type,
        envelope.time,
        envelope.recordedtime,
        json.dumps(headers_of(envelope)),
        data.model_dump_json().encode(),
    )
