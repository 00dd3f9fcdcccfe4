"""One sentence for each step of a yearly report; why its clocks ended."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from services.reporting.plain_words import REASONS, Words, counted, day_words, words_of
from shared.contracts.area_events import YearlyReportPublished, YearlyReportWithdrawn
from shared.contracts.payload import Payload
from shared.messaging.facts import Fact

Sentence = Callable[[Any, Fact, UUID], str]
OF_YEARLY_REPORTS = frozenset({"DL16", "DL17"})
_REPORT_REASONS: Words = {"withdrawn": "there was no such yearly report"}


def reason_words(reason: str, rule: str) -> str:
    """Why a clock was cancelled or stands still: a report is withdrawn for other reasons than a
    notification."""
    words = _REPORT_REASONS if rule in OF_YEARLY_REPORTS else REASONS
    return words_of(words if reason in words else REASONS, reason)


def period_words(begin: date, end: date) -> str:
    return f"{_day(begin)} to {_day(end)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _published(data: YearlyReportPublished, fact: Fact, record: UUID) -> str:
    what = f"Yearly report for {period_words(data.period_from, data.period_to)}"
    published = f"published on {day_words(data.published_on)}"
    if data.revision > 1:
        return f"{what}: what was recorded was put right; {published}"
    number = len(data.obligations)
    copies = f"; {counted(number, 'organisation')} to receive a copy" if number else ""
    return f"{what} {published}{copies}"


def _withdrawn(data: YearlyReportWithdrawn, fact: Fact, record: UUID) -> str:
    return f"Yearly report {data.cycle} withdrawn: there was no such report"


YEARLY_SENTENCES: Mapping[type[Payload], Sentence] = MappingProxyType(
    {YearlyReportPublished: _published, YearlyReportWithdrawn: _withdrawn}
)
