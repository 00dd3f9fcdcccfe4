"""Makes one event take effect, under its own span; whatever goes wrong with it becomes a code."""

from collections.abc import Callable
from dataclasses import dataclass

from opentelemetry.trace import SpanKind

from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.order import CannotBeApplied, Outcome
from shared.messaging.registry import Registry
from shared.messaging.store import Tx
from shared.messaging.stream_rows import PlacedEvent
from shared.telemetry.logging import error_code
from shared.telemetry.tracing import Tracing, context_of, parent_in_case


@dataclass(frozen=True)
class Applier:
    """Applies one event of a stream under its own span; `tx.cause` is that event meanwhile.

    A type that this service has no use for gets no span: only its number is used up. So it is with
    whatever still arrives of a case that has left the store, readable or not.
    """

    tx: Tx
    group: str
    registry: Registry
    tracing: Tracing
    note_refusal: Callable[[str, str], None]
    """Told the reason and the stream of each refusal."""

    async def __call__(self, event: PlacedEvent, /) -> Outcome:
        envelope = event.envelope
        if event.stream in self.tx.erased:
            return Outcome.NOT_USED
        if envelope is None:
            raise self._refused(event, event.incoming.fault or "unreadable")
        if envelope.type not in self.registry.types():
            return await self._apply(event)
        outer, self.tx.cause = self.tx.cause, event.event_id
        ordinals, self.tx.ordinals = self.tx.ordinals, {}
        synthetic, self.tx.synthetic = self.tx.synthetic, envelope.synthetic
        creation = context_of(envelope.traceparent)
        record = event.incoming.record
        try:
            with self.tracing.span(
                f"process {record.topic}",
                parent=parent_in_case(envelope.traceparent, envelope.case_id),
                links=(creation,) if creation else (),
                kind=SpanKind.CONSUMER,
                attributes={
                    "messaging.system": "kafka",
                    "messaging.operation.name": "process",
                    "messaging.operation.type": "process",
                    "messaging.destination.name": record.topic,
                    "messaging.consumer.group.name": self.group,
                    "vigil.event.id": str(envelope.id),
                    "vigil.event.type": envelope.type,
                },
            ):
                return await self._apply(event)
        finally:
            self.tx.cause, self.tx.synthetic, self.tx.ordinals = outer, synthetic, ordinals

    async def _apply(self, event: PlacedEvent) -> Outcome:
        envelope = event.envelope
        if envelope is None:
            raise self._refused(event, "unreadable")
        try:
            outcome = await self.registry.apply(envelope, event.incoming.record.value, self.tx)
            if self.tx.at_end is None:
                await self.tx.flush()
            return outcome
        except INFRASTRUCTURE:
            raise
        except CannotBeApplied as refusal:
            raise self._refused(event, refusal.reason) from None
        except Exception as error:
            raise self._refused(
                event, f"defect.{error_code(error)}".replace(":", ".")[:64]
            ) from None

    def _refused(self, event: PlacedEvent, reason: str) -> CannotBeApplied:
        self.note_refusal(reason, event.stream)
        return CannotBeApplied(reason)
