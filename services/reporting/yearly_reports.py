"""The yearly reports of an area as they were said last. Pure."""

from dataclasses import dataclass, replace

from services.reporting.known import Known
from shared.contracts.area_events import (
    YearlyReportPublished,
    YearlyReportStep,
    YearlyReportWithdrawn,
)
from shared.messaging.facts import Fact


@dataclass(frozen=True)
class YearlyReport:
    """`fact` is the event that said it last, `withdrawn` what said since that there was none."""

    said: YearlyReportPublished
    fact: Fact
    withdrawn: YearlyReportWithdrawn | None = None

    @property
    def stands(self) -> bool:
        return self.withdrawn is None


def yearly_reports(record: Known) -> list[YearlyReport]:
    """In the order in which they were recorded first."""
    reports: dict[int, YearlyReport] = {}
    for fact, said in record.own(YearlyReportStep):
        if isinstance(said, YearlyReportPublished):
            reports[said.cycle] = YearlyReport(said, fact)
        elif isinstance(said, YearlyReportWithdrawn) and said.cycle in reports:
            reports[said.cycle] = replace(reports[said.cycle], withdrawn=said)
    return [report for _, report in sorted(reports.items())]
