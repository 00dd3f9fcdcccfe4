"""What intake does with what other services tell it: it learns which stage a case is in."""

from services.intake.enter_stage import enter_stage
from shared.contracts.panel_events import IncidentNotified
from shared.contracts.payload import Payload
from shared.messaging.facts import record_fact
from shared.messaging.registry import Event, Registry
from shared.messaging.store import Tx

registry = Registry("intake")


@registry.on(IncidentNotified)
async def enter_notified(event: Event[Payload], tx: Tx) -> None:
    await record_fact(event, tx)
    await enter_stage(tx, event.case_id)
