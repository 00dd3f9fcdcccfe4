"""Brings a case's deadlines in line with the facts known about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.rapid_review_timer import case_store, deadline_store
from services.rapid_review_timer.calculation import due_soon_on
from services.rapid_review_timer.deadline import Deadline, deadlines_of
from services.rapid_review_timer.deadline_store import Kept
from services.rapid_review_timer.firing import Firing, schedule
from services.rapid_review_timer.revision import Change, changes
from services.rapid_review_timer.rules import RuleBook, rule_book
from services.rapid_review_timer.telling import tell
from shared.calendar.bank_holidays import Calendar, bundled_calendars, england_and_wales
from shared.calendar.errors import CalendarError
from shared.calendar.london import london_date
from shared.contracts.intake_events import IncidentAssessed, IncidentDecided, IncidentLinked
from shared.contracts.payload import Payload
from shared.messaging.audit import audit
from shared.messaging.facts import Fact, facts_of, record_fact
from shared.messaging.order import CannotBeApplied
from shared.messaging.registry import Event
from shared.messaging.store import Tx
from shared.telemetry.tracing import current_traceparent


async def keep_clocks(event: Event[Payload], tx: Tx) -> None:
    """Records the fact and writes what follows from it, for its case and the case that one counts
    for. The same fact again changes nothing. While a restored store catches up, what follows is
    left to `restored`: much of it was said before.

    Raises CannotBeApplied with the calendar's code if a date cannot be counted: the event waits
    in quarantine for a newer calendar and nothing of it is lost.
    """
    await record_fact(event, tx)
    linked_to = event.data.survivor if isinstance(event.data, IncidentLinked) else None
    group = await case_store.lock_link_group(tx, event.case_id, linked_to)
    if isinstance(event.data, IncidentAssessed | IncidentDecided):
        await case_store.note_owner(tx, event.case_id, event.data.owner_area)
    facts = await facts_of(tx, sorted(group.members))
    for case_id in sorted({event.case_id, group.survivor}):
        try:
            await _bring_in_line(tx, case_id, facts, event)
        except CalendarError as refused:
            raise CannotBeApplied(refused.code) from None


async def _bring_in_line(tx: Tx, case_id: UUID, facts: list[Fact], event: Event[Payload]) -> None:
    stored = await deadline_store.deadlines_of_case(tx, case_id)
    line = in_line(
        case_id, facts, stored, traceparent=current_traceparent(), synthetic=tx.synthetic
    )
    if tx.catching_up:
        return
    for change, kept in line.steps:
        made = change.deadline
        before = stored.get(made.deadline_id)
        if before and change.revision != before.revision:
            await deadline_store.put_away(tx, made.deadline_id)
        await deadline_store.keep(tx, kept)
        await tell(change, tx, happened_at=event.envelope.time)
        for said in change.says:
            await audit(
                tx,
                f"deadline.{said}",
                str(made.deadline_id),
                case=str(case_id),
                cycle=made.cycle,
                rule=made.rule,
                revision=change.revision,
            )
    for cycle, rule, code in line.without_clock:
        if event.case_id == case_id and isinstance(event.data, IncidentDecided):
            await audit(tx, "deadline.none", str(case_id), cycle=cycle, rule=rule, code=code)


@dataclass(frozen=True)
class Line:
    """The changes in the order in which they are made and told, each with the row that it leaves;
    and the limits (cycle, rule, code why) for which no date can be counted."""

    steps: tuple[tuple[Change, Kept], ...]
    without_clock: tuple[tuple[int, str, str], ...]


def in_line(
    case_id: UUID,
    facts: Sequence[Fact],
    stored: Mapping[UUID, Kept],
    *,
    traceparent: str | None = None,
    synthetic: bool = False,
) -> Line:
    """What to change in a case's stored deadlines so that they are those its facts ask for. Pure.

    Raises CalendarOutOfRange.
    """
    book, calendar = rule_book(), england_and_wales()
    derived = deadlines_of(case_id, facts, book, calendar, _pinned(stored))
    current = {key: (kept.deadline, kept.revision) for key, kept in stored.items()}
    steps = []
    for change in changes(current, derived):
        kept = Kept(
            deadline=change.deadline,
            revision=change.revision,
            due_soon_on=due_soon_of(change.deadline, book, calendar),
            next_firing=None,
            traceparent=traceparent,
            synthetic=synthetic,
        )
        before = stored.get(change.deadline.deadline_id)
        steps.append((change, replace(kept, next_firing=_next_firing(kept, before))))
    return Line(tuple(steps), derived.without_clock)


def _pinned(stored: Mapping[UUID, Kept]) -> dict[tuple[UUID, datetime], Calendar]:
    """A newer calendar touches only deadlines that are neither met nor fired as overdue."""
    held = {calendar.version: calendar for calendar in bundled_calendars()}
    return {
        (key, kept.deadline.basis.started_at): held[kept.deadline.basis.calendar_version]
        for key, kept in stored.items()
        if kept.is_settled and kept.deadline.basis.calendar_version in held
    }


def _next_firing(kept: Kept, before: Kept | None) -> Firing | None:
    """What was fired for a due date is not fired again while the date stays the same."""
    made = kept.deadline
    if made.outcome is not None:
        return None
    same_date = (
        before
        and before.deadline.outcome is None
        and before.deadline.basis.due_date == made.basis.due_date
    )
    if before and same_date:
        return before.next_firing
    return schedule(made.basis.due_date, made.basis.late_from, kept.due_soon_on)[0]


def due_soon_of(made: Deadline, book: RuleBook, calendar: Calendar) -> date | None:
    rule = book.rule(made.rule, london_date(made.basis.started_at))
    return due_soon_on(rule, calendar, made.basis.due_date)
