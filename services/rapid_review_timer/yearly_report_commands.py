"""Records an area's yearly reports: each command once, with the clocks that follow."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from opentelemetry import trace
from pydantic_core import to_jsonable_python

from services.rapid_review_timer import explanation_store, review_store
from services.rapid_review_timer.answers import deadline_answer
from services.rapid_review_timer.case_store import lock_link_group, note_owner
from services.rapid_review_timer.circumstances import Refused
from services.rapid_review_timer.keep_clocks import bring_in_line
from services.rapid_review_timer.own_step import own_step
from services.rapid_review_timer.review_commands import Answer, problem_of
from services.rapid_review_timer.review_desk import Desk, holds_a_seat
from services.rapid_review_timer.review_said import content_of
from services.rapid_review_timer.rules import rule_book
from services.rapid_review_timer.yearly_report import YearlyReport, yearly_reports
from services.rapid_review_timer.yearly_report_answers import (
    YearlyReportShown,
    YearlyReportsShown,
)
from services.rapid_review_timer.yearly_report_said import RecordYearlyReport, WithdrawYearlyReport
from services.rapid_review_timer.yearly_report_steps import Records, published, withdrawn
from shared.calendar.errors import CalendarError
from shared.contracts.area_events import YearlyReportStep
from shared.contracts.area_record import area_record
from shared.contracts.envelope import NAMESPACE, case_stream
from shared.messaging.answered_commands import given_answer, keep_answer
from shared.messaging.audit import audit
from shared.messaging.crash_points import crash_point
from shared.messaging.outbox import emit
from shared.messaging.registry import Event
from shared.messaging.store import Tx
from shared.reference.records import records
from shared.telemetry.tracing import case_root
from shared.web.idempotency import content_fingerprint
from shared.web.machine_caller import Caller
from shared.web.problem import Problem


@dataclass(frozen=True)
class SentReport:
    """One command as it came in. `report_id` where it is about one that was recorded."""

    caller: Caller
    area: str
    idempotency_key: str
    content: dict[str, Any]
    said: RecordYearlyReport | WithdrawYearlyReport
    report_id: UUID | None = None

    @property
    def kind(self) -> str:
        return "recorded" if isinstance(self.said, RecordYearlyReport) else "withdrawn"


async def run_report_command(desk: Desk, sent: SentReport) -> Answer:
    """Runs a command once: the same key and content again give the same answer.

    Raises Problem: 404 `area_not_found`, `report_not_found`, 403 `not_a_partner`, 409
    `idempotency_key_reused` or why it is refused.
    """
    record = area_record(sent.area)
    fingerprint = content_fingerprint(
        desk.fingerprint_key,
        {
            "record": str(record),
            "report": str(sent.report_id or ""),
            "command": sent.kind,
            "content": sent.content,
        },
    )
    system, key = sent.caller.system, sent.idempotency_key
    cause = uuid5(NAMESPACE, f"yearly report command|{system}|{key}")
    async with desk.store.transaction(cause, sent.caller.organisation) as tx:
        refuse_others(tx, sent.caller, sent.area)
        await lock_link_group(tx, record, None)
        given = await given_answer(tx, system, key, fingerprint)
        if given is not None:
            return Answer(*given)
        with desk.tracing.span(
            f"yearly report {sent.kind}",
            parent=case_root(record),
            links=(trace.get_current_span().get_span_context(),),
            attributes={"vigil.system": system},
        ):
            body = await _take(tx, record, sent)
        status = 201 if sent.kind == "recorded" else 200
        await keep_answer(tx, system, key, fingerprint, status, body)
        crash_point("http.written")
    crash_point("http.committed")
    return Answer(status, body)


def refuse_others(tx: Tx, caller: Caller, code: str) -> None:
    """Areas are no secret: an unknown one is called so. For one that is no more its successors'
    partners speak. Raises Problem 404, 403."""
    if code not in records().areas_by_code:
        raise Problem("area_not_found", 404, detail="No area is known by this code.")
    if not holds_a_seat(caller, code, tx.now):
        detail = "Only a body that holds a seat of the area today may read and record its reports."
        raise Problem("not_a_partner", 403, detail=detail)


async def reports_shown(tx: Tx, area: str) -> YearlyReportsShown:
    """The caller of this holds the lock of the area's record, or wants no more than a look."""
    record = area_record(area)
    facts = await review_store.steps_of(tx, [record])
    kept = await explanation_store.deadlines_by_case(tx, record)
    return YearlyReportsShown(
        area=area,
        record=record,
        reports=[
            YearlyReportShown(
                report_id=report.said.report_id,
                cycle=cycle,
                revision=report.revision,
                period_from=report.said.period_from,
                period_to=report.said.period_to,
                published_on=report.said.published_on,
                address=report.said.address,
                withdrawn=report.withdrawn_by is not None,
                deadlines=[deadline_answer(row) for row in kept if row.deadline.cycle == cycle],
            )
            for cycle, report in sorted(yearly_reports(facts, record).items())
        ],
    )


async def _take(tx: Tx, record: UUID, sent: SentReport) -> dict[str, Any]:
    await note_owner(tx, record, sent.area)
    reports = yearly_reports(await review_store.steps_of(tx, [record]), record)
    held = Records(record, sent.area, reports, tx.now, rule_book())
    try:
        step = _step_of(sent, held)
        event = await _record(tx, record, sent, step)
        group = await lock_link_group(tx, record, None)
        await bring_in_line(tx, record, await review_store.known_facts(tx, group), event)
    except Refused as refused:
        raise problem_of(refused) from None
    except CalendarError as refused:
        raise Problem(refused.code, 409) from None
    body: dict[str, Any] = to_jsonable_python(await reports_shown(tx, sent.area))
    return body


def _step_of(sent: SentReport, held: Records) -> YearlyReportStep:
    """Raises Problem 404 `report_not_found`, Refused."""
    if isinstance(sent.said, WithdrawYearlyReport):
        return withdrawn(_named(sent.report_id, held), sent.said, held)
    before = _named(sent.said.corrects, held) if sent.said.corrects else None
    return published(sent.said, held, before)


def _named(report_id: UUID | None, held: Records) -> YearlyReport:
    for report in held.reports.values():
        if report.said.report_id == report_id:
            return report
    raise Problem("report_not_found", 404, detail="This area has no report of that id.")


async def _record(
    tx: Tx, record: UUID, sent: SentReport, step: YearlyReportStep
) -> Event[YearlyReportStep]:
    """Publishes the step and seals what was written with it."""
    stream = case_stream(record)
    step_id = await emit(tx, step, stream, happened_at=tx.now)
    kind = f"yearly_report_{sent.kind}"
    await review_store.keep_record(tx, record, step.cycle, step_id, kind, content_of(sent.said))
    await audit(
        tx,
        f"yearly_report.{sent.kind}",
        str(step.report_id),
        area=sent.area,
        cycle=step.cycle,
        revision=step.revision,
        step=str(step_id),
    )
    return own_step(tx, step_id, step, stream, tx.now)
