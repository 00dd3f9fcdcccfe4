"""What reporting does with events: it keeps them, and renews what lists show of their case, or of
their area."""

from itertools import filterfalse
from uuid import UUID

from services.reporting.area_store import renew_area
from services.reporting.delivery_store import keep_delivery
from services.reporting.journey_store import lock_group, renew
from services.reporting.region_store import note_synthetic
from shared.contracts.area_record import area_of_record, is_area_record
from shared.contracts.catalogue import EVENT_TYPES
from shared.contracts.delivery_events import DeliveryArrived
from shared.contracts.erasure_events import CaseErasureOrdered
from shared.contracts.intake_events import IncidentLinked
from shared.contracts.payload import Payload
from shared.contracts.sharing_events import SharingDecided
from shared.messaging.erasing import carry_out
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
    if tx.synthetic:
        for case_id in sorted(filterfalse(is_area_record, cases)):
            await note_synthetic(tx, case_id)
    await record_fact(event, tx)
    await tx.derive(_renew, cases)


async def _renew(tx: Tx, cases: frozenset[UUID]) -> None:
    """Cases before areas, each in their order: who locks otherwise deadlocks."""
    areas = {case_id: code for case_id in cases if (code := area_of_record(case_id))}
    if cases - areas.keys():
        await renew(tx, await lock_group(tx, cases - areas.keys()))
    for code in sorted(areas.values()):
        await renew_area(tx, code)


@registry.on(SharingDecided)
async def keep_sharing(event: Event[Payload], tx: Tx) -> None:
    """About a case it belongs to its journey. What regions are told rests on the standing ones."""
    if event.envelope.case_id is not None:
        await keep(event, tx)
    else:
        await record_fact(event, tx, about=event.envelope.correlationid)


@registry.on(DeliveryArrived)
async def note_the_delivery(event: Event[Payload], tx: Tx) -> None:
    """Not about a case as far as it says: which one is found when somebody asks."""
    if not isinstance(event.data, DeliveryArrived):
        raise CannotBeApplied("other_event")
    await keep_delivery(tx, event.data, event.envelope.recordedtime)


registry.on(CaseErasureOrdered)(carry_out)
for _event in EVENT_TYPES:
    if SERVICE in _event.acted_on_by and _event.type not in registry.types():
        registry.on_type(_event.type)(keep)
