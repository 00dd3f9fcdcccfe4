"""Records of sending systems' ingress topics: opened, checked, accepted or refused, answered.

The topic says which system wrote a record, because the broker lets nobody else write it; the
organisation that the record claims must be one for which that system speaks.
"""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID, uuid5

from opentelemetry.trace import SpanKind

from services.intake.desk import Desk
from services.intake.erasure_store import note_erased_report
from services.intake.receive_report import Refused, ReportErased, read_content
from services.intake.refuse import answer_to, keep_refused
from services.intake.sent_in import SentIn, TakeIn
from services.intake.take_delivery import take_delivery
from services.intake.take_report import take_report
from services.intake.take_submission import take_submission
from shared.calendar.london import london_date
from shared.contracts.catalogue import DELIVERY_CONFIRMED, REPORT_SUBMITTED
from shared.contracts.envelope import NAMESPACE
from shared.contracts.submissions import KIND_OF
from shared.contracts.wire import SPECVERSION, Record, text_headers
from shared.messaging.consumed_offsets import store_offset
from shared.messaging.crash_points import crash_point
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.outbox import reply
from shared.messaging.pausing import spread
from shared.messaging.receiving import (
    FIRST_PAUSE_SECONDS,
    LONGEST_PAUSE_SECONDS,
    ConsumerPaused,
)
from shared.messaging.store import Tx
from shared.sealing.ingress import IngressRefused, encrypt
from shared.telemetry.logging import error_code, logger
from shared.telemetry.tracing import context_of

TAKES_IN: Mapping[str, TakeIn] = MappingProxyType(
    {
        REPORT_SUBMITTED: take_report,
        DELIVERY_CONFIRMED: take_delivery,
        **dict.fromkeys(KIND_OF, take_submission),
    }
)
"""What is done with each type that a sending system may write."""
PREFIX = "ingress."
JOSE = "application/jose"


class FrontDoor:
    """The consumer of every `ingress.<system>`."""

    group = "intake.ingress"

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._pause = FIRST_PAUSE_SECONDS

    async def consume(self, *records: Record) -> None:
        """Returns once all are accepted or kept; ConsumerPaused asks for them again, and those
        that were accepted before get the same answer."""
        for record in records:
            await self._consume(record)

    async def _consume(self, record: Record) -> None:
        headers, _ = text_headers(record.headers)
        sender = context_of(headers.get("traceparent"))
        try:
            with self.desk.tracing.span(
                "process ingress",
                parent=None,
                links=(sender,) if sender else (),
                kind=SpanKind.CONSUMER,
                attributes={
                    "messaging.system": "kafka",
                    "messaging.operation.name": "process",
                    "messaging.operation.type": "process",
                    "messaging.destination.name": record.topic,
                    "messaging.consumer.group.name": self.group,
                },
            ):
                await self._take(record)
        except INFRASTRUCTURE as error:
            logger().warning("consumer.paused", group=self.group, error=error, seconds=self._pause)
            await asyncio.sleep(spread(self._pause))
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
            raise ConsumerPaused from None
        self._pause = FIRST_PAUSE_SECONDS

    async def _take(self, record: Record) -> None:
        system = record.topic.removeprefix(PREFIX)
        headers, _ = text_headers(record.headers)
        try:
            await self._accept(record, system)
            outcome = "accepted"
        except Refused as refusal:
            await self._refuse(record, system, headers, refusal)
            outcome = "refused"
        except INFRASTRUCTURE:
            raise
        except Exception as error:
            logger().error("report.defect", topic=record.topic, error=error)
            await self._refuse(record, system, headers, Refused(f"defect.{error_code(error)}"))
            outcome = "refused"
        self.desk.metrics.reports.labels("bus", outcome).inc()

    async def _accept(self, record: Record, system: str) -> None:
        headers, _ = text_headers(record.headers)
        sender_id = sender_id_of(headers)
        cause = sender_id or uuid5(NAMESPACE, f"{record.topic}|{record.partition}|{record.offset}")
        crash_point("consumer.parsed")
        async with self.desk.store.transaction(cause, f"system:{system}") as tx:
            await self.accept_in(tx, record)
            await store_offset(tx, record)

    async def accept_in(self, tx: Tx, record: Record) -> None:
        """Takes in what a record says, and answers, in the caller's transaction. Raises Refused."""
        system = record.topic.removeprefix(PREFIX)
        headers, fault = text_headers(record.headers)
        if system not in self.desk.registry.systems():
            raise Refused("system_unknown")
        tx.synthetic = tx.synthetic or self.desk.registry.is_synthetic(system)
        organisation, sender_id = self._identify(system, headers, fault)
        if not self.desk.registry.may_speak_for(system, organisation, london_date(tx.now)):
            raise Refused("organisation_not_allowed")
        sent = SentIn(
            system=system,
            organisation=organisation,
            sender_id=sender_id,
            type=headers["ce_type"],
            content=read_content(self._open(record, headers)),
            traceparent=headers.get("traceparent"),
            place=f"{record.topic}|{record.partition}|{record.offset}",
        )
        await TAKES_IN[sent.type](self.desk, tx, sent)

    def sealed(self, content: bytes) -> bytes:
        """A report's JSON, encrypted as its sender would have done."""
        return encrypt(content, self.desk.ingress_keys.public()[0])

    def _identify(
        self, system: str, headers: dict[str, str], fault: str | None
    ) -> tuple[str, UUID]:
        if fault:
            raise Refused(fault)
        if headers.get("ce_specversion") != SPECVERSION:
            raise Refused("specversion_not_supported")
        if headers.get("ce_type") not in TAKES_IN:
            raise Refused("type_not_supported")
        source = headers.get("ce_source", "").split("/")
        if len(source) != 4 or source[:2] != ["", "org"] or source[3] != system:
            raise Refused("source_mismatch")
        synthetic = self.desk.registry.is_synthetic(system)
        if headers.get("ce_synthetic") and not synthetic:
            raise Refused("synthetic_not_allowed")
        if synthetic and headers["ce_type"] != REPORT_SUBMITTED:
            # What it may say of a case it says by HTTP, where the case is known to be synthetic.
            raise Refused("synthetic_system")
        sender_id = sender_id_of(headers)
        if sender_id is None:
            raise Refused("id_not_a_uuid")
        return source[2], sender_id

    def _open(self, record: Record, headers: dict[str, str]) -> bytes:
        if record.value is None:
            raise Refused("value_null")
        if not record.value:
            raise Refused("value_empty")
        if headers.get("content-type") != JOSE:
            raise Refused("content_type_refused")
        try:
            return self.desk.ingress_keys.decrypt(record.value)
        except IngressRefused as error:
            raise Refused(error.code) from None

    async def _refuse(
        self, record: Record, system: str, headers: dict[str, str], refusal: Refused
    ) -> None:
        cause = uuid5(NAMESPACE, f"refused|{record.topic}|{record.partition}|{record.offset}")
        async with self.desk.store.transaction(cause, f"system:{system}") as tx:
            if isinstance(refusal, ReportErased):
                await note_erased_report(tx, *refusal.known)
            else:
                await keep_refused(tx, record, system, refusal.reason)
            if system in self.desk.registry.systems():
                sender_id = sender_id_of(headers)
                data, type_ = answer_to(tx, refusal, headers, sender_id, record)
                key = str(sender_id or f"{record.partition}/{record.offset}")
                await reply(tx, data, system, key, type_, headers.get("traceparent"))
            await store_offset(tx, record)


def sender_id_of(headers: dict[str, str]) -> UUID | None:
    try:
        return UUID(headers.get("ce_id", ""))
    except ValueError:
        return None
