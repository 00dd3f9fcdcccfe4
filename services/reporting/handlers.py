"""What reporting does with events: it keeps them, and renews what lists show of their case."""

from uuid import UUID

from services.reporting.journey_store import lock_group, renew
from shared.contracts.catalogue import EVENT_TYPES
from shared.contracts.intake_events import IncidentLinked
from shared.contracts.payload import Payload
from shared.messaging.facts import record_fact
from shared.messaging.order import CannotBeApplied
from shared.messaging.registry import Event, Registry
from shared.messaging.store import Tx

SERVICE = "reporting"

registry = Registry(SERVICE)


async def keep(event: Event[Payload], tx: Tx) -> None:
    """The journey is derived from the facts when somebody reads it: keeping them is enough."""
    cases = {event.case_id}
    if isinstance(event.data, IncidentLinked):
        if event.data.survivor == event.case_id:
            raise CannotBeApplied("linked_with_itself")
        cases.add(event.data.survivor)
    await record_fact(event, tx)
    await tx.derive(_renew, cases)


async def _renew(tx: Tx, cases: frozenset[UUID]) -> None:
    await renew(tx, await lock_group(tx, cases))


for _event in EVENT_TYPES:
    if SERVICE in _event.acted_on_by:
        registry.on_type(_event.type)(keep)
