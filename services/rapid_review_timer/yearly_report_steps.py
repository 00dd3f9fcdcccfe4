"""What each command makes of an area's yearly reports, or why it is refused. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from services.rapid_review_timer.circumstances import Refused
from services.rapid_review_timer.limits import NEXT_YEARLY_REPORT, YEARLY_REPORT_COPIES
from services.rapid_review_timer.rule_book import RuleBook
from services.rapid_review_timer.rule_row import RuleError
from services.rapid_review_timer.yearly_obligations import obligations_of_report
from services.rapid_review_timer.yearly_report import YearlyReport
from services.rapid_review_timer.yearly_report_said import RecordYearlyReport, WithdrawYearlyReport
from shared.calendar.london import london_date
from shared.contracts.area_events import YearlyReportPublished, YearlyReportWithdrawn
from shared.contracts.envelope import NAMESPACE


@dataclass(frozen=True)
class Records:
    """The reports of an area as they are held, and when and with which rules that is read."""

    record: UUID
    area: str
    reports: Mapping[int, YearlyReport]
    now: datetime
    book: RuleBook


def published(
    said: RecordYearlyReport, held: Records, before: YearlyReport | None = None
) -> YearlyReportPublished:
    """`before` is what it corrects. Raises Refused: `in_the_future`, `before_the_rules`,
    `already_recorded`, `already_withdrawn`, `nothing_changed`."""
    today = london_date(held.now)
    if said.published_on > today:
        raise Refused("in_the_future")
    _refuse_withdrawn(before)
    _refuse_without_rules(said.published_on, held.book)
    others = (
        report.said
        for report in held.reports.values()
        if report is not before and not report.withdrawn_by
    )
    if any(
        other.period_from <= said.period_to and said.period_from <= other.period_to
        for other in others
    ):
        raise Refused("already_recorded")
    cycle = before.said.cycle if before else len(held.reports) + 1
    report_id = uuid5(NAMESPACE, f"yearly report|{held.record}|{cycle}")
    owed = before.said.obligations if before else []
    made = YearlyReportPublished(
        report_id=report_id,
        area=held.area,
        cycle=cycle,
        revision=before.revision + 1 if before else 1,
        period_from=said.period_from,
        period_to=said.period_to,
        published_on=said.published_on,
        address=said.address,
        recorded_at=held.now,
        obligations=owed
        or obligations_of_report(report_id, held.area, said.published_on, today, held.book),
    )
    if before and _content(before.said) == _content(made):
        raise Refused("nothing_changed")
    return made


def withdrawn(
    report: YearlyReport, said: WithdrawYearlyReport, held: Records
) -> YearlyReportWithdrawn:
    """Raises Refused: `already_withdrawn`."""
    _refuse_withdrawn(report)
    return YearlyReportWithdrawn(
        report_id=report.said.report_id,
        area=held.area,
        cycle=report.said.cycle,
        revision=report.revision + 1,
        reason=said.reason,
        withdrawn_at=held.now,
    )


def _refuse_withdrawn(report: YearlyReport | None) -> None:
    if report and report.withdrawn_by:
        raise Refused("already_withdrawn")


def _refuse_without_rules(published_on: date, book: RuleBook) -> None:
    """A clock that a correction took to such a day would be no clock, and end by nothing."""
    try:
        for rule in (NEXT_YEARLY_REPORT, YEARLY_REPORT_COPIES):
            book.rule(rule, published_on)
    except RuleError:
        raise Refused("before_the_rules") from None


def _content(said: YearlyReportPublished) -> tuple[object, ...]:
    return (said.period_from, said.period_to, said.published_on, said.address)
