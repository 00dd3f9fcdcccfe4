"""A case that a poison event has stopped, with others waiting behind it."""

from uuid import UUID, uuid4

from shared.contracts.wire import Record
from shared.messaging.receiving import Receiver
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.shared.messaging.recording import TOPIC, recording_registry, stage, stopped_rows
from tests.support.bus import inside_record
from tests.support.local_stack import Infrastructure
from tests.support.operators import Operator

BROKEN = b'{"cycle": 1, "stage": "Marker Sentinel", "revision": "Marker Sentinel"}'


class StoppedCase:
    """Event 1 was applied, event 2 is poison, and `behind` events wait behind it."""

    def __init__(self, infrastructure: Infrastructure, store: Store) -> None:
        self.store = store
        registry, self.applied = recording_registry()
        self.receiver = Receiver("intake", store, registry, Tracing("reporting", None), Metrics())
        self.operator = Operator(infrastructure, store, registry)
        self.case_id = uuid4()
        self.quarantine_id = UUID(int=0)

    async def stop(self, behind: int) -> None:
        numbers = range(1, behind + 3)
        await self.receiver.consume(*(self.record(number) for number in numbers))
        (row,) = await stopped_rows(self.store, self.case_id)
        self.quarantine_id = UUID(str(row["quarantine_id"]))
        assert self.applied[self.case_id] == [1]
        assert await self.waiting() == behind

    def record(self, number: int) -> Record:
        topic, key, headers, value = inside_record(
            TOPIC, "intake", self.case_id, number, stage(number)
        )
        noise = ("x-note", b"Marker Sentinel")
        broken = BROKEN if number == 2 else value
        return Record(topic, 0, number, key, (*headers, noise), broken)

    async def waiting(self) -> int:
        return int(await self.store.pool.fetchval("select count(*) from parked"))
