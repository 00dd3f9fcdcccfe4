"""How many decisions to share or not to share stand though their review date has come."""

from prometheus_client import Gauge

from services.intake.sharing_store import reviews_due
from shared.calendar.london import london_date
from shared.messaging.looking import keep_looking
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics

LOOK_SECONDS = 30.0


class SharingReviews:
    """A task of the node."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self.store = store
        self.due = Gauge(
            "vigil_sharing_reviews_due",
            "Decisions to share or not whose review date has come",
            ["kind"],
            registry=metrics.registry,
        )

    async def run(self) -> None:
        """Until cancelled."""
        await keep_looking(self.look, LOOK_SECONDS, "sharing_reviews")

    async def look(self) -> None:
        async with self.store.reading() as connection:
            today = london_date(await self.store.clock.now(connection))
            standing, of_cases = await reviews_due(connection, today)
        self.due.labels("standing").set(standing)
        self.due.labels("case").set(of_cases)
