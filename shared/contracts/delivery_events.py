"""What intake publishes of what a subscriber says that it took in."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.intake_events import Code
from shared.contracts.payload import Payload

TopicName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9._-]{0,199}$")]


class DeliveryArrived(Payload):
    """`subscriber` is the system whose ingress topic it came by, whatever it says of itself. The
    instants are the subscriber's own word; of an event that is received only, `processed_at` is
    null. Intake does not know the event: whoever published it knows what it is about."""

    event_id: UUID
    topic: TopicName
    subscriber: Code
    received_at: AwareDatetime
    processed_at: AwareDatetime | None


def delivery_stream(event_id: UUID) -> str:
    """All that is said about the delivery of one event, by whatever subscriber."""
    return f"delivery/{event_id}"
