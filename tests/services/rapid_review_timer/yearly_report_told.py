"""The yearly reports of an area as its partners tell them, step by step, without a store."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.rapid_review_timer.deadline import Deadline, Derived
from services.rapid_review_timer.deriving import derived
from services.rapid_review_timer.rule_book import RuleBook
from services.rapid_review_timer.rules import rule_book
from services.rapid_review_timer.yearly_report import YearlyReport, yearly_reports
from services.rapid_review_timer.yearly_report_said import RecordYearlyReport, WithdrawYearlyReport
from services.rapid_review_timer.yearly_report_steps import Records, published, withdrawn
from shared.calendar.bank_holidays import england_and_wales
from shared.contracts.area_events import (
    WithdrawnBecause,
    YearlyReportPublished,
    YearlyReportWithdrawn,
)
from shared.contracts.area_record import area_record
from shared.contracts.panel_events import NoticeDelivered, NoticeSent
from shared.messaging.facts import Fact
from tests.services.rapid_review_timer.case_told import LIVERPOOL, CaseTold, at

ADDRESS = "https://partnership.example/yearly-report"


class ReportsTold:
    """Of one area; what the timer and panel notification said of its record."""

    def __init__(self, area: str = LIVERPOOL, book: RuleBook | None = None) -> None:
        self.area, self.book = area, book or rule_book()
        self.record = area_record(area)
        self.told = CaseTold(self.record)

    def held(self, on: str) -> Records:
        reports = yearly_reports(self.told.facts, self.record)
        return Records(self.record, self.area, reports, at(on), self.book)

    def published(
        self,
        on: str,
        until: str,
        *,
        recorded: str | None = None,
        corrects: UUID | None = None,
        address: str = ADDRESS,
    ) -> YearlyReportPublished:
        """`until`: the last day of the year that is reported on."""
        last = date.fromisoformat(until)
        said = RecordYearlyReport(
            period_from=date.fromordinal(last.toordinal() - 364),
            period_to=last,
            published_on=date.fromisoformat(on),
            address=address,
            corrects=corrects,
            explanation="Invented reasons." if corrects else None,
        )
        held = self.held(recorded or on)
        made = published(said, held, self._named(held, corrects) if corrects else None)
        self.told.says(made, made.recorded_at)
        return made

    def withdrawn(self, report: YearlyReportPublished, on: str) -> YearlyReportWithdrawn:
        said = WithdrawYearlyReport(
            reason=WithdrawnBecause.RECORDED_IN_ERROR, explanation="Invented reasons."
        )
        held = self.held(on)
        made = withdrawn(self._named(held, report.report_id), said, held)
        self.told.says(made, made.withdrawn_at)
        return made

    def _named(self, held: Records, report_id: UUID) -> YearlyReport:
        (found,) = [one for one in held.reports.values() if one.said.report_id == report_id]
        return found

    def sent(
        self, report: YearlyReportPublished, kind: str, on: str, *, arrived: bool = True
    ) -> None:
        """A copy went to one of those who receive it, and perhaps it is known to have arrived."""
        (owed,) = [one for one in report.obligations if one.recipient_kind.value == kind]
        notice = self.told._notice(at(on), owed) | {"cycle": report.cycle}
        self.told.says(NoticeSent(**notice), at(on))
        if arrived:
            proof = NoticeDelivered(**notice, accepted_at=at(on), reference="250")
            self.told.says(proof, at(on))

    def clock(self, rule: str, cycle: int = 1) -> Deadline:
        found = self.clocks()
        return found[rule, cycle]

    def clocks(self, facts: Sequence[Fact] | None = None) -> dict[tuple[str, int], Deadline]:
        made = self.derived(facts).deadlines
        return {(one.rule, one.cycle): one for one in made}

    def derived(self, facts: Sequence[Fact] | None = None) -> Derived:
        """From other facts than its own, if any are given."""
        told = self.told.facts if facts is None else facts
        return derived(self.record, told, self.book, england_and_wales())
