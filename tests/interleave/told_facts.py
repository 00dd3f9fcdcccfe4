"""Facts of a case as the records of those who tell them, for a service's own handlers."""

from collections.abc import Sequence

from shared.contracts.catalogue import event_type
from shared.contracts.wire import Record
from shared.messaging.facts import Fact
from shared.messaging.receiving import Receiver
from shared.messaging.registry import Registry
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.interleave.deliveries import deliver, next_offset
from tests.interleave.gate import Work
from tests.support.bus import inside_record

METRICS = Metrics()


def record_that_tells(fact: Fact) -> Record:
    known = event_type(fact.type)
    assert known is not None
    topic, key, headers, value = inside_record(
        known.topic,
        known.producer,
        fact.case_id,
        fact.sequence,
        fact.data,
        id=fact.event_id,
        time=fact.happened_at,
        recordedtime=fact.recorded_at,
    )
    return Record(topic, 0, next_offset(), key, tuple(headers), value)


def tells(registry: Registry, facts: Sequence[Fact]) -> Work:
    """A process that takes in these facts one after the other, each from its own source."""

    async def work(store: Store) -> None:
        for fact in facts:
            source = fact.source.rpartition("/")[2]
            tracing = Tracing(registry.service, None)
            receiver = Receiver(source, store, registry, tracing, METRICS)
            await deliver(receiver, record_that_tells(fact))

    return work
