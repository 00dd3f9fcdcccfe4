"""A report that came by the bus: accepted, and acknowledged on its sender's topic."""

from uuid import uuid5

from services.intake.desk import Desk
from services.intake.receive_report import Receipt, accept, submission_of
from services.intake.sent_in import SentIn
from shared.contracts.catalogue import type_of
from shared.contracts.replies import ReportAcknowledged
from shared.messaging.crash_points import crash_point
from shared.messaging.outbox import reply
from shared.messaging.store import Tx


async def take_report(desk: Desk, tx: Tx, sent: SentIn) -> None:
    submission = submission_of(
        desk,
        sent.content,
        system=sent.system,
        organisation=sent.organisation,
        sender_report_id=sent.sender_id,
        door="bus",
        traceparent=sent.traceparent,
    )
    tx.cause = submission.report_id
    receipt = await accept(desk, tx, submission, sent.content)
    crash_point("consumer.effect_written")
    # Answered for each delivery: the same answer again does the sender no harm.
    tx.cause = uuid5(tx.cause, sent.place)
    await _acknowledge(tx, sent, receipt)


async def _acknowledge(tx: Tx, sent: SentIn, receipt: Receipt) -> None:
    data = ReportAcknowledged(
        receipt_id=receipt.receipt_id,
        report_id=receipt.report_id,
        organisation=receipt.organisation,
        sender_report_id=str(receipt.sender_report_id),
        received_at=receipt.received_at,
        content_sha256=receipt.content_sha256,
        call_999=receipt.call_999,
    )
    await reply(
        tx,
        data,
        sent.system,
        data.sender_report_id,
        type_of("report.acknowledged"),
        sent.traceparent,
    )
