"""Records of one source, processes that take them in, and what became of a stream."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias
from uuid import UUID

from shared.contracts.envelope import case_stream
from shared.contracts.intake_events import CaseStageEntered
from shared.contracts.payload import Payload
from shared.contracts.wire import Record
from shared.messaging.audit import audit
from shared.messaging.order import CannotBeApplied
from shared.messaging.receiving import ConsumerPaused, Receiver
from shared.messaging.registry import Event, Registry
from shared.messaging.store import Store, Tx
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.interleave.gate import Work
from tests.shared.messaging.recording import TOPIC, stage
from tests.support.bus import inside_record

EFFECT = "stage.kept"
POISON = 666
METRICS = Metrics()
TRACING = Tracing("reporting", None)
NewReceiver: TypeAlias = Callable[[Store], Receiver]
_offsets = itertools.count(1)

registry = Registry("reporting")


@registry.on(CaseStageEntered)
async def keep(event: Event[Payload], tx: Tx) -> None:
    """An effect that shows how often it happened; poison fails after it, in the store."""
    if not isinstance(event.data, CaseStageEntered):
        raise CannotBeApplied("other_event")
    await audit(tx, EFFECT, case_stream(event.case_id), revision=event.data.revision)
    if event.data.revision == POISON:
        await tx.execute("select 1 / 0")


def next_offset() -> int:
    return next(_offsets)


def record_of(case_id: UUID, number: int, *, revision: int = 0) -> Record:
    """Stands in a partition of its own number, as if each had another process for its owner."""
    topic, key, headers, value = inside_record(
        TOPIC, "intake", case_id, number, stage(revision or number)
    )
    return Record(topic, number, next_offset(), key, tuple(headers), value)


def delivered_again(record: Record) -> Record:
    return replace(record, offset=next_offset())


def receiver_on(store: Store) -> Receiver:
    return Receiver("intake", store, registry, TRACING, METRICS)


async def deliver(receiver: Receiver, *records: Record) -> None:
    """As the broker does: the same record again until it is taken in."""
    for record in records:
        while True:
            try:
                await receiver.consume(record)
                break
            except ConsumerPaused:
                continue


def delivers(*records: Record, new_receiver: NewReceiver = receiver_on) -> Work:
    """A process of its own that takes in these records, one after the other."""

    async def work(store: Store) -> None:
        await deliver(new_receiver(store), *records)

    return work


@dataclass(frozen=True)
class Became:
    """Of one stream: numbers used up, revisions that took effect, numbers parked and in open
    quarantine, and the next number."""

    used: list[int]
    effects: list[int]
    parked: list[int]
    stopped: list[int]
    next_number: int

    def breaches(
        self, expected: Sequence[int], *, parked: Sequence[int] = (), stopped: Sequence[int] = ()
    ) -> list[str]:
        """`expected` are the numbers that take effect, once and in order."""
        found = []
        if self.effects != list(expected):
            found.append(f"took effect: {self.effects} instead of {list(expected)}")
        if self.parked != list(parked):
            found.append(f"parked: {self.parked} instead of {list(parked)}")
        if self.stopped != list(stopped):
            found.append(f"in quarantine: {self.stopped} instead of {list(stopped)}")
        if self.used != list(range(1, self.next_number)):
            found.append(f"numbers used: {self.used}, the next is {self.next_number}")
        return found


async def what_became_of(store: Store, case_id: UUID) -> Became:
    stream = case_stream(case_id)
    async with store.reading() as connection:

        async def numbers(sql: str, *more: object) -> list[int]:
            return [row[0] for row in await connection.fetch(sql, stream, *more)]

        return Became(
            used=await numbers("select sequence from inbox where stream = $1 order by 1"),
            effects=await numbers(
                """select (codes ->> 'revision')::int from audit
                   where object = $1 and action = $2 order by audit_id""",
                EFFECT,
            ),
            parked=await numbers("select sequence from parked where stream = $1 order by 1"),
            stopped=await numbers(
                """select sequence from quarantine where stream = $1 and status = 'open'
                   order by 1"""
            ),
            next_number=sum(
                await numbers("select next_sequence from consumed_stream where stream = $1")
            ),
        )
