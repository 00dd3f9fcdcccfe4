"""What a subscriber says of an event that it read: strict, bounded, ids and instants alone."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, model_validator

from shared.contracts.delivery_events import TopicName
from shared.contracts.report import CLOCK_TOLERANCE
from shared.contracts.report_text import Instant, refusal
from shared.contracts.strict_json import FieldFault


class DeliveryConfirmed(BaseModel):
    """`event_id`: its `ce_id`; `topic`: where it was read. It may be said twice: first that the
    event was received, later that it was processed."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False
    )

    event_id: UUID
    topic: TopicName
    received_at: Instant
    processed_at: Instant | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "DeliveryConfirmed":
        if self.processed_at is not None and self.processed_at < self.received_at:
            raise refusal("processed_before_received")
        return self


def faults_of_delivery(said: DeliveryConfirmed, now: datetime) -> list[FieldFault]:
    """Instants that lie after `now` (aware; five minutes of clock error allowed)."""
    instants = {"/received_at": said.received_at, "/processed_at": said.processed_at}
    latest = now + CLOCK_TOLERANCE
    return [
        FieldFault(pointer, "in_the_future")
        for pointer, instant in instants.items()
        if instant is not None and instant > latest
    ]
