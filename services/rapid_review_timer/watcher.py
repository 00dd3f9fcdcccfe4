"""Fires what is due: warnings, the day itself, and the first late instant."""

import asyncio
from datetime import datetime
from uuid import UUID, uuid4

from services.rapid_review_timer import case_store, deadline_store
from services.rapid_review_timer.deadline_store import Kept
from services.rapid_review_timer.firing import Firing, after, cause_of, latest_due
from shared.contracts.deadline_events import ReviewDue
from shared.contracts.envelope import case_stream
from shared.messaging.audit import audit
from shared.messaging.crash_points import crash_point
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.outbox import emit
from shared.messaging.pausing import spread
from shared.messaging.store import Store, Tx
from shared.telemetry.logging import logger
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing, parent_in_case

BATCH = 100
SECONDS_BETWEEN_LOOKS = 0.5
LONGEST_PAUSE_SECONDS = 30.0


class Watcher:
    """Any number may run beside each other on one store: each firing happens once."""

    def __init__(self, store: Store, tracing: Tracing, metrics: Metrics) -> None:
        self.store = store
        self.tracing = tracing
        self.metrics = metrics
        self._nothing_was_due: datetime | None = None

    async def run(self) -> None:
        """Until it is cancelled. A store that fails is waited for."""
        pause = SECONDS_BETWEEN_LOOKS
        while True:
            try:
                fired = await self.sweep()
                pause = SECONDS_BETWEEN_LOOKS
            except INFRASTRUCTURE as error:
                fired = 0
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                logger().warning("watcher.paused", error=error, seconds=pause)
            await asyncio.sleep(0 if fired else spread(pause))

    async def sweep(self) -> int:
        """Fires one batch, those due the longest first, and says how many.

        Looks without a lock, claims the cases that nobody else holds, and reads again.
        """
        async with self.store.reading() as connection:
            now = await self.store.clock.now(connection)
            cases = await deadline_store.cases_to_fire(connection, now, BATCH)
        if not cases:
            self._nothing_was_due = now
            return 0
        fired = await self._fire_in(cases)
        crash_point("watcher.committed")
        for kept, firing in fired:
            self.metrics.fired.labels(kept.deadline.rule, firing.kind.value).inc()
            self._note_lateness(firing, now)
        return len(fired)

    def _note_lateness(self, firing: Firing, now: datetime) -> None:
        """A deadline of long ago that was only now heard of is not late by our doing."""
        self.metrics.fired_late.observe((now - firing.due_at).total_seconds())
        could_fire = max(firing.due_at, self._nothing_was_due or firing.due_at)
        self.metrics.fired_late_lately.note((now - could_fire).total_seconds())

    async def _fire_in(self, cases: list[UUID]) -> list[tuple[Kept, Firing]]:
        fired = []
        async with self.store.transaction(uuid4(), "watcher") as tx:
            claimed = await case_store.claim(tx, cases)
            crash_point("watcher.claimed")
            for kept in await deadline_store.due_deadlines(tx, claimed):
                firing = latest_due(kept.planned, tx.now)
                if firing is not None:
                    await self._fire(tx, kept, firing)
                    fired.append((kept, firing))
            await tx.flush()
            crash_point("watcher.written")
        return fired

    async def _fire(self, tx: Tx, kept: Kept, firing: Firing) -> None:
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
            await deadline_store.note_firing(tx, kept, firing, after(kept.planned, firing))
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
