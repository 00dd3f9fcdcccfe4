"""What this service has just told, as an event that its own clocks follow from."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from shared.contracts.catalogue import source_of, type_for
from shared.contracts.envelope import Envelope, correlation_of
from shared.contracts.payload import Payload
from shared.messaging.registry import Event
from shared.messaging.store import Tx

P = TypeVar("P", bound=Payload)


def own_step(tx: Tx, step_id: UUID, step: P, stream: str, happened_at: datetime) -> Event[P]:
    """`step_id` is the id under which it was emitted in `stream`."""
    envelope = Envelope(
        id=step_id,
        source=source_of(tx.service),
        type=type_for(type(step)).type,
        time=happened_at,
        recordedtime=tx.now,
        subject=stream,
        correlationid=correlation_of(stream),
    )
    return Event(envelope, step)
