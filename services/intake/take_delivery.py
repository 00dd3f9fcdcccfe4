"""A subscriber says that it received or processed an event: kept once, and told to reporting.

Whose word it is says the topic that it came by, which nobody else may write. The event is known to
whoever published it alone; a subscriber has no case id, and intake could not map a region's event.
"""

from uuid import uuid5

from services.intake.delivery_store import keep_delivery, known_delivery, lock_delivery
from services.intake.desk import Desk
from services.intake.receive_report import Refused
from services.intake.sent_in import SentIn
from shared.contracts.delivery_events import DeliveryArrived, delivery_stream
from shared.contracts.delivery_said import DeliveryConfirmed, faults_of_delivery
from shared.contracts.envelope import NAMESPACE
from shared.contracts.strict_json import Invalid, validate
from shared.messaging.audit import audit
from shared.messaging.crash_points import crash_point
from shared.messaging.outbox import emit
from shared.messaging.store import Tx
from shared.web.idempotency import Repeat, content_fingerprint, repeat


async def take_delivery(desk: Desk, tx: Tx, sent: SentIn) -> None:
    """The same confirmation again changes nothing, also in a store that was restored. An accepted
    one gets no answer: it is one."""
    fingerprint = content_fingerprint(desk.fingerprint_key, sent.content)
    tx.cause = uuid5(NAMESPACE, f"delivery|{sent.system}|{sent.sender_id}")
    await lock_delivery(tx, tx.cause)
    known = await known_delivery(tx, sent.system, sent.sender_id)
    if known is not None:
        if repeat(known, fingerprint) is not Repeat.SAME:
            raise Refused("id_reused")
        return
    said = _read(sent, tx)
    await keep_delivery(tx, sent.system, sent.sender_id, said.event_id, fingerprint)
    arrived = DeliveryArrived(
        event_id=said.event_id,
        topic=said.topic,
        subscriber=sent.system,
        received_at=said.received_at,
        processed_at=said.processed_at,
    )
    happened_at = said.processed_at or said.received_at
    await emit(tx, arrived, delivery_stream(said.event_id), happened_at=happened_at)
    await audit(tx, "delivery.confirmed", str(said.event_id), system=sent.system, topic=said.topic)
    crash_point("consumer.effect_written")


def _read(sent: SentIn, tx: Tx) -> DeliveryConfirmed:
    try:
        said = validate(DeliveryConfirmed, sent.content)
    except Invalid as error:
        raise Refused("not_valid", error.faults) from None
    faults = faults_of_delivery(said, tx.now)
    if faults:
        raise Refused("not_valid", faults)
    return said
