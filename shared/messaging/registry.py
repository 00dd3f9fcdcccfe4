"""Which coroutine applies which event: one table per service, looked up by type.

Events that were parked are drained by the delivery of another type, so the look-up cannot hang on
the topic that a record came from.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import ValidationError

from shared.contracts.catalogue import VOIDED, event_type, type_for
from shared.contracts.envelope import Envelope
from shared.contracts.payload import Payload
from shared.contracts.strict_json import BadJson, parse
from shared.messaging.order import CannotBeApplied, Outcome
from shared.messaging.store import Tx

P = TypeVar("P", bound=Payload, covariant=True)


@dataclass(frozen=True)
class Event(Generic[P]):
    """An event of another service: its attributes and its data."""

    envelope: Envelope
    data: P

    @property
    def case_id(self) -> UUID:
        """Raises CannotBeApplied for an event outside any case."""
        case_id = self.envelope.case_id
        if case_id is None:
            raise CannotBeApplied("not_about_a_case")
        return case_id


Handler = Callable[[Event[Payload], Tx], Awaitable[None]]
AfterAny = Callable[[Event[Payload], Tx], Awaitable[None]]


class Registry:
    """The handlers of one service. Types it follows but has no use for only use up their number."""

    def __init__(self, service: str) -> None:
        self.service = service
        self._handlers: dict[str, Handler] = {}

    def on(self, model: type[Payload]) -> Callable[[Handler], Handler]:
        """Registers the handler of an event class. The catalogue must say that we act on it."""
        row = type_for(model)
        if self.service not in row.acted_on_by:
            raise LookupError(f"the catalogue does not let {self.service} act on {row.topic}")
        return self.on_type(row.type)

    def on_type(self, type_: str) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self._handlers[type_] = handler
            return handler

        return register

    def types(self) -> frozenset[str]:
        return frozenset(self._handlers)

    async def apply(self, envelope: Envelope, value: bytes | None, tx: Tx) -> Outcome:
        """Applies one event in its turn. Raises CannotBeApplied with a code.

        What is in an event that this service has no use for is not its to judge: a broken one stops
        the case only where it matters.
        """
        if envelope.type == VOIDED:
            return Outcome.VOIDED
        handler = self._handlers.get(envelope.type)
        row = event_type(envelope.type)
        if row is None:
            raise CannotBeApplied("type_unknown")
        if handler is None:
            return Outcome.NOT_USED
        data = decode(row.model, value)
        await handler(Event(envelope, data), tx)
        return Outcome.APPLIED


def decode(model: type[Payload], value: bytes | None) -> Payload:
    """The data of an event, tolerant of unknown fields. Raises CannotBeApplied with a code."""
    if value is None:
        raise CannotBeApplied("value_null")
    try:
        return model.model_validate(parse(value))
    except BadJson as error:
        raise CannotBeApplied(error.code) from None
    except ValidationError:
        raise CannotBeApplied("data_not_of_schema") from None
