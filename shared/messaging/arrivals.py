"""Takes in what came for this service by intake's front door: the content is asked for, outside any
transaction and again until it is given, then judged and answered in one.

Things of one stream are taken in the order in which intake took them; one that waits holds up no
other stream.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from opentelemetry.trace import SpanKind
from prometheus_client import Gauge

from shared.contracts.arrival_events import SubmissionAnswered
from shared.messaging.arrival_rows import (
    Arrival,
    claim_arrival,
    due_arrivals,
    note_answered,
    oldest_waiting,
    try_later,
)
from shared.messaging.audit import audit
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.outbox import emit
from shared.messaging.pausing import spread
from shared.messaging.store import Store, Tx
from shared.telemetry.logging import error_code, logger
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing, parent_in_case

POLL_SECONDS, PAUSE_SECONDS = 0.25, 2.0
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(minutes=5)
BATCH = 20


class ArrivalRefused(Exception):
    """Nothing changes. `code` says why, and is told to the sender."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ContentUnavailable(Exception):
    """The content was not given this time. `code`, for the log."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Contents(Protocol):
    async def content(self, arrival: Arrival) -> bytes:
        """The content of this version. Raises ContentUnavailable."""


Judge = Callable[[Tx, Arrival, bytes], Awaitable[None]]
"""In the caller's transaction. Raises ArrivalRefused, and then nothing that it did stays."""


@dataclass
class Arrivals:
    """The task of one process. `answer`: the event class by which this service answers."""

    store: Store
    contents: Contents
    judge: Judge
    answer: type[SubmissionAnswered]
    tracing: Tracing
    metrics: Metrics
    waiting: Gauge = field(init=False)

    def __post_init__(self) -> None:
        self.waiting = Gauge(
            "vigil_arrivals_oldest_seconds",
            "Age of the oldest submission that this service has not answered",
            registry=self.metrics.registry,
        )

    async def run(self) -> None:
        while True:
            try:
                taken = await self.take_due()
                self.waiting.set(await oldest_waiting(self.store))
                await asyncio.sleep(0 if taken else POLL_SECONDS)
            except INFRASTRUCTURE as error:
                logger().warning("arrivals.paused", error=error)
                await asyncio.sleep(spread(PAUSE_SECONDS))

    async def take_due(self) -> int:
        """One round; how many were answered."""
        due = await due_arrivals(self.store, BATCH)
        return sum([await self._take(arrival) for arrival in due])

    async def _take(self, arrival: Arrival) -> bool:
        try:
            with self.tracing.span(
                "take arrival",
                parent=parent_in_case(arrival.traceparent, arrival.case_id),
                kind=SpanKind.CONSUMER,
                attributes={"vigil.system": arrival.system},
            ):
                await self._answered(arrival)
        except INFRASTRUCTURE:
            raise
        except ContentUnavailable as error:
            await self._later(arrival, error.code)
            return False
        except Exception as error:
            logger().error("arrival.defect", error=error)
            await self._later(arrival, error_code(error))
            return False
        return True

    async def _answered(self, arrival: Arrival) -> None:
        content = await self.contents.content(arrival)
        try:
            async with self._transaction(arrival) as tx:
                if await claim_arrival(tx, arrival.submission_id):
                    await self.judge(tx, arrival, content)
                    await self._answer(tx, arrival, None)
        except ArrivalRefused as refused:
            async with self._transaction(arrival) as tx:
                if await claim_arrival(tx, arrival.submission_id):
                    await self._answer(tx, arrival, refused.code)

    def _transaction(self, arrival: Arrival) -> AbstractAsyncContextManager[Tx]:
        cause, actor = arrival.submission_id, arrival.organisation
        return self.store.transaction(cause, actor, synthetic=arrival.synthetic)

    async def _answer(self, tx: Tx, arrival: Arrival, reason: str | None) -> None:
        await note_answered(tx, arrival.submission_id, reason)
        said = self.answer(
            submission_id=arrival.submission_id,
            accepted=reason is None,
            reason=reason,
            answered_at=tx.now,
        )
        await emit(tx, said, arrival.stream, happened_at=tx.now)
        await audit(
            tx, "submission.answered", str(arrival.submission_id), reason=reason or "accepted"
        )

    async def _later(self, arrival: Arrival, code: str) -> None:
        wait = min(FIRST_WAIT * 2 ** min(arrival.attempts, 20), LONGEST_WAIT)
        logger().warning("arrival.waits", code=code, attempts=arrival.attempts + 1)
        async with self._transaction(arrival) as tx:
            await try_later(tx, arrival.submission_id, wait)
