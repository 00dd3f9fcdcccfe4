"""Many events at once, where the order rule says nothing but "next, applied".

What it looks at is read at once for all of them, the rule is asked as always over what was read,
and what it says is written at once. Anything else (something waits or is held, a number or an id
was seen before, an event is refused) is left to be taken in one by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from uuid import UUID

from shared.messaging.crash_points import crash_point
from shared.messaging.order import Apply, Occupancy, Outcome, receive
from shared.messaging.registry import Registry
from shared.messaging.store import Tx
from shared.messaging.stream_rows import PlacedEvent

Streams = Mapping[str, Sequence[PlacedEvent]]


class NotSimple(Exception):
    """The rule wants something else than using up the next number."""


@dataclass
class ForeseenStream:
    """StreamRows over what was read of a stream when it was locked."""

    next_sequence: int
    settled: bool
    """Nothing of it waits or is in quarantine."""
    taken: Mapping[UUID, tuple[str, int]]
    """Places of the ids in hand that have one."""
    used: list[tuple[PlacedEvent, Outcome]] = field(default_factory=list)

    async def is_held(self) -> bool:
        return not self.settled

    async def occupancy(self, event: PlacedEvent) -> Occupancy:
        if event.event_id in self.taken or event.sequence != self.next_sequence:
            raise NotSimple
        return Occupancy(None)

    async def park(self, event: PlacedEvent) -> None:
        raise NotSimple

    async def parked_next(self) -> PlacedEvent | None:
        return None

    async def take_place(self, event: PlacedEvent, outcome: Outcome) -> None:
        self.used.append((event, outcome))
        self.next_sequence = event.sequence + 1

    async def quarantine(self, event: PlacedEvent, reason: str, *, takes_place: bool) -> None:
        raise NotSimple

    def savepoint(self) -> AbstractAsyncContextManager[object]:
        return nullcontext()


async def use_up(tx: Tx, source: str, registry: Registry, streams: Streams) -> set[str]:
    """Uses up the numbers of these events, all of types without a handler, in their order.

    Locks the streams' rows first, in sorted order. Returns the streams that it left alone.
    """

    async def count(event: PlacedEvent) -> Outcome:
        if event.envelope is None:
            raise NotSimple
        return await registry.apply(event.envelope, event.incoming.record.value, tx)

    left: set[str] = set()
    used: list[tuple[PlacedEvent, Outcome]] = []
    for name, rows in (await _foreseen(tx, source, streams)).items():
        try:
            for event in streams[name]:
                await receive(rows, event, count)
        except NotSimple:
            left.add(name)
        else:
            used += rows.used
    if used:
        await _write(tx, source, used)
    return left


async def take_in(
    tx: Tx, source: str, stream: str, events: Sequence[PlacedEvent], apply: Apply[PlacedEvent]
) -> bool:
    """Applies a run of one stream's events, given in their order; False if nothing was done.

    Locks the stream's row first. Raises NotSimple when an event is refused: the transaction is of
    no use then, and what it did for those before is done again one by one.
    """
    rows = (await _foreseen(tx, source, {stream: events}))[stream]
    numbers = range(rows.next_sequence, rows.next_sequence + len(events))
    known = any(event.event_id in rows.taken for event in events)
    if known or not rows.settled or [event.sequence for event in events] != list(numbers):
        return False
    for event in events:
        await receive(rows, event, apply)
    await _write(tx, source, rows.used)
    return True


async def lock_streams(tx: Tx, source: str, streams: Iterable[str]) -> dict[str, int]:
    """Locks the streams' rows in sorted order, making those that are missing; gives the number
    that comes next in each."""
    locked = await tx.fetch(
        """insert into consumed_stream as known (source, stream)
           select $1, name from unnest($2::text[]) with ordinality as given(name, place)
           order by place
           on conflict (source, stream) do update set next_sequence = known.next_sequence
           returning stream, next_sequence,
                     exists (select 1 from erased_case gone where gone.stream = known.stream)
                         as erased""",
        source,
        sorted(streams),
    )
    tx.erased.update(row["stream"] for row in locked if row["erased"])
    return {row["stream"]: row["next_sequence"] for row in locked}


async def _foreseen(tx: Tx, source: str, streams: Streams) -> dict[str, ForeseenStream]:
    locked = await lock_streams(tx, source, streams)
    ids = [event.event_id for events in streams.values() for event in events]
    rows = await tx.fetch(
        """select stream, null::uuid as event_id, null::bigint as sequence from parked
           where source = $1 and stream = any($2)
           union
           select stream, null, null from quarantine
           where source = $1 and stream = any($2) and status = 'open'
           union all
           select stream, event_id, sequence from inbox where event_id = any($3)
           union all
           select stream, event_id, sequence from parked where event_id = any($3)
           union all
           select coalesce(stream, ''), event_id, coalesce(sequence, 0) from quarantine
           where event_id = any($3) and status = 'open'""",
        source,
        list(streams),
        ids,
    )
    unsettled = {row["stream"] for row in rows if row["event_id"] is None}
    taken = {row["event_id"]: (row["stream"], row["sequence"]) for row in rows if row["event_id"]}
    return {
        name: ForeseenStream(number, name not in unsettled, taken)
        for name, number in locked.items()
    }


async def _write(tx: Tx, source: str, used: Sequence[tuple[PlacedEvent, Outcome]]) -> None:
    records = [event.incoming.record for event, _ in used]
    await tx.execute(
        """with used as (
               select * from unnest($2::text[], $3::bigint[], $4::uuid[], $5::text[], $6::text[],
                                    $7::int[], $8::bigint[], $9::text[])
                   as u(stream, sequence, event_id, type, topic, kafka_partition, kafka_offset,
                        outcome)
           ), noted as (
               insert into inbox (source, stream, sequence, event_id, type, topic,
                                  kafka_partition, kafka_offset, outcome, applied_at)
               select $1, stream, sequence, event_id, type, topic, kafka_partition, kafka_offset,
                      outcome, $10 from used
           )
           update consumed_stream set next_sequence = latest.sequence + 1
           from (select stream, max(sequence) as sequence from used group by stream) as latest
           where consumed_stream.source = $1 and consumed_stream.stream = latest.stream""",
        source,
        [event.stream for event, _ in used],
        [event.sequence for event, _ in used],
        [event.event_id for event, _ in used],
        [event.incoming.type for event, _ in used],
        [record.topic for record in records],
        [record.partition for record in records],
        [record.offset for record in records],
        [outcome for _, outcome in used],
        tx.now,
    )
    crash_point("consumer.inbox_written")
