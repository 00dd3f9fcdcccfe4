"""Fires what is due: warnings, the day itself, and the first late instant."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from services.rapid_review_timer import case_store, firing_store
from services.rapid_review_timer.deadline_store import Kept
from services.rapid_review_timer.firing import Firing, after, cause_of, latest_due
from shared.contracts.deadline_events import ReviewDue
from shared.contracts.envelope import case_stream
from shared.messaging.audit import audit
from shared.messaging.crash_points import crash_point
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.outbox import emit
from shared.messaging.pausing import others_first, spread
from shared.messaging.store import Store, Tx
from shared.telemetry.logging import logger
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing, parent_in_case

BATCH = 250
"""Deadlines of one transaction: whoever else needs one of its cases waits some 100 ms at most."""
AT_ONCE = 2
"""While Postgres writes one batch the next is put together."""
SECONDS_BETWEEN_LOOKS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
SECONDS_SET_ASIDE = 60.0

Claim = Callable[[Tx], Coroutine[None, None, list[UUID]]]
Fired = list[tuple[Kept, Firing]]


class Watcher:
    """Any number may run beside each other on one store: each firing happens once."""

    def __init__(
        self,
        store: Store,
        tracing: Tracing,
        metrics: Metrics,
        rest_seconds: float = SECONDS_BETWEEN_LOOKS,
    ) -> None:
        self.store = store
        self.tracing = tracing
        self.metrics = metrics
        self.rest_seconds = rest_seconds
        self._nothing_was_due: datetime | None = None
        self._set_aside: dict[UUID, float] = {}

    async def run(self) -> None:
        """Until it is cancelled. A store that fails is waited for."""
        await asyncio.gather(*(self._look_again_and_again() for _ in range(AT_ONCE)))

    async def _look_again_and_again(self) -> None:
        pause = self.rest_seconds
        while True:
            try:
                fired = await self.sweep()
                pause = self.rest_seconds
            except INFRASTRUCTURE as error:
                fired = 0
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                logger().warning("watcher.paused", error=error, seconds=pause)
            await asyncio.sleep(0 if fired else spread(pause))

    async def sweep(self) -> int:
        """Fires one batch, those due the longest first, and says how many.

        Looks without a lock, claims the cases that nobody else holds, and reads again. If that
        fails, each case is tried alone, and one that fails alone is set aside for a minute.
        """
        left_out, nothing_was_due = self._left_out(), self._nothing_was_due
        async with self.store.reading() as connection:
            now = await self.store.clock.now(connection)
            is_due = await firing_store.cases_due(connection, now, 1, left_out)
        if not is_due:
            self._nothing_was_due = now
            return 0
        try:
            fired = await self._fire(partial(_longest_due, left_out))
        except INFRASTRUCTURE:
            raise
        except Exception:
            fired = await self._fire_one_by_one(now, left_out)
        for kept, firing in fired:
            self.metrics.fired.labels(kept.deadline.rule, firing.kind.value).inc()
            self._note_lateness(firing, now, nothing_was_due)
        return len(fired)

    def _left_out(self) -> list[UUID]:
        self._set_aside = {
            case_id: until for case_id, until in self._set_aside.items() if until > time.monotonic()
        }
        self.metrics.unfired.set(len(self._set_aside))
        return list(self._set_aside)

    def _note_lateness(
        self, firing: Firing, now: datetime, nothing_was_due: datetime | None
    ) -> None:
        """A deadline of long ago that was only now heard of is not late by our doing."""
        self.metrics.fired_late.observe((now - firing.due_at).total_seconds())
        could_fire = max(firing.due_at, nothing_was_due or firing.due_at)
        self.metrics.fired_late_lately.note((now - could_fire).total_seconds())

    async def _fire_one_by_one(self, now: datetime, left_out: list[UUID]) -> Fired:
        async with self.store.reading() as connection:
            cases = await firing_store.cases_due(connection, now, BATCH, left_out)
        fired: Fired = []
        for case_id in cases:
            try:
                fired += await self._fire(partial(_this_one, case_id))
            except INFRASTRUCTURE:
                raise
            except Exception as error:
                self._set_aside[case_id] = time.monotonic() + SECONDS_SET_ASIDE
                self.metrics.unfired.set(len(self._set_aside))
                logger().error("watcher.case_set_aside", case=str(case_id), error=error)
        return fired

    async def _fire(self, claim: Claim) -> Fired:
        """What is due in the claimed cases, in one transaction."""
        fired: Fired = []
        async with self.store.transaction(uuid4(), "watcher") as tx:
            claimed = await claim(tx)
            crash_point("watcher.claimed")
            for kept in await firing_store.due_deadlines(tx, claimed):
                planned = kept.planned
                firing = latest_due(planned, tx.now)
                if firing is not None:
                    await self._fire_one(tx, kept, firing, after(planned, firing))
                    fired.append((kept, firing))
                    await others_first(len(fired))
            await tx.flush()
            crash_point("watcher.written")
        crash_point("watcher.committed")
        return fired

    async def _fire_one(self, tx: Tx, kept: Kept, firing: Firing, then: Firing | None) -> None:
        deadline = kept.deadline
        tx.cause = cause_of(deadline.deadline_id, kept.revision, firing.kind)
        tx.ordinals, tx.synthetic = {}, kept.synthetic
        with self.tracing.span(
            f"fire {firing.kind}",
            parent=parent_in_case(kept.traceparent, deadline.case_id),
            attributes={
                "vigil.deadline.id": str(deadline.deadline_id),
                "vigil.rule": deadline.rule,
                "vigil.revision": kept.revision,
            },
        ):
            await firing_store.note_firing(tx, kept, firing, then)
            await emit(
                tx,
                review_due(kept, firing, tx.now),
                case_stream(deadline.case_id),
                happened_at=firing.due_at,
            )
            await audit(
                tx,
                "review.due",
                str(deadline.deadline_id),
                case=str(deadline.case_id),
                cycle=deadline.cycle,
                rule=deadline.rule,
                revision=kept.revision,
                kind=firing.kind.value,
            )


async def _longest_due(left_out: list[UUID], tx: Tx) -> list[UUID]:
    return await firing_store.claim_due(tx, BATCH, left_out)


async def _this_one(case_id: UUID, tx: Tx) -> list[UUID]:
    return await case_store.claim(tx, [case_id])


def review_due(kept: Kept, firing: Firing, now: datetime) -> ReviewDue:
    """What a firing says when it is fired at `now`. Pure."""
    deadline = kept.deadline
    return ReviewDue(
        deadline_id=deadline.deadline_id,
        rule=deadline.rule,
        cycle=deadline.cycle,
        force=deadline.basis.force,
        revision=kept.revision,
        kind=firing.kind,
        due_date=deadline.basis.due_date,
        due_at=firing.due_at,
        fired_at=now,
        fired_late_by=(now - firing.due_at).total_seconds(),
        after_move=kept.moved_because if _was_past_when_moved(kept, firing) else None,
    )


def _was_past_when_moved(kept: Kept, firing: Firing) -> bool:
    late = kept.deadline.basis.late_from
    return firing.due_at == late and kept.moved_at is not None and kept.moved_at >= late
