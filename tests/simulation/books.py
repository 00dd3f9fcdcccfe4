"""Whether the books balance: outboxes against topics, topics against every reader's inbox."""

from collections.abc import Iterator

from shared.contracts.catalogue import FOLLOWS, source_of
from shared.messaging.facts import Fact
from shared.messaging.order import Outcome
from tests.simulation.process import ACTS_ON, Process
from tests.simulation.stream import Stream
from tests.simulation.world import World


def unbalanced(world: World) -> Iterator[str]:
    for producer in world.processes.values():
        yield from _outbox(world, producer)
    for reader in world.processes.values():
        for source in FOLLOWS[reader.service]:
            yield from _inbox(world, reader, world.processes[source])
        yield from _facts(world, reader)
        yield from _given_again(world, reader)


def _given_again(world: World, reader: Process) -> Iterator[str]:
    """A person has dismissed it, by name; nobody took it for the other."""
    for (topic, number), offset in world.given_again:
        fact = world.logs.logs[topic, number][offset]
        if fact.source.rpartition("/")[2] not in FOLLOWS[reader.service]:
            continue
        stream = reader.store.streams[fact.source, fact.case_id]
        if stream.settled.get(((topic, number), offset)) != "dismissed":
            yield f"{reader.service}: a second event under {topic} {fact.sequence} vanished"


def _outbox(world: World, producer: Process) -> Iterator[str]:
    written, name = producer.written, producer.service
    numbers = {(fact.case_id, fact.sequence) for fact in written.outbox.values()}
    if len(numbers) != len(written.outbox):
        yield f"{name}: a number was given twice"
    if len(numbers) != sum(written.last_number.values()):
        yield f"{name}: its numbers have gaps"
    if written.unpublished:
        yield f"{name}: an event was never published"
    sent = world.logs.by_producer.get(name, ())
    for fact in sent:
        row = written.outbox.get(fact.event_id)
        if row is None:
            yield f"{name}: {fact.type} {fact.sequence} is on a topic and in no outbox row"
        elif row.sequence != fact.sequence:
            yield f"{name}: {fact.type} is on a topic under another number than in the outbox"
    if len({fact.event_id for fact in sent}) != len(written.outbox):
        yield f"{name}: an outbox row is on no topic"


def _inbox(world: World, reader: Process, producer: Process) -> Iterator[str]:
    source = source_of(producer.service)
    ids = {(f.case_id, f.sequence): f.event_id for f in producer.written.outbox.values()}
    for case_id, last in producer.written.last_number.items():
        stream = reader.store.streams.get((source, case_id)) or Stream(source, case_id)
        where = f"{reader.service} reading {producer.service}"
        if stream.parked:
            yield f"{where}: number {min(stream.parked)} is parked for ever"
        if stream.open_rows:
            yield f"{where}: the stream is held for ever"
        if stream.next_sequence != last + 1 or len(stream.taken) != last:
            yield f"{where}: applied {len(stream.taken)} of {last} numbers"
        applied = [event_id for event_id, _ in stream.taken.values()]
        if len(set(applied)) != len(applied):
            yield f"{where}: an event was applied twice"
        for number, (event_id, outcome) in stream.taken.items():
            if ids.get((case_id, number)) != event_id:
                yield f"{where}: number {number} was taken by an event nobody made"
            if outcome is Outcome.DISCARDED and event_id not in _discarded(world, reader):
                yield f"{where}: number {number} was discarded by nobody"


def _facts(world: World, reader: Process) -> Iterator[str]:
    expected = {fact.event_id for fact in facts_told(world, reader)}
    if reader.written.fact_ids != expected:
        missing = len(expected - reader.written.fact_ids)
        more = len(reader.written.fact_ids - expected)
        yield f"{reader.service}: {missing} facts are missing, {more} are of nowhere"


def facts_told(world: World, reader: Process) -> list[Fact]:
    """What this service has to act on, in one order: by source, case and number; without what a
    person discarded there."""
    discarded = {
        event_id
        for stream in reader.store.streams.values()
        for event_id, outcome in stream.taken.values()
        if outcome is Outcome.DISCARDED
    }
    types = ACTS_ON[reader.service]
    return sorted(
        (
            fact
            for source in FOLLOWS[reader.service]
            for fact in world.processes[source].written.outbox.values()
            if fact.type in types and fact.event_id not in discarded
        ),
        key=lambda fact: (fact.source, fact.case_id, fact.sequence),
    )


def _discarded(world: World, reader: Process) -> set[object]:
    return set(world.discarded.get(reader.service, ()))


def dropped_in_silence(world: World) -> Iterator[str]:
    """After a restore without `reconcile`: two events that claim one number, and a reader that
    keeps one of them has to have stopped the other by name."""
    for reader in world.processes.values():
        if reader.service in world.restored_without_reconcile:
            continue
        for source in FOLLOWS[reader.service]:
            for partition in world.logs.partitions.get(source, ()):
                for offset, fact in enumerate(world.logs.logs[partition]):
                    stream = reader.store.streams.get((fact.source, fact.case_id))
                    holder = stream.taken.get(fact.sequence) if stream else None
                    if stream is None or holder is None or holder[0] == fact.event_id:
                        continue
                    position = (partition, offset)
                    if position not in stream.settled and position not in stream.open_rows:
                        yield (
                            f"{reader.service} reading {source}: number {fact.sequence} belongs to "
                            f"two events, and one of them vanished without a sequence_conflict"
                        )
