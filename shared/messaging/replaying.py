"""Taking records in once more, from their topics, through the order rule and nothing else.

Safe beside the running service: both lock the stream, and what is known already is dropped. Unlike
the consumer it leaves no offset behind: how far the service has read is not its to say.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiokafka import TopicPartition

from shared.contracts.wire import Incoming, read_inside
from shared.messaging.order import Verdict, receive
from shared.messaging.quarantining import put_in_quarantine
from shared.messaging.receiving import Receiver
from shared.messaging.rehearsing import receiver_over, rehearsal
from shared.messaging.security import KafkaAccess
from shared.messaging.stream_rows import lock_stream, placed
from shared.messaging.subscribing import record_of
from shared.messaging.topic_reader import TopicReader, topic_reader


class BreakerOpened(Exception):
    """One kind of error stopped many streams: going on would fill the quarantine."""


@dataclass(frozen=True)
class Selection:
    """What to read. `wanted` says of each record whether it is meant."""

    topics: Collection[str]
    since: datetime | None = None
    until: datetime | None = None
    wanted: Callable[[Incoming], bool] = field(default=lambda _: True)


async def replay(
    receiver: Receiver, access: KafkaAccess, selection: Selection, *, dry_run: bool = False
) -> Counter[str]:
    """How many records got which verdict. A dry run changes nothing and tells the verdicts that
    the records would get. Raises what the broker and the store raise, and BreakerOpened."""
    counts: Counter[str] = Counter()
    new: dict[str, list[Incoming]] = defaultdict(list)

    async def take(batch: Sequence[Any]) -> None:
        read = [read_inside(record_of(raw), receiver.source_service) for raw in batch]
        wanted = [incoming for incoming in read if selection.wanted(incoming)]
        for incoming in await _not_known(receiver, wanted, counts):
            if dry_run:
                new[incoming.stream or ""].append(incoming)
                continue
            counts[await take_again(receiver, incoming)] += 1
            if receiver.breaker_open:
                raise BreakerOpened

    async with topic_reader(access) as reader:
        await reader.read(await _ranges(reader, selection), take)
    for stream in new.values():
        async with rehearsal(receiver.store) as store:
            rehearsed = receiver_over(store, receiver)
            for incoming in sorted(stream, key=lambda each: each.sequence or 0):
                counts[await take_again(rehearsed, incoming)] += 1
    return counts


async def _ranges(
    reader: TopicReader, selection: Selection
) -> dict[TopicPartition, tuple[int, int]]:
    """From the beginning to where the topics end now, or between the two instants."""
    partitions = await reader.partitions(selection.topics)
    first = await reader.begins(partitions)
    last = await reader.ends(partitions)
    if selection.since is not None:
        first = await reader.at(partitions, selection.since)
    if selection.until is not None:
        last = await reader.at(partitions, selection.until)
    return {partition: (first[partition], last[partition]) for partition in partitions}


async def take_again(receiver: Receiver, incoming: Incoming) -> Verdict:
    """What the consumer would do with a record, but for its offset."""
    async with receiver.store.transaction(
        incoming.event_id, f"replay:{receiver.source_service}", caused_by_event=True
    ) as tx:
        event = placed(incoming)
        if event is not None:
            rows = await lock_stream(tx, incoming.source, event.stream)
            return await receive(rows, event, receiver.applier(tx))
        if incoming.stream:
            await lock_stream(tx, incoming.source, incoming.stream)
        again = await put_in_quarantine(
            tx, incoming, incoming.fault or "unplaced", "unplaced", may_reopen=False
        )
        return Verdict.QUARANTINED if again else Verdict.KNOWN_ALREADY


async def _not_known(
    receiver: Receiver, read: Sequence[Incoming], counts: Counter[str]
) -> list[Incoming]:
    """Those that are not in the inbox, which is for good and so needs no lock."""
    async with receiver.store.reading() as connection:
        rows = await connection.fetch(
            "select source, stream, sequence, event_id from inbox where event_id = any($1)",
            [incoming.event_id for incoming in read],
        )
    known = {tuple(row.values()) for row in rows}
    new = [r for r in read if (r.source, r.stream, r.sequence, r.event_id) not in known]
    counts[Verdict.KNOWN_ALREADY] += len(read) - len(new)
    return new
