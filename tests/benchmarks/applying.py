"""The timer applies one event, beside the bare transaction with the same writes."""

from collections.abc import Iterator
from uuid import UUID, uuid4

from services.rapid_review_timer.handlers import registry
from shared.contracts.catalogue import source_of, type_of
from shared.contracts.envelope import Envelope, case_stream
from shared.contracts.intake_events import IncidentReported
from shared.contracts.wire import Record, headers_of, read_inside
from shared.messaging.consumed_offsets import store_offsets
from shared.messaging.receiving import Receiver
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.benchmarks.bare_writes import play, record, with_new_ids
from tests.benchmarks.measuring import Line, in_turns, rate

ROUNDS, EVENTS = 5, 200
TOPIC, SOURCE = "incident.reported", "intake"


def records(like: IncidentReported, offsets: Iterator[int]) -> Iterator[Record]:
    """The first event of one new case after another."""
    for offset in offsets:
        case_id = uuid4()
        yield _record(like.model_copy(update={"report_id": uuid4()}), case_id, offset)


def _record(data: IncidentReported, case_id: UUID, offset: int) -> Record:
    envelope = Envelope(
        id=uuid4(),
        source=source_of(SOURCE),
        type=type_of(TOPIC),
        time=data.received_at,
        recordedtime=data.received_at,
        subject=case_stream(case_id),
        correlationid=case_id,
        sequence=1,
    )
    return Record(
        topic=TOPIC,
        partition=0,
        offset=offset,
        key=case_stream(case_id).encode(),
        headers=tuple((name, value.encode()) for name, value in headers_of(envelope).items()),
        value=data.model_dump_json().encode(),
    )


async def measure(
    store: Store, like: IncidentReported, at_once: int, offsets: Iterator[int]
) -> Line:
    receiver = Receiver(SOURCE, store, registry, Tracing(store.service, None), Metrics())
    source = records(like, offsets)
    first = read_inside(next(source), SOURCE)
    async with store.transaction(first.event_id, "benchmark", caused_by_event=True) as tx:
        recording = record(tx)
        await receiver.take_together(tx, [first])
        await store_offsets(tx, [first])
    ours, bare = [], []
    for _ in range(ROUNDS):
        events = [next(source) for _ in range(EVENTS)]
        writes = [with_new_ids(recording.writes) for _ in range(EVENTS)]
        ours.append(await rate(receiver.consume, events, at_once))
        bare.append(await rate(lambda each: play(store.pool, each), writes, at_once))
    what = f"Event applied by the timer ({len(recording.writes)} writes), {at_once} at once"
    return in_turns(what, "/s", ours, bare)
