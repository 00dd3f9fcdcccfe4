"""The deadlines that should exist: of a case, or of an area's record. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from uuid import UUID

from services.rapid_review_timer.deadline import (
    Deadline,
    Derived,
    Pinned,
    basis_of,
    deadline_id_of,
    deadlines_of,
    relaxing,
)
from services.rapid_review_timer.outcome import outcome_of
from services.rapid_review_timer.rule_book import RuleBook
from services.rapid_review_timer.rule_row import RuleError
from services.rapid_review_timer.yearly_report import clocks_of_reports
from shared.calendar.bank_holidays import Calendar
from shared.contracts.area_record import is_area_record
from shared.messaging.facts import Fact


def derived(
    case_id: UUID,
    facts: Sequence[Fact],
    book: RuleBook,
    calendar: Calendar,
    pinned: Pinned = MappingProxyType({}),
    local: RuleBook | None = None,
) -> Derived:
    """As `deadlines_of`, also of an area's record. Raises CalendarOutOfRange."""
    of = _of_reports if is_area_record(case_id) else deadlines_of
    return of(case_id, facts, book, calendar, pinned, local)


def _of_reports(
    record: UUID,
    facts: Sequence[Fact],
    book: RuleBook,
    calendar: Calendar,
    pinned: Pinned,
    local: RuleBook | None,
) -> Derived:
    found, without_clock = [], []
    for each in clocks_of_reports(facts, record):
        key = deadline_id_of(record, each.cycle, each.rule)
        using = pinned.get((key, each.clock.started_at), calendar)
        try:
            counted = basis_of(each.rule, each.clock, None, book, using)
        except RuleError as refused:
            without_clock.append((each.cycle, each.rule, refused.code))
            continue
        relaxed = relaxing(each.rule, counted.due_date, local or book)
        basis = replace(counted, relaxed_by=relaxed)
        outcome = outcome_of(each.clock, each.done, basis.due_date, basis.late_from, using)
        waits = outcome is None and each.all_sent
        found.append(Deadline(key, record, each.cycle, each.rule, basis, outcome, waits))
    return Derived(tuple(found), tuple(without_clock))
