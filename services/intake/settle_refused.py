"""What a person may do with a report that a front door refused: take it in or discard it."""

from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from services.intake.front_door import PREFIX, FrontDoor
from services.intake.quarantine_store import lock_refused
from services.intake.receive_report import Refused
from shared.messaging.quarantine import CannotBeSettled, close_row, open_record
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing


@dataclass(frozen=True)
class RefusedReports:
    """Settles the records of the ingress topics. The repaired value is the report's JSON in clear,
    as the sender would have encrypted it; organisation and id stay those of the record."""

    door: FrontDoor

    async def release(
        self, quarantine_id: UUID, *, name: str, reason: str, repaired: bytes | None
    ) -> str:
        """Accepts and answers it as if it had come so. Raises CannotBeSettled with the code of what
        is still wrong, and then nothing was changed."""
        async with self.door.desk.store.transaction(uuid4(), name) as tx:
            row = await lock_refused(tx, quarantine_id)
            record = open_record(tx, row)
            if not record.topic.startswith(PREFIX):
                raise CannotBeSettled("sent_by_http_send_it_again")
            if repaired is not None:
                record = replace(record, value=self.door.sealed(repaired))
            await close_row(tx, row, "released", name, reason, repaired=repaired is not None)
            try:
                await self.door.accept_in(tx, record)
            except Refused as refusal:
                raise CannotBeSettled(refusal.reason) from None
        return "accepted"

    async def discard(self, quarantine_id: UUID, *, name: str, reason: str) -> str:
        async with self.door.desk.store.transaction(uuid4(), name) as tx:
            row = await lock_refused(tx, quarantine_id)
            await close_row(tx, row, "discarded", name, reason)
        return "discarded"

    def over(self, store: Store) -> "RefusedReports":
        desk = replace(self.door.desk, store=store, tracing=Tracing(store.service, None))
        return RefusedReports(FrontDoor(replace(desk, metrics=Metrics())))
