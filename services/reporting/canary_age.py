"""How long ago the last synthetic case set out that arrived at its region and was confirmed there.

Measured where the whole way ends, from what is on record, whoever sent the case: so it also says
when nobody sends any more.
"""

from datetime import datetime, timedelta

from prometheus_client import Gauge

from services.reporting.canary_store import canaries
from shared.messaging.looking import keep_looking
from shared.messaging.store import Store
from shared.reference.shared_regions import shared_regions
from shared.telemetry.metrics import Metrics

LOOK_SECONDS = 5.0
EVERY = timedelta(hours=1)
ALLOWED = timedelta(minutes=15)
"""For the whole way, beside the time that a region's release may take."""


class CanaryAge:
    """A task of the node."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self.store = store
        self.age = Gauge(
            "vigil_canary_age_seconds",
            "Since the last synthetic case set out that was confirmed; 0 before the first",
            registry=metrics.registry,
        )
        self.took = Gauge(
            "vigil_canary_seconds", "How long its way took", registry=metrics.registry
        )
        self.overdue = Gauge(
            "vigil_canary_overdue_seconds",
            "By how long another should have been confirmed by now",
            registry=metrics.registry,
        )

    async def run(self) -> None:
        """Until cancelled. In a drill there is nothing to be told apart, and so no canary."""
        await keep_looking(self.look, LOOK_SECONDS, "canary")

    async def look(self) -> None:
        if self.store.synthetic:
            return
        async with self.store.reading() as connection:
            now = await self.store.clock.now(connection)
            known = await canaries(connection)
        since = known.last_arrived or known.first_sent
        if since is None:
            return
        self.age.set((now - since).total_seconds())
        if known.last_arrived and known.confirmed_at:
            self.took.set((known.confirmed_at - known.last_arrived).total_seconds())
        late = now - expected_by(since, known.region)
        self.overdue.set(max(late.total_seconds(), 0.0))


def expected_by(last: datetime, region: str | None) -> datetime:
    """Until when another canary is to be confirmed, after one that set out at `last` (aware): one
    sets out each hour, and waits for the region's next release."""
    releases = [row.release for row in shared_regions() if region in (None, row.region)]
    leaves = last + EVERY
    released = max((release.after(leaves) for release in releases), default=leaves)
    return released + ALLOWED
