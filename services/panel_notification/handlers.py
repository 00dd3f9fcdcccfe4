"""What panel notification does with the events of others: it keeps them then tells."""

from services.panel_notification.notice_store import bring_in_line, link, lock_group
from services.panel_notification.restored import note_what_was_told
from shared.contracts.intake_events import (
    IncidentCorrected,
    IncidentDecided,
    IncidentLinked,
    IncidentTransferred,
    IncidentWithdrawn,
)
from shared.contracts.payload import Payload
from shared.messaging.facts import record_fact
from shared.messaging.order import CannotBeApplied
from shared.messaging.registry import Event, Registry
from shared.messaging.store import Tx

registry = Registry("panel_notification")


@registry.on(IncidentDecided)
@registry.on(IncidentCorrected)
@registry.on(IncidentTransferred)
@registry.on(IncidentWithdrawn)
async def tell_whom_it_concerns(event: Event[Payload], tx: Tx) -> None:
    await record_fact(event, tx)
    group = await lock_group(tx, event.case_id)
    await note_what_was_told(tx, group)
    await bring_in_line(tx, group)


@registry.on(IncidentLinked)
async def tell_only_for_the_survivor(event: Event[Payload], tx: Tx) -> None:
    if not isinstance(event.data, IncidentLinked):
        raise CannotBeApplied("other_event")
    if event.data.survivor == event.case_id:
        raise CannotBeApplied("linked_with_itself")
    await record_fact(event, tx)
    await bring_in_line(tx, await link(tx, event.case_id, event.data.survivor))
