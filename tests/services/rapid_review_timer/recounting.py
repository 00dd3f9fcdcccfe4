"""The recount of one case's stored deadlines, without a store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.rapid_review_timer.calendar_change import revised
from services.rapid_review_timer.calendar_moves import clock_starts_of, moved
from services.rapid_review_timer.deadline_store import Kept
from services.rapid_review_timer.keep_clocks import in_line
from services.rapid_review_timer.revision import Change
from services.rapid_review_timer.rules import rule_book
from shared.calendar.versions import CalendarVersions
from shared.messaging.facts import Fact

Stored = dict[UUID, Kept]


def stored_of(
    case_id: UUID, facts: Sequence[Fact], versions: CalendarVersions, stored: Mapping[UUID, Kept]
) -> tuple[list[Change], Stored]:
    """What is told and kept once these facts are known."""
    steps = in_line(case_id, facts, stored, versions).steps
    rows = {kept.deadline.deadline_id: kept for _, kept in steps}
    return [change for change, _ in steps], {**stored, **rows}


def recounted(
    stored: Stored, facts: Sequence[Fact], versions: CalendarVersions, now: datetime
) -> tuple[list[Change], Stored]:
    book = rule_book()
    starts = clock_starts_of(facts, book)
    told, after = [], dict(stored)
    for move in revised(stored.values(), versions, book).moves:
        kept = stored[move.deadline_id]
        start = starts.get((kept.deadline.case_id, kept.deadline.cycle))
        change, row = moved(kept, move, versions.newest, (book, book), start, now)
        told.append(change)
        after[move.deadline_id] = row
    return told, after
