"""What comes by the bus beside reports and confirmations: the Panel's replies, agencies' summaries.

Kept sealed, acknowledged, and passed on by ids alone to the service that it is for, which asks for
the content and judges it. Its answer goes to the sender as it comes (`submission_answered`).
"""

import hashlib
import json
from uuid import UUID, uuid5

from services.intake.case_store import lock_groups
from services.intake.desk import Desk
from services.intake.receive_report import Refused
from services.intake.sent_in import SentIn
from services.intake.submission_answered import tell_answer
from services.intake.submission_store import (
    Submitted,
    answer_of,
    case_of_request,
    insert_submission,
    known_submission,
    lock_submission,
)
from shared.contracts.arrival_events import PanelReplyArrived, SummaryArrived
from shared.contracts.catalogue import type_of
from shared.contracts.envelope import NAMESPACE, case_stream
from shared.contracts.event_codes import Submission
from shared.contracts.panel_said import PanelReplySubmitted
from shared.contracts.replies import SubmissionAcknowledged
from shared.contracts.strict_json import Invalid, validate
from shared.contracts.submissions import KIND_OF, MODEL_OF, notice_stream
from shared.contracts.summary_said import SummarySubmitted
from shared.messaging.audit import audit
from shared.messaging.crash_points import crash_point
from shared.messaging.outbox import emit, reply
from shared.messaging.store import Row, Tx
from shared.web.idempotency import Repeat, content_fingerprint, repeat

CONTENT_VERSION = 1
"""Whoever has more to say submits again, under another id."""

Arrived = PanelReplyArrived | SummaryArrived


async def take_submission(desk: Desk, tx: Tx, sent: SentIn) -> None:
    """The same submission again gets the same answers and changes nothing."""
    submission_id = uuid5(NAMESPACE, f"submission|{sent.organisation}|{sent.sender_id}")
    fingerprint = content_fingerprint(
        desk.fingerprint_key, {"type": sent.type, "content": sent.content}
    )
    tx.cause = submission_id
    await lock_submission(tx, submission_id)
    kept = await known_submission(tx, submission_id)
    if kept is None:
        kept = await _keep(tx, sent, submission_id, fingerprint)
        crash_point("consumer.effect_written")
    elif repeat(kept["fingerprint"], fingerprint) is not Repeat.SAME:
        raise Refused("id_reused")
    # Answered for each delivery: the same answer again does the sender no harm.
    tx.cause = uuid5(submission_id, sent.place)
    await _acknowledge(tx, kept)
    answered = await answer_of(tx, submission_id)
    if answered is not None:
        await tell_answer(tx, kept, answered)


async def _keep(tx: Tx, sent: SentIn, submission_id: UUID, fingerprint: bytes) -> Row:
    kind = KIND_OF[sent.type]
    said: PanelReplySubmitted | SummarySubmitted
    try:
        said = validate(MODEL_OF[kind], sent.content)
    except Invalid as error:
        raise Refused("not_valid", error.faults) from None
    stream, arrived = await _arrival(tx, sent, submission_id, said)
    canonical = json.dumps(sent.content, sort_keys=True, separators=(",", ":")).encode()
    submitted = Submitted(
        submission_id=submission_id,
        kind=kind,
        organisation=sent.organisation,
        system=sent.system,
        sender_id=sent.sender_id,
        about=said.notice_id if isinstance(said, PanelReplySubmitted) else said.request_id,
        content=canonical,
        fingerprint=fingerprint,
        content_sha256=hashlib.sha256(canonical).hexdigest(),
        traceparent=sent.traceparent,
    )
    await insert_submission(tx, submitted)
    await emit(tx, arrived, stream, happened_at=tx.now)
    await audit(
        tx,
        "submission.arrived",
        str(submission_id),
        kind=kind,
        system=sent.system,
        organisation=sent.organisation,
    )
    kept = await known_submission(tx, submission_id)
    if kept is None:
        raise LookupError("a submission vanished within its transaction")
    return kept


async def _arrival(
    tx: Tx, sent: SentIn, submission_id: UUID, said: PanelReplySubmitted | SummarySubmitted
) -> tuple[str, Arrived]:
    """The stream in which it is told, and what is told. Raises Refused `unknown_request` for a
    request that this organisation was not sent."""
    told = {
        "submission_id": submission_id,
        "content_version": CONTENT_VERSION,
        "system": sent.system,
        "organisation": sent.organisation,
        "received_at": tx.now,
    }
    if isinstance(said, PanelReplySubmitted):
        arrived = PanelReplyArrived.model_validate(told | {"notice_id": said.notice_id})
        return notice_stream(said.notice_id), arrived
    case_id = await case_of_request(tx, said.request_id, sent.organisation)
    group = (await lock_groups(tx, [case_id])).get(case_id) if case_id else None
    if group is None:
        raise Refused("unknown_request")
    tx.synthetic = group.survivor["synthetic"]
    summary = SummaryArrived.model_validate(told | {"request_id": said.request_id})
    return case_stream(group.survivor["case_id"]), summary


async def _acknowledge(tx: Tx, kept: Row) -> None:
    data = SubmissionAcknowledged(
        submission_id=kept["submission_id"],
        sender_id=kept["sender_id"],
        what=Submission(kept["kind"]),
        organisation=kept["organisation"],
        received_at=kept["received_at"],
        content_sha256=kept["content_sha256"],
    )
    type_ = type_of("submission.acknowledged")
    await reply(tx, data, kept["system"], str(data.sender_id), type_, kept["traceparent"])
