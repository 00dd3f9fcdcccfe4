"""A restored outbox gets back what its topics have and it lacks.

Rows come back as they were, published; numbers that were given out stay given. An event that was
written into the restored store since under a number that is taken gets the next free one, as it
has reached nobody. A number below the highest that nobody owns was of an event that was lost
before it was sent: `event.voided` takes its place, or every reader would wait for it for ever.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared.contracts.catalogue import VOIDED
from shared.contracts.envelope import SEQUENCE_WIDTH, Envelope, correlation_of, derived_id
from shared.contracts.messaging_events import EventVoided
from shared.contracts.wire import headers_of, instant_of, text_headers
from shared.messaging.audit import audit
from shared.messaging.behind import Conflict, Said, said_in
from shared.messaging.store import Row, Store, Tx
from shared.messaging.topic_reader import TopicReader

TAKEN_BACK = "event.taken_back"
"""In the audit table, one row for each event, its stream as the object."""

ASKED_AT_ONCE = 500


@dataclass
class Divergence:
    """What the own topics have otherwise than the outbox, by stream."""

    missing: dict[str, dict[UUID, tuple[Said, Any]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    unmarked: dict[str, dict[UUID, tuple[Said, Any]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    other_number: list[Conflict] = field(default_factory=list)

    @property
    def conflicts(self) -> list[Conflict]:
        lacking = [
            said.conflict("not_in_store")
            for of_stream in self.missing.values()
            for said, _ in of_stream.values()
        ]
        return [*lacking, *self.other_number]


async def diverging(reader: TopicReader, store: Store, topics: Collection[str]) -> Divergence:
    """Reads the own topics from their beginnings and compares each record with the outbox."""
    found = Divergence()
    ends = await reader.ends(await reader.partitions(topics))

    async def take(raws: Sequence[Any]) -> None:
        for first in range(0, len(raws), ASKED_AT_ONCE):
            await _compare(found, store, raws[first : first + ASKED_AT_ONCE])

    await reader.read({partition: (0, end) for partition, end in ends.items()}, take)
    return found


async def _compare(found: Divergence, store: Store, raws: Sequence[Any]) -> None:
    said_with_raw = [(said, raw) for raw in raws if (said := said_in(raw))]
    async with store.reading() as connection:
        rows = await connection.fetch(
            "select event_id, sequence, published_at from outbox where event_id = any($1)",
            [said.event_id for said, _ in said_with_raw],
        )
    known: dict[UUID, Row] = {row["event_id"]: row for row in rows}
    for said, raw in said_with_raw:
        row = known.get(said.event_id)
        if row is None:
            found.missing[said.stream].setdefault(said.event_id, (said, raw))
        elif row["published_at"] is None:
            found.unmarked[said.stream].setdefault(said.event_id, (said, raw))
        elif row["sequence"] not in (said.number, None):
            found.other_number.append(said.conflict("other_number"))


async def take_back(tx: Tx, run_id: UUID, stream: str, found: Divergence) -> list[Conflict]:
    """Brings one stream of the outbox in line, in the caller's transaction.

    Returns what cannot be: an event of a topic whose number belongs to another that was sent too.
    It stands in the outbox without a number then.
    """
    numbered = stream.partition("/")[0] != "reply"
    last = await _lock_numbers(tx, stream) if numbered else 0
    sent = {**found.missing.get(stream, {}), **found.unmarked.get(stream, {})}
    moved = await _free_numbers(tx, stream, sent)
    conflicts = []
    for event_id, (said, raw) in sorted(sent.items(), key=lambda item: item[1][0].number or 0):
        number = said.number
        if number and await _holder(tx, stream, number) not in (None, event_id):
            conflicts.append(said.conflict("other_number"))
            number = None
            await audit(tx, "event.number_taken", stream, event=str(event_id), number=said.number)
        if event_id in found.missing.get(stream, {}):
            await _insert(tx, said, raw, number)
            await audit(tx, TAKEN_BACK, stream, event=str(event_id), number=number, run=str(run_id))
        else:
            await _mark(tx, said, raw, number)
    if numbered:
        await _complete(tx, stream, last, moved)
    return conflicts


async def _lock_numbers(tx: Tx, stream: str) -> int:
    last: int = await tx.fetchval(
        """insert into numbered_stream as numbered (stream, last_sequence) values ($1, 0)
           on conflict (stream) do update set last_sequence = numbered.last_sequence
           returning last_sequence""",
        stream,
    )
    return last


async def _complete(tx: Tx, stream: str, last: int, moved: Sequence[int]) -> None:
    """Goes on after the highest number there is, and leaves none below it without an event."""
    highest = await tx.fetchval("select max(sequence) from outbox where stream = $1", stream) or 0
    last = max(last, highest)
    for position in moved:
        last += 1
        await _renumber(tx, position, last)
    await _fill(tx, stream, last)
    await tx.execute(
        "update numbered_stream set last_sequence = $2 where stream = $1", stream, last
    )


async def _free_numbers(tx: Tx, stream: str, sent: dict[UUID, tuple[Said, Any]]) -> list[int]:
    """Unsent events give up a number that another has on a topic; their positions, in order."""
    rows = await tx.fetch(
        """update outbox set sequence = null
           where stream = $1 and published_at is null and sequence is not null
             and (event_id = any($2) or sequence = any($3))
           returning position, event_id""",
        stream,
        list(sent),
        [said.number for said, _ in sent.values() if said.number],
    )
    return sorted(row["position"] for row in rows if row["event_id"] not in sent)


async def _holder(tx: Tx, stream: str, number: int) -> UUID | None:
    holder: UUID | None = await tx.fetchval(
        "select event_id from outbox where (stream, sequence) = ($1, $2)", stream, number
    )
    return holder


async def _insert(tx: Tx, said: Said, raw: Any, number: int | None) -> None:
    headers, _ = text_headers(said.record.headers)
    recorded = instant_of(headers.get("ce_recordedtime", "")) or tx.now
    await tx.execute(
        """insert into outbox (event_id, topic, key, stream, sequence, type, happened_at,
                               recorded_at, headers, payload, published_at, kafka_partition,
                               kafka_offset)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
                   to_timestamp($11::double precision / 1000), $12, $13)""",
        said.event_id,
        said.record.topic,
        said.record.key.decode() if said.record.key is not None else None,
        said.stream,
        number,
        headers.get("ce_type", ""),
        instant_of(headers.get("ce_time", "")) or recorded,
        recorded,
        headers,
        said.record.value or b"",
        raw.timestamp,
        said.record.partition,
        said.record.offset,
    )


async def _mark(tx: Tx, said: Said, raw: Any, number: int | None) -> None:
    await tx.execute(
        """update outbox set published_at = to_timestamp($2::double precision / 1000),
               kafka_partition = $3, kafka_offset = $4, sequence = $5
           where event_id = $1""",
        said.event_id,
        raw.timestamp,
        said.record.partition,
        said.record.offset,
        number,
    )


async def _renumber(tx: Tx, position: int, number: int) -> None:
    headers = await tx.fetchval("select headers from outbox where position = $1", position)
    await tx.execute(
        "update outbox set sequence = $2, headers = $3 where position = $1",
        position,
        number,
        dict(headers) | {"ce_sequence": f"{number:0{SEQUENCE_WIDTH}d}"},
    )
    await audit(tx, "event.renumbered", str(position), number=number)


async def _fill(tx: Tx, stream: str, last: int) -> None:
    """A void of the same topic as another event of the stream: it may stand in any."""
    rows = await tx.fetch(
        """select number, (select topic from outbox where stream = $1 limit 1) as topic,
                  (select key from outbox where stream = $1 limit 1) as key
           from generate_series(1, $2::bigint) number
           where not exists (select 1 from outbox where stream = $1 and sequence = number)""",
        stream,
        last,
    )
    for row in rows:
        envelope = Envelope(
            id=derived_id(correlation_of(stream), VOIDED, stream, row["number"]),
            source=f"/vigil/{tx.service}",
            type=VOIDED,
            time=tx.now,
            recordedtime=tx.now,
            subject=stream,
            correlationid=correlation_of(stream),
            sequence=row["number"],
        )
        payload = EventVoided(voided_type="not_known", reason="store_restored")
        await tx.execute(
            """insert into outbox (event_id, topic, key, stream, sequence, type, happened_at,
                                   recorded_at, headers, payload)
               values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9)""",
            envelope.id,
            row["topic"],
            row["key"],
            stream,
            row["number"],
            VOIDED,
            tx.now,
            headers_of(envelope),
            payload.model_dump_json().encode(),
        )
        tx.emitted += 1
        await audit(tx, "event.voided", stream, reason="store_restored", number=row["number"])
