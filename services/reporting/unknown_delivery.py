"""How many confirmations came in of what their sender was never told: forged, or gone astray."""

from datetime import timedelta

from prometheus_client import Gauge

from services.reporting.unknown_delivery_store import BECAUSE, unknown_deliveries
from shared.messaging.looking import keep_looking
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics

LOOK_SECONDS = 30.0
LATELY = timedelta(days=1)


class UnknownDeliveries:
    """A task of the node."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self.store = store
        self.unknown = Gauge(
            "vigil_deliveries_unknown",
            "Confirmations within a day of what their sender was never told",
            ["because"],
            registry=metrics.registry,
        )

    async def run(self) -> None:
        await keep_looking(self.look, LOOK_SECONDS, "unknown_deliveries")

    async def look(self) -> None:
        async with self.store.reading() as connection:
            now = await self.store.clock.now(connection)
            found = await unknown_deliveries(connection, now, LATELY)
        for because in BECAUSE:
            self.unknown.labels(because).set(sum(one.because == because for one in found))
