"""The journey of an area's record: its yearly reports, their clocks, who received a copy. Pure.

As the journey of a case it is the same for every order of arrival and holds no personal data.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.reporting.attention import Attention, attention
from services.reporting.clocks import Clock, clocks
from services.reporting.deadlines import deadlines
from services.reporting.heading import NamedArea
from services.reporting.known import Stopped, known
from services.reporting.plain_words import Moment, area_name, moment
from services.reporting.steps import Step, steps
from services.reporting.told import Told, told
from services.reporting.yearly_reports import YearlyReport, yearly_reports
from services.reporting.yearly_sentences import period_words
from shared.calendar.london import london_date
from shared.contracts.area_record import area_record
from shared.messaging.facts import Fact


@dataclass(frozen=True)
class ReportShown:
    """`cycle` is its number in the area, `address` where everybody can read it. `withdrawn`: when
    it was said that there was no such report; then nothing is owed for it."""

    report_id: UUID
    cycle: int
    revision: int
    period_from: date
    period_to: date
    period_words: str
    published_on: date
    address: str
    recorded: Moment
    withdrawn: Moment | None
    withdrawn_because: str | None


@dataclass(frozen=True)
class AreaJourney:
    """`record` is what clocks, notices and steps name as their case; it is no case. Reports are
    the newest first."""

    area: NamedArea
    record: UUID
    trace_id: str
    attention: tuple[Attention, ...]
    reports: tuple[ReportShown, ...]
    told: tuple[Told, ...]
    clocks: tuple[Clock, ...]
    steps: tuple[Step, ...]

    @property
    def period_by_cycle(self) -> dict[int, str]:
        """Which report a clock or a notice belongs to, in words."""
        return {report.cycle: report.period_words for report in self.reports}


def area_journey(
    code: str, facts: Iterable[Fact], stopped: Iterable[Stopped], now: datetime
) -> AreaJourney:
    """Facts and stopped records of the area's record, in any order; `now` (aware) decides only
    what is overdue and how many days are left."""
    record = known(area_record(code), facts)
    set_deadlines = deadlines(record)
    who = told(record, set_deadlines)
    running = clocks(set_deadlines, who, now)
    return AreaJourney(
        area=NamedArea(code, area_name(code, london_date(now))),
        record=record.case_id,
        trace_id=record.case_id.hex,
        attention=attention(record, running, who, stopped),
        reports=tuple(_shown(report) for report in reversed(yearly_reports(record))),
        told=who,
        clocks=running,
        steps=steps(record, set_deadlines),
    )


def _shown(report: YearlyReport) -> ReportShown:
    said, withdrawn = report.said, report.withdrawn
    return ReportShown(
        report_id=said.report_id,
        cycle=said.cycle,
        revision=withdrawn.revision if withdrawn else said.revision,
        period_from=said.period_from,
        period_to=said.period_to,
        period_words=period_words(said.period_from, said.period_to),
        published_on=said.published_on,
        address=said.address,
        recorded=moment(said.recorded_at),
        withdrawn=moment(withdrawn.withdrawn_at) if withdrawn else None,
        withdrawn_because=withdrawn.reason if withdrawn else None,
    )
