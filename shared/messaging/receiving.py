"""What a consumer does with records: read them, give each its place, apply it, in one transaction
for each stream.

Errors of the infrastructure pause the consumer and are tried again for ever. Everything else stops
the one stream it belongs to, at once: an event that raises and is tried again for ever would stop
every other case of its partition.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from uuid import uuid5

from shared.contracts.envelope import NAMESPACE
from shared.contracts.wire import Incoming, Record, read_inside
from shared.messaging.applying import Applier
from shared.messaging.consumed_offsets import store_offsets
from shared.messaging.crash_points import crash_point
from shared.messaging.foreseen import NotSimple, take_in, use_up
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.order import Verdict, drain, receive
from shared.messaging.pausing import spread
from shared.messaging.quarantining import put_in_quarantine
from shared.messaging.registry import Registry
from shared.messaging.store import Store, Tx
from shared.messaging.stream_rows import PlacedEvent, lock_stream, placed
from shared.telemetry.logging import logger
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 30.0
NO_STREAM = ""
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

    async def consume(self, *records: Record) -> None:
        """Returns once the records are in the store for good; ConsumerPaused asks for them again.

        What is taken in before an error stays, and is known already the next time.
        """
        if self.breaker_open:
            await asyncio.sleep(LONGEST_PAUSE_SECONDS)
            raise ConsumerPaused
        arrived = [read_inside(record, self.source_service) for record in records]
        crash_point("consumer.parsed")
        try:
            verdicts = await self._take(arrived)
        except INFRASTRUCTURE as error:
            self.metrics.pauses.labels(self.source_service).inc()
            logger().warning("consumer.paused", group=self.group, error=error, seconds=self._pause)
            await asyncio.sleep(spread(self._pause))
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
            raise ConsumerPaused from None
        self._pause = FIRST_PAUSE_SECONDS
        self.last_progress = time.monotonic()
        for verdict, count in verdicts.items():
            self.metrics.received.labels(self.source_service, verdict).inc(count)

    async def _take(self, arrived: Sequence[Incoming]) -> Counter[Verdict]:
        """One transaction for each stream, in the order of its numbers whatever topic they came
        through, and one for all streams that only count on; the last of them stores how far each
        partition is, so that never more is said than was done."""
        verdicts: Counter[Verdict] = Counter()
        streams: dict[str, list[Incoming]] = {}
        for incoming in sorted(arrived, key=lambda each: each.sequence or 0):
            streams.setdefault(incoming.stream or NO_STREAM, []).append(incoming)
        unused = {
            name: events for name, given in streams.items() if (events := self._unused(given))
        }
        left = dict(streams)
        if unused:
            async with self._transaction(arrived[0]) as tx:
                not_simple = await use_up(tx, arrived[0].source, self.registry, unused)
                left = {n: g for n, g in streams.items() if n not in unused or n in not_simple}
                if not left:
                    await store_offsets(tx, arrived)
            for name in unused.keys() - not_simple:
                verdicts[Verdict.APPLIED] += len(unused[name])
        for place, given in enumerate(left.values(), start=1):
            last = arrived if place == len(left) else ()
            try:
                found = await self._decide_all(given, last, together=True)
            except NotSimple:
                found = await self._decide_all(given, last, together=False)
            for verdict, incoming in zip(found, given, strict=True):
                self._note(verdict, incoming)
            verdicts.update(found)
        return verdicts

    async def _decide_all(
        self, given: Sequence[Incoming], last: Sequence[Incoming], *, together: bool
    ) -> list[Verdict]:
        """The events of one stream, together if the rule allows. Raises NotSimple if one of them
        is refused: then they are to be taken in one by one."""
        async with self._transaction(given[0]) as tx:
            if together and await self.take_together(tx, given):
                found = [Verdict.APPLIED] * len(given)
            else:
                found = [await self._decide(tx, incoming) for incoming in given]
            if last:
                await store_offsets(tx, last)
        return found

    async def take_together(self, tx: Tx, given: Sequence[Incoming]) -> bool:
        """Applies these events of one stream if they are the next of it; else does nothing."""
        events = [event for each in given if (event := placed(each)) and event.type_known]
        if len(events) < len(given) or any(event.envelope is None for event in events):
            return False
        tx.at_end = {}
        applier = replace(self.applier(tx), note_refusal=_not_noted)
        source, stream = given[0].source, events[0].stream
        if not await take_in(tx, source, stream, events, applier):
            tx.at_end = None
            return False
        try:
            for work, cases in tx.at_end.items():
                await work(tx, frozenset(cases))
            await tx.flush()
        except INFRASTRUCTURE:
            raise
        except Exception:
            raise NotSimple from None
        return True

    def _transaction(self, first: Incoming) -> AbstractAsyncContextManager[Tx]:
        actor = f"consumer:{self.source_service}"
        return self.store.transaction(first.event_id, actor, caused_by_event=True)

    def _unused(self, given: Sequence[Incoming]) -> Sequence[PlacedEvent]:
        """These events, if this service has no use for any of them; else none."""
        events = [placed(each) for each in given if each.envelope is not None]
        handled = self.registry.types()
        unused = [e for e in events if e and e.type_known and e.incoming.type not in handled]
        return unused if len(unused) == len(given) else ()

    async def _decide(self, tx: Tx, incoming: Incoming) -> Verdict:
        tx.cause, tx.ordinals = incoming.event_id, {}
        event = placed(incoming)
        if event is None:
            return await self._without_place(tx, incoming)
        rows = await lock_stream(tx, incoming.source, event.stream)
        return await receive(rows, event, self.applier(tx))

    async def _without_place(self, tx: Tx, incoming: Incoming) -> Verdict:
        """By its stream if that can be read, else by its position; the gap names itself."""
        reason = incoming.fault or "unplaced"
        if incoming.stream:
            await lock_stream(tx, incoming.source, incoming.stream)
        await put_in_quarantine(tx, incoming, reason, "unplaced")
        return Verdict.QUARANTINED

    def applier(self, tx: Tx) -> Applier:
        return Applier(tx, self.group, self.registry, self.tracing, self.note_refusal)

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

    def close_breaker(self) -> None:
        self.breaker_open = False
        self._stopped.clear()

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


def _not_noted(reason: str, stream: str) -> None:
    """What is refused among others is refused again alone, and noted then."""
