"""Publishes outbox rows in order, and marks them: at least once, never out of order per stream.

One relay per store is active. It holds a Postgres advisory lock on the one connection with which it
reads and marks, so losing the connection is losing the lock, and a short `idle_session_timeout`
ends a leader that is frozen. It reads rows that are not yet published, never rows after a position:
a slower transaction with a lower position must not be skipped.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, TypeVar
from zlib import crc32

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidTopicError,
    MessageSizeTooLargeError,
    RecordTooLargeError,
)

from shared.messaging.audit import audit
from shared.messaging.crash_points import crash_point, crash_point_in_flight
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.outbox import void
from shared.messaging.pausing import spread
from shared.messaging.stopping import ended
from shared.messaging.store import Row, Store, prepare_connection
from shared.telemetry.logging import logger
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing, context_of

BATCH = 500
POLL_SECONDS = 0.25
IDLE_SESSION_TIMEOUT_MS = 3_000
STANDBY_SECONDS = 1.0
KEEP_ALIVE_SECONDS = 1.0
SENDING_SECONDS = 30.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 30.0
REFUSED_FOR_EVER = (MessageSizeTooLargeError, RecordTooLargeError, InvalidTopicError)

_UNPUBLISHED = """
select position, event_id, topic, key, stream, sequence, type, happened_at, recorded_at,
       headers, payload
from outbox where published_at is null order by position limit $1
"""
_MARK = """
update outbox set published_at = clock_timestamp(), kafka_partition = sent.p, kafka_offset = sent.o
from unnest($1::bigint[], $2::int[], $3::bigint[]) as sent(position, p, o)
where outbox.position = sent.position
"""

T = TypeVar("T")
Published = Callable[[Sequence[Row]], Awaitable[None]]


def relay_lock(service: str) -> int:
    """The advisory lock of whoever leads."""
    return crc32(f"vigil relay {service}".encode())


class Relay:
    """The publishing task of one process.

    `new_producer` makes an idempotent producer that waits for all replicas; after an error of the
    broker a new one is made, because an old one may never recover its sequence.
    """

    def __init__(
        self,
        store: Store,
        new_producer: Callable[[], AIOKafkaProducer],
        tracing: Tracing,
        metrics: Metrics,
        on_published: Published | None = None,
        stopped: Callable[[], bool] = bool,
    ) -> None:
        self.store = store
        self.new_producer = new_producer
        self.tracing = tracing
        self.metrics = metrics
        self.on_published = on_published
        self.stopped = stopped
        self.leads = False
        self.worked = False

    async def run(self) -> None:
        """Leads when it can, until cancelled. Every failure is paused over and tried again."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                async with self.store.session() as connection:
                    await prepare_connection(connection)
                    while not await self._take_lead(connection):
                        pause = FIRST_PAUSE_SECONDS
                        await asyncio.sleep(STANDBY_SECONDS)
                    await self._lead(connection)
            except (*INFRASTRUCTURE, asyncpg.PostgresError) as error:
                pause = (
                    FIRST_PAUSE_SECONDS if self.worked else min(pause * 2, LONGEST_PAUSE_SECONDS)
                )
                logger().warning("relay.paused", error=error, seconds=pause)
            finally:
                self.leads = self.worked = False
            await asyncio.sleep(spread(pause))

    async def _take_lead(self, connection: Any) -> bool:
        lock = relay_lock(self.store.service)
        if not await connection.fetchval("select pg_try_advisory_lock($1)", lock):
            return False
        await connection.execute(f"set idle_session_timeout = {IDLE_SESSION_TIMEOUT_MS}")
        # A mark that a crash of the store takes back costs a record sent twice, and no more.
        await connection.execute("set synchronous_commit = off")
        self.leads = True
        return True

    async def _lead(self, connection: Any) -> None:
        producer = self.new_producer()
        await keeping_session(connection, producer.start())
        try:
            while True:
                self.store.written.clear()
                # A stopped relay reads nothing, which also keeps its session.
                limit = 0 if self.stopped() else BATCH
                rows = await connection.fetch(_UNPUBLISHED, limit)
                self.worked = True
                if rows:
                    crash_point("relay.rows_read")
                    await self._publish(connection, producer, rows)
                if len(rows) < BATCH:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self.store.written.wait(), POLL_SECONDS)
        finally:
            await ended(producer.stop())

    async def _publish(
        self, connection: Any, producer: AIOKafkaProducer, rows: Sequence[Row]
    ) -> None:
        """Sends in position order and marks what the broker took, each stream up to its first
        failure: what lies behind it is sent again, as duplicates that consumers drop.

        Raises TimeoutError when a producer does not get on, so that another is made."""
        async with asyncio.timeout(SENDING_SECONDS):
            sent = await keeping_session(connection, self._send_all(producer, rows))
            await crash_point_in_flight("relay.sent")
            await keep_session(connection, set(sent))
        crash_point("relay.acknowledged")
        published = await self._mark(
            connection, rows, [future.exception() or future for future in sent]
        )
        crash_point("relay.committed")
        if published and self.on_published:
            await self.on_published(published)

    async def _send_all(
        self, producer: AIOKafkaProducer, rows: Sequence[Row]
    ) -> "list[asyncio.Future[Any]]":
        """A producer that has just begun, or a broker that is slow, may take long over it."""
        sent = []
        for row in rows:
            try:
                sent.append(await self._send(producer, row))
            except REFUSED_FOR_EVER as error:
                await self._void(row, type(error).__name__)
                break
        return sent

    async def _mark(
        self, connection: Any, rows: Sequence[Row], results: Sequence[Any]
    ) -> Sequence[Row]:
        failure: BaseException | None = None
        failed: set[str] = set()
        published: list[Row] = []
        marks: list[tuple[int, int, int]] = []
        for row, result in zip(rows, results, strict=False):
            if isinstance(result, REFUSED_FOR_EVER):
                await self._void(row, type(result).__name__)
                failed.add(row["stream"])
            elif isinstance(result, BaseException):
                failure = failure or result
                failed.add(row["stream"])
            elif row["stream"] not in failed:
                metadata = result.result()
                marks.append((row["position"], metadata.partition, metadata.offset))
                published.append(row)
                self.metrics.published.labels(row["topic"]).inc()
        if marks:
            async with connection.transaction():
                columns = (list(column) for column in zip(*marks, strict=True))
                await connection.execute(_MARK, *columns)
                crash_point("relay.marked")
        if failure:
            raise failure
        return published

    async def _send(self, producer: AIOKafkaProducer, row: Row) -> "asyncio.Future[Any]":
        headers = [(name, value.encode()) for name, value in row["headers"].items()]
        with self.tracing.span(
            f"send {row['topic']}",
            parent=context_of(row["headers"].get("traceparent")),
            attributes={
                "messaging.system": "kafka",
                "messaging.operation.name": "send",
                "messaging.operation.type": "send",
                "messaging.destination.name": row["topic"],
                "vigil.event.type": row["type"],
            },
        ):
            return await producer.send(  # type: ignore[no-any-return]
                row["topic"],
                value=row["payload"],
                key=row["key"].encode() if row["key"] is not None else None,
                headers=headers,
            )

    async def _void(self, row: Row, reason: str) -> None:
        logger().error("relay.refused_for_ever", topic=row["topic"], reason=reason)
        self.metrics.voided.note(1)
        async with self.store.transaction(row["event_id"], "relay") as tx:
            await void(tx, row["position"], reason)
            await audit(tx, "event.voided", row["stream"], type=row["type"], reason=reason)


async def keep_session(connection: Any, pending: "set[asyncio.Future[Any]]") -> None:
    """Waits for all of them, and meanwhile says often enough that the leader is not frozen."""
    while pending:
        _, pending = await asyncio.wait(pending, timeout=KEEP_ALIVE_SECONDS)
        if pending:
            await connection.execute("select 1")


async def keeping_session(connection: Any, work: Coroutine[Any, Any, T]) -> T:
    """What `work` returns or raises; it may take longer than a session may rest."""
    task = asyncio.create_task(work)
    try:
        await keep_session(connection, {task})
    finally:
        task.cancel()
    return task.result()
