"""A restored store's deadlines in line with what was told of them, before anything is told anew."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.rapid_review_timer import (
    calendar_store,
    case_store,
    deadline_store,
    restored_store,
)
from services.rapid_review_timer.deadline import Deadline
from services.rapid_review_timer.deadline_store import Kept, planned_for
from services.rapid_review_timer.deriving import derived
from services.rapid_review_timer.firing import Firing, after
from services.rapid_review_timer.keep_clocks import Line, area_of, due_soon_of, in_line
from services.rapid_review_timer.opening_review import open_reviews
from services.rapid_review_timer.review_store import known_facts, steps_without_record
from services.rapid_review_timer.rule_book import RuleBook
from services.rapid_review_timer.rules import rule_book
from services.rapid_review_timer.said import Said, as_told, said_of
from services.rapid_review_timer.telling import tell
from shared.calendar.bank_holidays import Calendar, england_and_wales
from shared.calendar.errors import CalendarError, CalendarOutOfRange
from shared.contracts.area_record import area_of_record
from shared.messaging.audit import audit
from shared.messaging.facts import Fact, own_facts_of
from shared.messaging.restoring import ForAPerson, Run
from shared.messaging.store import Tx
from shared.telemetry.tracing import Tracing, case_root, current_traceparent


class RestoredClocks:
    """Each deadline becomes what was last told of it, with its revisions and firings. Where its
    facts say otherwise, that was about to be told and is told now, as the next revision."""

    async def before_catching_up(self, run: Run) -> None:
        return None

    async def after_catching_up(self, run: Run) -> list[ForAPerson]:
        async with run.store.reading() as connection:
            cases = await restored_store.cases(connection)
        listed: list[ForAPerson] = []
        for case_id in cases:
            async with run.transaction(f"clocks of {case_id}") as tx:
                listed += await settle_case(tx, case_id)
        return listed


async def settle_case(tx: Tx, case_id: UUID) -> list[ForAPerson]:
    """Of one case; says what a person has to look at. What cannot be settled yet becomes what was
    told, and is settled by `ClocksLeft` later."""
    seen = await _look_at(tx, case_id)
    if seen.line is not None:
        return await _settle(tx, seen, seen.line)
    await _keep(tx, seen.told, seen.base)
    await restored_store.leave(tx, case_id)
    return [ForAPerson("case_is_held", str(case_id))]


async def settle_left(tx: Tx, case_id: UUID, tracing: Tracing) -> list[ForAPerson] | None:
    """The same for a case that was left, while the service runs; None if nothing was changed: it
    has to wait longer, or somebody else was first.

    The lock of the case is held, so that all that was told and fired of it meanwhile stands in the
    outbox and is part of what it goes on from.
    """
    await case_store.lock_link_group(tx, case_id, None)
    if not await restored_store.is_left(tx, case_id):
        return None
    seen = await _look_at(tx, case_id)
    if seen.line is None:
        return None
    attributes = {"vigil.case.id": str(case_id)}
    with tracing.span("settle clocks", parent=case_root(case_id), attributes=attributes):
        await audit(tx, "clocks.settled", str(case_id))
        return await _settle(tx, seen, seen.line)


@dataclass(frozen=True)
class _Seen:
    """`base` is what was told, as rows. No `line`: a record or a calendar is waited for."""

    case_id: UUID
    facts: list[Fact]
    told: dict[UUID, Said]
    wanted: Sequence[Deadline]
    base: dict[UUID, Kept]
    line: Line | None


async def _look_at(tx: Tx, case_id: UUID) -> _Seen:
    group = await case_store.lock_link_group(tx, case_id, None)
    if area := area_of_record(case_id):
        await case_store.note_owner(tx, case_id, area)
    facts = await known_facts(tx, group)
    told = said_of(await own_facts_of(tx, [case_id]))
    tx.synthetic = tx.synthetic or await restored_store.is_synthetic(tx, case_id)
    # A record that waits in one of these brings this case in line when its turn comes.
    awaited = group.members if group.survivor == case_id else {case_id}
    held = await restored_store.is_held(tx, sorted(awaited))
    versions = await calendar_store.versions_held(tx)
    book, newest = rule_book(), versions.newest
    local = rule_book(book.profile_of(area_of(case_id, facts)))
    try:
        wanted = derived(case_id, facts, book, newest, local=local).deadlines
        base = base_of(told, wanted, tx.synthetic, local, newest)
        line = in_line(case_id, facts, base, versions, now=tx.now, synthetic=tx.synthetic)
    except CalendarError:
        base = base_of(told, (), tx.synthetic, local, newest)
        return _Seen(case_id, facts, told, (), base, None)
    return _Seen(case_id, facts, told, wanted, base, None if held else line)


async def _settle(tx: Tx, seen: _Seen, line: Line) -> list[ForAPerson]:
    case_id = seen.case_id
    await _keep(tx, seen.told, seen.base)
    instants = {fact.event_id: fact.happened_at for fact in seen.facts}
    for change, kept in line.steps:
        made = change.deadline
        before = seen.base.get(made.deadline_id)
        if before and change.revision != before.revision:
            await deadline_store.put_away(tx, made.deadline_id)
        await deadline_store.keep(tx, replace(kept, traceparent=current_traceparent()))
        await tell(change, tx, happened_at=instants.get(made.basis.caused_by, tx.now))
        for said in change.says:
            await audit(tx, f"deadline.{said}", str(made.deadline_id), revision=change.revision)
    await open_reviews(tx, case_id, seen.facts)
    await restored_store.forget_left(tx, case_id)
    wanted = {made.deadline_id for made in seen.wanted}
    return [
        *(
            ForAPerson("review_record_lost", str(step), {"case": str(case_id)})
            for step in await steps_without_record(tx, case_id)
        ),
        *(
            ForAPerson("deadline_not_rebuilt", str(deadline_id), {"case": str(case_id)})
            for deadline_id in sorted(seen.told.keys() - wanted)
        ),
    ]


def base_of(
    told: dict[UUID, Said],
    derived: Sequence[Deadline],
    synthetic: bool,
    local: RuleBook | None = None,
    calendar: Calendar | None = None,
) -> dict[UUID, Kept]:
    """What was told as rows. `local` and `calendar` say when to warn of what still runs."""
    reading = (local or rule_book(), calendar or england_and_wales())
    base = {deadline_id: _kept(said, synthetic, *reading) for deadline_id, said in told.items()}
    for made in derived:
        kept = base.get(made.deadline_id)
        if kept is not None:
            base[made.deadline_id] = replace(kept, deadline=as_told(made, kept.deadline))
    return base


def _kept(said: Said, synthetic: bool, local: RuleBook, calendar: Calendar) -> Kept:
    made = said.deadline
    soon = _warning_on(made, local, calendar)
    because, at = said.moved or (None, None)
    return Kept(
        deadline=made,
        revision=said.revision,
        due_soon_on=soon,
        next_firing=_next_firing(said, planned_for(made.basis, soon)),
        traceparent=said.traceparent,
        synthetic=synthetic,
        moved_because=because,
        moved_at=at,
    )


def _warning_on(made: Deadline, local: RuleBook, calendar: Calendar) -> date | None:
    """None beyond the bank holidays that are held: what was told keeps its day all the same."""
    try:
        return due_soon_of(made, local, calendar)
    except CalendarOutOfRange:
        return None


def _next_firing(said: Said, planned: Sequence[Firing]) -> Firing | None:
    if said.deadline.outcome is not None:
        return None
    last = said.last_fired
    return after(planned, Firing(last.kind, last.due_at)) if last else planned[0]


async def _keep(tx: Tx, told: dict[UUID, Said], base: dict[UUID, Kept]) -> None:
    for deadline_id, kept in base.items():
        said = told[deadline_id]
        await deadline_store.keep(tx, kept)
        await tx.flush()
        for revision, (earlier, by) in said.earlier.items():
            await restored_store.keep_revision(tx, earlier, revision, by, kept)
        for fired in said.fired:
            await restored_store.keep_firing(tx, fired)
