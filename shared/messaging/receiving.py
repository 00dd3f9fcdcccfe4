"""What a consumer does with one record: read it, give it its place, apply it, in one transaction.

Errors of the infrastructure pause the consumer and are tried again for ever. Everything else stops
the one stream it belongs to, at once: an event that raises and is tried again for ever would stop
every other case of its partition.
"""

import asyncio
import time
from collections import deque
from uuid import uuid5

import asyncpg
from aiokafka.errors import KafkaError
from opentelemetry.trace import SpanKind

from shared.contracts.envelope import NAMESPACE
from shared.contracts.wire import Incoming, Record, read_inside
from shared.messaging.crash_points import crash_point
from shared.messaging.order import CannotBeApplied, Outcome, Verdict, drain, receive
from shared.messaging.registry import Registry
from shared.messaging.store import Store, Tx
from shared.messaging.stream_rows import PlacedEvent, lock_stream, placed, put_in_quarantine
from shared.telemetry.logging import error_code, logger
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing, context_of, parent_in_case

INFRASTRUCTURE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.LockNotAvailableError,
    asyncpg.TransactionRollbackError,
    asyncpg.QueryCanceledError,
    asyncpg.PostgresSystemError,
    KafkaError,
)
"""Connection, time-out, resources, serialization, deadlock, lock time-out, broker."""

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 30.0
BREAKER_STREAMS, BREAKER_SECONDS = 25, 60.0


class ConsumerPaused(Exception):
    """Raised after a pause so that the same record is delivered again; carries no text."""


class Receiver:
    """Applies the records of one source to one store.

    When one kind of error stops many streams within a short time, the breaker opens: nothing more
    is consumed and liveness fails, because a bad deployment must stop and not fill the quarantine.
    """

    def __init__(
        self,
        source_service: str,
        store: Store,
        registry: Registry,
        tracing: Tracing,
        metrics: Metrics,
    ) -> None:
        self.source_service = source_service
        self.group = f"{store.service}.{source_service}"
        self.store = store
        self.registry = registry
        self.tracing = tracing
        self.metrics = metrics
        self.last_progress = time.monotonic()
        self.breaker_open = False
        self._pause = FIRST_PAUSE_SECONDS
        self._stopped: deque[tuple[float, str, str]] = deque()

    async def consume(self, record: Record) -> None:
        """Returns once the record is in the store for good; ConsumerPaused asks for it again."""
        if self.breaker_open:
            await asyncio.sleep(LONGEST_PAUSE_SECONDS)
            raise ConsumerPaused
        try:
            verdict = await self._take(read_inside(record, self.source_service))
        except INFRASTRUCTURE as error:
            self.metrics.pauses.labels(self.source_service).inc()
            logger().warning("consumer.paused", group=self.group, error=error, seconds=self._pause)
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
            raise ConsumerPaused from None
        self._pause = FIRST_PAUSE_SECONDS
        self.last_progress = time.monotonic()
        self.metrics.received.labels(self.source_service, verdict).inc()
        crash_point("consumer.committed")

    async def _take(self, incoming: Incoming) -> Verdict:
        async with self.store.transaction(
            incoming.event_id, f"consumer:{self.source_service}", caused_by_event=True
        ) as tx:
            event = placed(incoming)
            if event is None:
                verdict = await self._without_place(tx, incoming)
            else:
                rows = await lock_stream(tx, incoming.source, event.stream)
                verdict = await receive(rows, event, self.applier(tx))
            await store_offset(tx, incoming.record)
            crash_point("consumer.applied")
        self._note(verdict, incoming)
        return verdict

    async def _without_place(self, tx: Tx, incoming: Incoming) -> Verdict:
        """By its stream if that can be read, else by its position; the gap names itself."""
        reason = incoming.fault or "unplaced"
        if incoming.stream:
            await lock_stream(tx, incoming.source, incoming.stream)
        await put_in_quarantine(tx, incoming, reason, "unplaced")
        return Verdict.QUARANTINED

    def applier(self, tx: Tx) -> "Applier":
        return Applier(self, tx)

    def _note(self, verdict: Verdict, incoming: Incoming) -> None:
        if verdict is Verdict.PARKED_UNKNOWN_TYPE:
            logger().error("event.type_unknown", group=self.group, type=incoming.type)
        if verdict in (Verdict.QUARANTINED, Verdict.SEQUENCE_CONFLICT):
            record = incoming.record
            logger().error(
                "event.quarantined",
                group=self.group,
                verdict=verdict,
                fault=incoming.fault,
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
                stream=incoming.stream,
            )

    def note_refusal(self, reason: str, stream: str) -> None:
        """Counts towards the breaker."""
        self.metrics.quarantined.labels(self.source_service, reason).inc()
        now = time.monotonic()
        self._stopped.append((now, reason, stream))
        while self._stopped and self._stopped[0][0] < now - BREAKER_SECONDS:
            self._stopped.popleft()
        if len({s for _, r, s in self._stopped if r == reason}) >= BREAKER_STREAMS:
            self.breaker_open = True
            logger().critical("consumer.breaker_open", group=self.group, reason=reason)

    async def sweep(self, limit: int = 100) -> int:
        """Applies parked events whose turn has come; needed after a rolling upgrade. Says how many.

        Each stream in a transaction of its own; a stream that fails does not stop the others.
        """
        async with self.store.reading() as connection:
            waiting = await connection.fetch(
                """select parked.source, parked.stream, parked.event_id
                   from parked join consumed_stream using (source, stream)
                   where source = $1 and parked.sequence <= consumed_stream.next_sequence
                     and not exists (select 1 from quarantine q where q.source = parked.source
                                     and q.stream = parked.stream and q.status = 'open')
                   order by parked.source, parked.stream limit $2""",
                f"/vigil/{self.source_service}",
                limit,
            )
        applied = 0
        for row in waiting:
            cause = uuid5(NAMESPACE, f"sweep|{row['event_id']}")
            async with self.store.transaction(cause, "sweep", caused_by_event=True) as tx:
                rows = await lock_stream(tx, row["source"], row["stream"])
                applied += await drain(rows, self.applier(tx))
        return applied


class Applier:
    """Applies one event of a stream under its own span; `tx.cause` is that event meanwhile.

    A type that this service has no use for gets no span: only its number is used up.
    """

    def __init__(self, receiver: Receiver, tx: Tx) -> None:
        self.receiver = receiver
        self.tx = tx

    async def __call__(self, event: PlacedEvent, /) -> Outcome:
        envelope = event.envelope
        if envelope is None:
            raise self._refused(event, event.incoming.fault or "unreadable")
        if envelope.type not in self.receiver.registry.types():
            return await self._apply(event)
        outer, self.tx.cause = self.tx.cause, event.event_id
        ordinals, self.tx.ordinals = self.tx.ordinals, {}
        synthetic, self.tx.synthetic = self.tx.synthetic, envelope.synthetic
        creation = context_of(envelope.traceparent)
        record = event.incoming.record
        try:
            with self.receiver.tracing.span(
                f"process {record.topic}",
                parent=parent_in_case(envelope.traceparent, envelope.case_id),
                links=(creation,) if creation else (),
                kind=SpanKind.CONSUMER,
                attributes={
                    "messaging.system": "kafka",
                    "messaging.operation.name": "process",
                    "messaging.operation.type": "process",
                    "messaging.destination.name": record.topic,
                    "messaging.consumer.group.name": self.receiver.group,
                    "vigil.event.id": str(envelope.id),
                    "vigil.event.type": envelope.type,
                },
            ):
                return await self._apply(event)
        finally:
            self.tx.cause, self.tx.synthetic, self.tx.ordinals = outer, synthetic, ordinals

    async def _apply(self, event: PlacedEvent) -> Outcome:
        envelope = event.envelope
        if envelope is None:
            raise self._refused(event, "unreadable")
        try:
            return await self.receiver.registry.apply(
                envelope, event.incoming.record.value, self.tx
            )
        except INFRASTRUCTURE:
            raise
        except CannotBeApplied as refusal:
            raise self._refused(event, refusal.reason) from None
        except Exception as error:
            raise self._refused(
                event, f"defect.{error_code(error)}".replace(":", ".")[:64]
            ) from None

    def _refused(self, event: PlacedEvent, reason: str) -> CannotBeApplied:
        self.receiver.note_refusal(reason, event.stream)
        return CannotBeApplied(reason)


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
