"""Which decisions to share there are about a case: reading what others wrote rests on one."""

from shared.contracts.payload import Payload
from shared.messaging.facts import record_fact
from shared.messaging.registry import Event
from shared.messaging.store import Tx


async def keep_sharing(event: Event[Payload], tx: Tx) -> None:
    """By its case. A standing decision is about shared topics, of which this service has none: it
    is kept by its own stream, and opens nothing."""
    await record_fact(event, tx, about=event.envelope.correlationid)
