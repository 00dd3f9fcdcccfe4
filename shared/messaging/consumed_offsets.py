"""How far each partition is in a store, written with the effects: never more than was done."""

from collections.abc import Sequence

from shared.contracts.wire import Incoming, Record
from shared.messaging.store import Tx


async def store_offsets(tx: Tx, arrived: Sequence[Incoming]) -> None:
    """How far each partition is, in one order, so that nobody waits for each other."""
    ends: dict[tuple[str, int], int] = {}
    for incoming in arrived:
        record = incoming.record
        ends[record.topic, record.partition] = record.offset + 1
    in_order = sorted(ends.items())
    await tx.execute(
        """insert into consumed_offset as known (topic, kafka_partition, next_offset)
           select topic, kafka_partition, next_offset
           from unnest($1::text[], $2::int[], $3::bigint[]) with ordinality
                as given(topic, kafka_partition, next_offset, place)
           order by place
           on conflict (topic, kafka_partition)
           do update set next_offset = greatest(known.next_offset, excluded.next_offset)""",
        [topic for (topic, _), _ in in_order],
        [partition for (_, partition), _ in in_order],
        [end for _, end in in_order],
    )


async def store_offset(tx: Tx, record: Record) -> None:
    await tx.execute(
        """insert into consumed_offset as known (topic, kafka_partition, next_offset)
           values ($1, $2, $3)
           on conflict (topic, kafka_partition)
           do update set next_offset = greatest(known.next_offset, excluded.next_offset)""",
        record.topic,
        record.partition,
        record.offset + 1,
    )
