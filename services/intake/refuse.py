"""What a front door refused is kept, sealed, for a person: it may be about a child at risk."""

import hashlib
from collections.abc import Mapping
from uuid import UUID, uuid5

from services.intake.receive_report import Refused, ReportErased
from shared.contracts.catalogue import type_of
from shared.contracts.envelope import NAMESPACE
from shared.contracts.payload import Payload
from shared.contracts.replies import FaultFound, ReportRefused, SubmissionRefused
from shared.contracts.submissions import KIND_OF
from shared.contracts.wire import Incoming, Record
from shared.messaging.quarantining import put_in_quarantine
from shared.messaging.store import Tx

MAX_FAULTS_TOLD = 20


async def keep_refused(tx: Tx, record: Record, system: str, reason: str) -> None:
    """Once per position, however often the record is delivered."""
    event_id = uuid5(NAMESPACE, f"{record.topic}|{record.partition}|{record.offset}")
    incoming = Incoming(
        record=record,
        source=f"/ingress/{system}",
        event_id=event_id,
        stream=None,
        sequence=None,
        type=None,
        envelope=None,
        fault=reason,
    )
    await put_in_quarantine(tx, incoming, reason, "unplaced", may_reopen=False)


def refusal_of(
    tx: Tx, refusal: Refused, sender_report_id: UUID | None, record: Record | None
) -> ReportRefused:
    """The answer: codes and places, never a value."""
    return ReportRefused(
        reason=refusal.reason.replace(":", "."),
        faults=[
            FaultFound(pointer=fault.pointer[:200], code=fault.code)
            for fault in refusal.faults[:MAX_FAULTS_TOLD]
        ],
        sender_report_id=str(sender_report_id) if sender_report_id else None,
        partition=record.partition if record else None,
        offset=record.offset if record else None,
        held_for_a_person=not isinstance(refusal, ReportErased),
        refused_at=tx.now,
    )


def answer_to(
    tx: Tx, refusal: Refused, headers: Mapping[str, str], sender_id: UUID | None, record: Record
) -> tuple[Payload, str]:
    """The answer to a record and its type, by what the record says that it is."""
    kind = KIND_OF.get(headers.get("ce_type", ""))
    refused = refusal_of(tx, refusal, sender_id, record)
    if kind is None:
        return refused, type_of("report.refused")
    told = refused.model_dump(exclude={"sender_report_id"}) | {"sender_id": sender_id}
    return SubmissionRefused.model_validate(told | {"what": kind}), type_of("submission.refused")


def record_of_request(system: str, body: bytes) -> Record:
    """A refused request as a record to keep; the same body again is the same record."""
    position = int.from_bytes(hashlib.sha256(body).digest()[:8]) >> 1
    return Record(f"http.{system}", 0, position, None, (), body)
