"""Brings a case's deadlines in line with the facts known about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.rapid_review_timer import calendar_store, case_store, deadline_store
from services.rapid_review_timer.calculation import NO_CALENDAR, due_soon_on
from services.rapid_review_timer.deadline import Deadline
from services.rapid_review_timer.deadline_store import Kept, planned_for
from services.rapid_review_timer.deriving import derived
from services.rapid_review_timer.firing import Firing
from services.rapid_review_timer.opening_review import open_reviews
from services.rapid_review_timer.review_store import known_facts
from services.rapid_review_timer.revision import Change, changes
from services.rapid_review_timer.rule_book import RuleBook
from services.rapid_review_timer.rules import rule_book
from services.rapid_review_timer.telling import tell
from shared.calendar.bank_holidays import Calendar
from shared.calendar.errors import CalendarError
from shared.calendar.london import london_date
from shared.calendar.versions import CalendarVersions, bundled_versions
from shared.contracts.area_record import area_of_record
from shared.contracts.intake_events import (
    IncidentAssessed,
    IncidentCorrected,
    IncidentDecided,
    IncidentLinked,
    IncidentReopened,
    IncidentTransferred,
)
from shared.contracts.payload import Payload
from shared.messaging.audit import audit
from shared.messaging.facts import Fact, record_fact
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
    owner = owner_said(event.data)
    if owner is not None:
        await case_store.note_owner(tx, event.case_id, owner)
    facts = await known_facts(tx, group)
    for case_id in sorted({event.case_id, group.survivor}):
        try:
            await bring_in_line(tx, case_id, facts, event)
            await open_reviews(tx, case_id, facts)
        except CalendarError as refused:
            raise CannotBeApplied(refused.code) from None


async def bring_in_line(tx: Tx, case_id: UUID, facts: list[Fact], event: Event[Payload]) -> None:
    stored = await deadline_store.deadlines_of_case(tx, case_id)
    line = in_line(
        case_id,
        facts,
        stored,
        await calendar_store.versions_held(tx),
        now=tx.now,
        traceparent=current_traceparent(),
        synthetic=tx.synthetic,
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
    versions: CalendarVersions | None = None,
    *,
    now: datetime | None = None,
    traceparent: str | None = None,
    synthetic: bool = False,
) -> Line:
    """What to change in a case's stored deadlines so that they are those its facts ask for. Pure.

    `versions` of the bank holidays, read while the case is locked: who read them before may count
    a deadline back that a newer version has moved. None: those that come with the code.

    Raises CalendarOutOfRange, and CalendarUnknown where a stored deadline was counted by a version
    that is not held: a lost version has to come again before anything is counted without it.
    """
    versions = versions or bundled_versions()
    book, calendar = rule_book(), versions.newest
    local = rule_book(book.profile_of(area_of(case_id, facts)))
    wanted = derived(case_id, facts, book, calendar, _pinned(stored, versions), local)
    current = {key: (kept.deadline, kept.revision) for key, kept in stored.items()}
    steps = []
    for change in changes(current, wanted):
        kept = Kept(
            deadline=change.deadline,
            revision=change.revision,
            due_soon_on=due_soon_of(change.deadline, local, calendar),
            next_firing=None,
            traceparent=traceparent,
            synthetic=synthetic,
        )
        before = stored.get(change.deadline.deadline_id)
        kept = replace(kept, next_firing=_next_firing(kept, before))
        steps.append((change, _with_its_move(kept, change, before, now)))
    return Line(tuple(steps), wanted.without_clock)


def area_of(case_id: UUID, facts: Sequence[Fact]) -> str:
    """The area that owns a case, as intake said last; empty while nobody does. A record is its
    area's own."""
    if code := area_of_record(case_id):
        return code
    said = [
        (fact.sequence, owner)
        for fact in facts
        if fact.case_id == case_id and (owner := owner_said(fact.data)) is not None
    ]
    return max(said)[1] if said else ""


def owner_said(data: Payload) -> str | None:
    """The area that owns a case from this event on, if it says so."""
    if isinstance(data, IncidentTransferred):
        return data.to_area
    telling = IncidentAssessed | IncidentDecided | IncidentCorrected | IncidentReopened
    return data.owner_area if isinstance(data, telling) else None


def _pinned(
    stored: Mapping[UUID, Kept], versions: CalendarVersions
) -> dict[tuple[UUID, datetime], Calendar]:
    """A newer calendar touches only deadlines that are neither met nor fired as overdue."""
    counted_by = {
        (key, kept.deadline.basis.started_at): (
            kept.is_settled,
            versions.named(kept.deadline.basis.calendar_version),
        )
        for key, kept in stored.items()
        if kept.deadline.basis.calendar_version != NO_CALENDAR
    }
    return {key: calendar for key, (settled, calendar) in counted_by.items() if settled}


def _with_its_move(kept: Kept, change: Change, before: Kept | None, now: datetime | None) -> Kept:
    if "moved" in change.says:
        return replace(kept, moved_because=change.moved_because, moved_at=now)
    if before is None:
        return kept
    return replace(kept, moved_because=before.moved_because, moved_at=before.moved_at)


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
    planned = planned_for(made.basis, kept.due_soon_on)
    if before and same_date:
        ahead = before.next_firing
        # The last one may be of another kind now: what is relaxed is not overdue.
        return planned[-1] if ahead and ahead.due_at == planned[-1].due_at else ahead
    return planned[0]


def due_soon_of(made: Deadline, book: RuleBook, calendar: Calendar) -> date | None:
    """The London date of the first warning, with the lead that `book` gives."""
    rule = book.rule(made.rule, london_date(made.basis.started_at))
    return due_soon_on(rule, calendar, made.basis.due_date)
