"""One transaction of one service: its cause, and the events that it adds to the outbox."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from shared.contracts.catalogue import source_of, type_for, type_of
from shared.contracts.envelope import case_stream, derived_id
from shared.contracts.payload import Payload
from shared.messaging.facts import Fact
from tests.simulation.service_store import Written


@dataclass
class Work:
    """Ids of events follow from `cause`, so the same cause makes no second one."""

    service: str
    written: Written
    now: datetime
    cause: UUID
    ordinals: dict[tuple[str, UUID, str], int] = field(default_factory=dict)

    def emit(
        self,
        data: Payload,
        case_id: UUID,
        happened_at: datetime,
        topic: str | None = None,
        about: str = "",
    ) -> UUID:
        type_ = type_of(topic) if topic else type_for(type(data)).type
        cause = uuid5(self.cause, about) if about else self.cause
        ordinal = self.ordinals.get((type_, case_id, about), -1) + 1
        self.ordinals[type_, case_id, about] = ordinal
        event_id = derived_id(cause, type_, case_stream(case_id), ordinal)
        if event_id not in self.written.outbox:
            number = self.written.last_number.get(case_id, 0) + 1
            self.written.last_number[case_id] = number
            self.written.add(
                Fact(
                    event_id=event_id,
                    case_id=case_id,
                    source=source_of(self.service),
                    sequence=number,
                    type=type_,
                    happened_at=happened_at,
                    recorded_at=self.now,
                    traceparent=None,
                    data=data,
                )
            )
        return event_id

    def because_of(self, cause: UUID) -> "Work":
        """The same transaction with another cause, which counts its events anew."""
        return Work(self.service, self.written, self.now, cause)
