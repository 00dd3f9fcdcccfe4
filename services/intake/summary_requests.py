"""An agency that is asked for a summary is told on the replies topic of its own system.

Kept when it is heard of, and told by a task of its own: the list of systems changes while this
runs, and an agency that gets a system on the bus later is told then. Others answer by HTTP.
"""

import asyncio
from dataclasses import dataclass
from uuid import UUID, uuid5

from services.intake.desk import Desk
from services.intake.summary_request_store import (
    claim_request,
    insert_request,
    look_again,
    note_told,
    untold,
)
from shared.calendar.london import london_date
from shared.contracts import replies
from shared.contracts.catalogue import type_of
from shared.contracts.payload import Payload
from shared.contracts.review_events import SummaryRequested
from shared.messaging.audit import audit
from shared.messaging.facts import record_fact
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.order import CannotBeApplied
from shared.messaging.outbox import reply
from shared.messaging.registry import Event
from shared.messaging.store import Tx
from shared.reference.directory import la_of
from shared.telemetry.logging import logger

POLL_SECONDS, PAUSE_SECONDS = 0.5, 5.0
BATCH = 50
ACTOR = "intake"


async def keep_request(event: Event[Payload], tx: Tx) -> None:
    if not isinstance(event.data, SummaryRequested):
        raise CannotBeApplied("other_event")
    await record_fact(event, tx)
    await insert_request(tx, event.case_id, event.data)


@dataclass(frozen=True)
class SummaryRequests:
    """The task that tells. Several processes may run it: each request is claimed by one."""

    desk: Desk

    async def run(self) -> None:
        while True:
            try:
                told = await self.tell_untold()
                await asyncio.sleep(0 if told == BATCH else POLL_SECONDS)
            except INFRASTRUCTURE as error:
                logger().warning("summary_requests.paused", error=error)
                await asyncio.sleep(PAUSE_SECONDS)

    async def tell_untold(self) -> int:
        """One round; how many requests it looked at."""
        waiting = await untold(self.desk.store, BATCH)
        for request_id in waiting:
            async with self.desk.store.transaction(uuid5(request_id, "asked"), ACTOR) as tx:
                await self._tell(tx, request_id)
        return len(waiting)

    async def _tell(self, tx: Tx, request_id: UUID) -> None:
        row = await claim_request(tx, request_id)
        if row is None:
            return
        systems = self.systems_of(row["agency"], tx, synthetic=row["synthetic"])
        if not systems:
            await look_again(tx, request_id)
            return
        tx.synthetic = row["synthetic"]
        data = replies.SummaryRequested(
            request_id=request_id,
            organisation=row["agency"],
            authority=la_of(row["owner_area"]),
            requested_at=row["requested_at"],
            due_date=row["due_date"],
        )
        for system in systems:
            await reply(tx, data, system, str(request_id), type_of("summary.requested"), None)
        await note_told(tx, request_id, systems)
        await audit(tx, "summary.requested", str(request_id), agency=row["agency"])

    def systems_of(self, agency: str, tx: Tx, *, synthetic: bool = False) -> list[str]:
        """The systems on the bus that speak for an agency today. A synthetic system hears of
        synthetic cases alone, and nobody else does but in a drill, where nothing is real."""
        registry, today = self.desk.registry, london_date(tx.now)
        invented = synthetic and not self.desk.store.synthetic
        return [
            system
            for system in registry.systems()
            if registry.may_use(system, "bus")
            and registry.is_synthetic(system) == invented
            and registry.may_speak_for(system, agency, today)
        ]
