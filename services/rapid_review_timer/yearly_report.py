"""The yearly reports of an area's safeguarding partners, and the clocks that they start. Pure.

A report starts two: the next report is due within twelve months of its publication (Children Act
2004, section 16G), and copies within seven days of it (Working Together 2018, chapter 3). The
first is met by the publication of the next, whichever was recorded first.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from services.rapid_review_timer.clocks import Clock
from services.rapid_review_timer.fulfilment import Done
from services.rapid_review_timer.limits import NEXT_YEARLY_REPORT, YEARLY_REPORT_COPIES, Reason
from shared.calendar.london import london_instant
from shared.contracts.area_events import YearlyReportPublished, YearlyReportWithdrawn
from shared.contracts.panel_events import NoticeDelivered, NoticeSent
from shared.messaging.facts import Fact, of_type


@dataclass(frozen=True)
class YearlyReport:
    """What is held of one report, as it was said last. `by` is the event that first gave the day of
    publication which holds: clocks keep what started them while their start stays the same.
    `withdrawn_by`: the event that says there was none."""

    said: YearlyReportPublished
    by: UUID
    revision: int
    withdrawn_by: UUID | None = None

    @property
    def published_at(self) -> datetime:
        """A day without a time of day counts from its beginning."""
        return london_instant(self.said.published_on, time())

    @property
    def order(self) -> tuple[date, int]:
        """Of two that were published on one day the one recorded later is the next."""
        return self.said.published_on, self.said.cycle


@dataclass(frozen=True)
class ClockOfReport:
    """`done` is what met it; `all_sent`: whatever it still waits for are receipts."""

    cycle: int
    rule: str
    clock: Clock
    done: Done | None
    all_sent: bool


def yearly_reports(facts: Sequence[Fact], record: UUID) -> dict[int, YearlyReport]:
    """The reports of an area by cycle, each as it was said last."""
    reports: dict[int, YearlyReport] = {}
    own = {fact.event_id: fact for fact in facts if fact.case_id == record}.values()
    for fact in sorted(own, key=lambda fact: fact.sequence):
        said = fact.data
        if isinstance(said, YearlyReportPublished):
            before = reports.get(said.cycle)
            by = fact.event_id
            if before is not None and before.said.published_on == said.published_on:
                by = before.by
            reports[said.cycle] = YearlyReport(said, by, said.revision)
        elif isinstance(said, YearlyReportWithdrawn) and (held := reports.get(said.cycle)):
            reports[said.cycle] = YearlyReport(held.said, held.by, said.revision, fact.event_id)
    return reports


def clocks_of_reports(facts: Sequence[Fact], record: UUID) -> Iterator[ClockOfReport]:
    """In the order of cycles. A report that was withdrawn has only cancelled clocks."""
    reports = yearly_reports(facts, record)
    for cycle, report in sorted(reports.items()):
        clock = Clock(report.published_at, report.by)
        if report.withdrawn_by:
            clock = Clock(clock.started_at, clock.caused_by, Reason.WITHDRAWN, report.withdrawn_by)
        followed = _next_after(report, reports.values())
        yield ClockOfReport(cycle, NEXT_YEARLY_REPORT, clock, followed, all_sent=False)
        if report.said.obligations:
            done = _of(report, _all_of(report, facts, NoticeDelivered))
            sent = _all_of(report, facts, NoticeSent) is not None
            yield ClockOfReport(cycle, YEARLY_REPORT_COPIES, clock, done, all_sent=sent)


def _next_after(report: YearlyReport, among: Iterable[YearlyReport]) -> Done | None:
    if report.withdrawn_by:
        return None
    later = [
        Done(other.published_at, other.by)
        for other in among
        if not other.withdrawn_by and other.order > report.order
    ]
    return min(later, default=None)


def _all_of(report: YearlyReport, facts: Sequence[Fact], model: type[NoticeSent]) -> Done | None:
    """When the last of the copies went, by the notices of this kind; None while one is missing."""
    first: list[Done] = []
    for owed in report.said.obligations:
        found = [
            Done(notice.sent_at, fact.event_id)
            for fact, notice in of_type(facts, model)
            if notice.obligation_id == owed.obligation_id
        ]
        if not found:
            return None
        first.append(min(found))
    return max(first)


def _of(report: YearlyReport, done: Done | None) -> Done | None:
    """Never before it started: a day of publication may be corrected to a later one."""
    return Done(max(done.at, report.published_at), done.by) if done else None
