"""A report is accepted, whichever door it came through: kept, answered, opened as a case, compared.

One transaction writes the sealed report, its receipt, a provisional case, proposed duplicates and
the events about them. The same report again gets the same receipt and changes nothing.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from opentelemetry import trace

from services.intake import case_store, report_store
from services.intake.areas_now import area_now
from services.intake.assess import Known, publish_assessment, publish_known
from services.intake.awareness import awareness_of, owner_area
from services.intake.case_id import case_id_of
from services.intake.desk import Desk
from services.intake.enter_stage import enter_stage, enter_stage_of
from services.intake.incident import ReceivedReport, faults_of_clock
from services.intake.matching import areas_touched, candidates
from services.intake.report_store import Submission
from shared.calendar.london import london_date
from shared.contracts.envelope import NAMESPACE, case_stream
from shared.contracts.intake_events import IncidentAssessed, IncidentReported
from shared.contracts.report import Report, faults_of_time
from shared.contracts.strict_json import BadJson, FieldFault, Invalid, parse, validate
from shared.messaging.audit import audit
from shared.messaging.erasing import erased_among
from shared.messaging.facts import of_type, own_facts_of
from shared.messaging.outbox import emit
from shared.messaging.store import Row, Tx
from shared.reference.directory import area
from shared.reference.errors import SuccessorToBeChosen, UnknownReference
from shared.reference.succession import standing_area
from shared.telemetry.tracing import case_root
from shared.web.idempotency import Repeat, content_fingerprint, repeat


class Refused(Exception):
    """The report is not accepted. `reason` and faults are codes; nothing of it is repeated."""

    def __init__(self, reason: str, faults: list[FieldFault] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.faults = faults or []


class ReportErased(Refused):
    """Its case has left the store: the same report does not bring it back."""

    def __init__(self, submission: Submission, case_id: UUID, received_at: datetime) -> None:
        super().__init__("report_erased")
        self.known = (submission, case_id, _receipt_id(submission.report_id), received_at)


@dataclass(frozen=True)
class Receipt:
    """`new` is false when the same report had been accepted before."""

    receipt_id: UUID
    report_id: UUID
    organisation: str
    sender_report_id: UUID
    received_at: datetime
    content_sha256: str
    call_999: bool
    new: bool


def cause_of(organisation: str, sender_report_id: UUID) -> UUID:
    """The id of a report, and the cause of what its acceptance brings about."""
    return uuid5(NAMESPACE, f"report|{organisation}|{sender_report_id}")


def read_content(body: bytes) -> dict[str, Any]:
    """The JSON object of a report. Raises Refused."""
    try:
        return parse(body)
    except BadJson as error:
        raise Refused(error.code, [FieldFault(error.pointer, error.code)]) from None


def read_report(content: dict[str, Any], organisation: str, now: datetime) -> Report:
    """The report, if it is one that this organisation may make. Raises Refused."""
    try:
        report = validate(Report, content)
    except Invalid as error:
        raise Refused("not_valid", error.faults) from None
    if report.reporter.organisation != organisation:
        raise Refused(
            "organisation_mismatch", [FieldFault("/reporter/organisation", "not_the_sender")]
        )
    faults = faults_of_time(report, now) or faults_of_clock(awareness_of(report, now))
    if faults:
        raise Refused("not_valid", faults)
    try:
        area(standing_area(owner_area(report), london_date(now)), london_date(now))
    except SuccessorToBeChosen as divided:
        chosen = [FieldFault("/incident/area_code", f"choose_{one}") for one in divided.areas]
        raise Refused("area_not_served", chosen) from None
    except UnknownReference:
        raise Refused(
            "area_not_served", [FieldFault("/incident/area_code", "unknown_area")]
        ) from None
    return report


async def accept(desk: Desk, tx: Tx, submission: Submission, content: dict[str, Any]) -> Receipt:
    """Commits with the caller's transaction, whose cause is `cause_of` the report.

    A report that was told of before, and lost with a store, is that same report again: the case,
    the receipt and the instant stay, and what was said of it is not said anew.

    Raises Refused, and then nothing was changed.
    """
    await report_store.lock_report_id(tx, submission.report_id)
    known = await report_store.find_report(tx, submission.organisation, submission.sender_report_id)
    if known is not None:
        if repeat(known["fingerprint"], submission.fingerprint) is not Repeat.SAME:
            raise Refused("report_id_reused")
        return _receipt(known, bool(content.get("immediate_danger")), new=False)
    case_id = case_id_of(submission.report_id, desk.fingerprint_key)
    said = await own_facts_of(tx, [case_id])
    told = next((data for _, data in of_type(said, IncidentReported)), None)
    received_at = told.received_at if told else tx.now
    if await erased_among(tx, [case_id]):
        raise ReportErased(submission, case_id, received_at)
    report = read_report(content, submission.organisation, tx.now)
    receipt_id = _receipt_id(submission.report_id)
    trace.get_current_span().add_link(case_root(case_id))
    with desk.tracing.span(
        "accept report",
        parent=case_root(case_id),
        links=(trace.get_current_span().get_span_context(),),
        attributes={"vigil.door": submission.door, "vigil.system": submission.system},
    ):
        owner = area_now(owner_area(report), london_date(received_at))
        new = await case_store.open_case(tx, case_id, owner, received_at)
        await report_store.insert_report(tx, submission, report, case_id, receipt_id, received_at)
        await _propose_duplicates(desk, tx, submission.report_id, report, case_id)
        await emit(
            tx,
            told or _reported(submission, report, tx.now),
            case_stream(case_id),
            happened_at=tx.now,
        )
        assessed = bool(of_type(said, IncidentAssessed))
        if new:
            accepted = ReceivedReport(submission.report_id, case_id, received_at, report)
            if not assessed:
                await publish_known(tx, Known(new, [accepted], [], tx.now))
            await enter_stage_of(tx, new)
        else:
            if not assessed:
                await publish_assessment(tx, case_id)
            await enter_stage(tx, case_id)
        await audit(
            tx,
            "report.accepted",
            str(submission.report_id),
            system=submission.system,
            organisation=submission.organisation,
            door=submission.door,
        )
    return Receipt(
        receipt_id=receipt_id,
        report_id=submission.report_id,
        organisation=submission.organisation,
        sender_report_id=submission.sender_report_id,
        received_at=received_at,
        content_sha256=submission.content_sha256,
        call_999=report.immediate_danger,
        new=True,
    )


def submission_of(
    desk: Desk,
    content: dict[str, Any],
    *,
    system: str,
    organisation: str,
    sender_report_id: UUID,
    door: str,
    traceparent: str | None,
) -> Submission:
    """What was sent, in one canonical form, so that spacing and order do not make it another."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return Submission(
        system=system,
        organisation=organisation,
        sender_report_id=sender_report_id,
        report_id=cause_of(organisation, sender_report_id),
        door=door,
        content=canonical,
        fingerprint=content_fingerprint(desk.fingerprint_key, content),
        content_sha256=hashlib.sha256(canonical).hexdigest(),
        traceparent=traceparent,
    )


async def _propose_duplicates(
    desk: Desk, tx: Tx, report_id: UUID, report: Report, case_id: UUID
) -> None:
    stored = desk.blind_index.report_digests(report)
    sought = desk.blind_index.candidate_digests(report)
    await report_store.lock_digests(tx, {*stored, *sought})
    await report_store.insert_digests(tx, report_id, stored)
    hits = await report_store.find_hits(tx, sought)
    pairs = candidates(case_id, areas_touched(report), hits)
    await report_store.insert_candidates(tx, pairs)


def _reported(submission: Submission, report: Report, now: datetime) -> IncidentReported:
    return IncidentReported(
        report_id=submission.report_id,
        system=submission.system,
        organisation=submission.organisation,
        agency_type=report.reporter.agency_type,
        agency_aware_at=report.agency_aware_at,
        received_at=now,
        incident_area=report.incident.area_code,
        residence_area=report.residence_area_code,
        placing_area=report.placing_la_code,
        outcome=report.outcome,
        abuse_neglect=report.abuse_neglect_status,
    )


def _receipt_id(report_id: UUID) -> UUID:
    return uuid5(report_id, "receipt")


def _receipt(row: Row, call_999: bool, *, new: bool) -> Receipt:
    return Receipt(
        receipt_id=row["receipt_id"],
        report_id=row["report_id"],
        organisation=row["organisation"],
        sender_report_id=row["sender_report_id"],
        received_at=row["received_at"],
        content_sha256=row["content_sha256"],
        call_999=call_999,
        new=new,
    )
