"""How long ago the last synthetic case set out that arrived at its region and was confirmed there.

Measured where the whole way ends, from what is on record, whoever sent the case: so it also says
when nobody sends any more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

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


@dataclass(frozen=True)
class LastCanary:
    """The last that its region confirmed: which case, when it set out, when the confirmation came
    in. `since`: when it set out, or the first that ever did if none arrived yet. `expected_by`:
    until when another should be confirmed; None before the first set out."""

    case_id: UUID | None
    region: str | None
    set_out_at: datetime | None
    confirmed_at: datetime | None
    since: datetime | None
    expected_by: datetime | None
    as_of: datetime

    @property
    def overdue_seconds(self) -> float:
        late = self.as_of - self.expected_by if self.expected_by else timedelta(0)
        return max(late.total_seconds(), 0.0)


async def last_canary(connection: Any, now: datetime) -> LastCanary:
    found = await canaries(connection)
    since = found.last_arrived or found.first_sent
    return LastCanary(
        found.case_id,
        found.region,
        found.last_arrived,
        found.confirmed_at,
        since,
        expected_by(since, found.region) if since else None,
        now,
    )


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
        self.arrived = Gauge(
            "vigil_canary_arrived_timestamp_seconds",
            "When its confirmation came in, in seconds since 1970; 0 before the first",
            registry=metrics.registry,
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
            last = await last_canary(connection, await self.store.clock.now(connection))
        if last.since is None:
            return
        self.age.set((last.as_of - last.since).total_seconds())
        if last.set_out_at and last.confirmed_at:
            self.took.set((last.confirmed_at - last.set_out_at).total_seconds())
            self.arrived.set(last.confirmed_at.timestamp())
        self.overdue.set(last.overdue_seconds)


def expected_by(last: datetime, region: str | None) -> datetime:
    """Until when another canary is to be confirmed, after one that set out at `last` (aware): one
    sets out each hour, and waits for the region's next release."""
    releases = [row.release for row in shared_regions() if region in (None, row.region)]
    leaves = last + EVERY
    released = max((release.after(leaves) for release in releases), default=leaves)
    return released + ALLOWED
