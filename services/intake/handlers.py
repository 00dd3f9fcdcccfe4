"""What intake does with what other services tell it: it learns which stage a case is in."""

from services.intake.enter_stage import enter_stage
from shared.contracts.catalogue import EVENT_TYPES
from shared.contracts.payload import Payload
from shared.messaging.facts import record_fact
from shared.messaging.registry import Event, Registry
from shared.messaging.store import Tx

registry = Registry("intake")


async def enter_next_stage(event: Event[Payload], tx: Tx) -> None:
    """For every event that the catalogue lets intake act on: the table of the flow knows what it
    means for the case."""
    await record_fact(event, tx)
    await enter_stage(tx, event.case_id)


for _row in EVENT_TYPES:
    if registry.service in _row.acted_on_by:
        registry.on(_row.model)(enter_next_stage)
