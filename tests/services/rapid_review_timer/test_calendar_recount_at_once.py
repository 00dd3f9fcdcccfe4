"""The recount beside watchers, crashes and late transactions; what it cannot count."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from services.rapid_review_timer import calendar_recount, calendar_store, deadline_store
from services.rapid_review_timer.calendar_recount import CalendarRecount
from services.rapid_review_timer.deadline import deadline_id_of
from shared.contracts.deadline_events import DeadlineSet
from shared.contracts.envelope import case_stream
from shared.contracts.event_codes import DueKind
from shared.messaging.order import CannotBeApplied
from tests.services.rapid_review_timer.calendar_comes import (
    NoCalendars,
    comes,
    due,
    fired,
    moves,
    recount,
    sweep,
    told,
)
from tests.services.rapid_review_timer.case_told import CaseTold, at
from tests.services.rapid_review_timer.conftest import Timer
from tests.services.rapid_review_timer.sample_calendars import (
    WITH_A_HOLIDAY,
)
from tests.services.rapid_review_timer.sample_deadlines import kept_deadline


async def test_what_was_counted_by_an_older_version_and_commits_late_is_moved_too(
    timer: Timer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await comes(timer, WITH_A_HOLIDAY)
    await recount(timer)
    with monkeypatch.context() as patched:
        before = await calendar_store.versions_held(NoCalendars())
        patched.setattr(calendar_store, "versions_held", lambda _: asyncio.sleep(0, before))
        case = await told(timer)
    assert (await due(timer, case))[0] == date(2019, 6, 12)
    await recount(timer)
    assert (await due(timer, case))[:2] == (date(2019, 6, 13), 2)


async def test_it_goes_on_after_a_crash_in_the_middle(
    timer: Timer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """No error of a case: whoever is killed tries nothing else."""

    async def die(*_: object) -> None:
        raise Killed

    cases = [await told(timer) for _ in range(3)]
    await comes(timer, WITH_A_HOLIDAY)
    monkeypatch.setattr(calendar_recount, "BATCH", 2)
    task = CalendarRecount(timer.store, timer.tracing)
    await task.look()
    with monkeypatch.context() as patched:
        patched.setattr(calendar_store, "note_progress", die)
        with pytest.raises(Killed):
            await task.look()
    await recount(timer)
    assert {(await due(timer, case))[0] for case in cases} == {date(2019, 6, 13)}
    assert len(await moves(timer)) == 2 * len(cases)
    (row,) = await timer.rows("select moved, ended_at is not null as done from calendar_revision")
    assert tuple(row) == (2 * len(cases), True)


async def test_one_case_that_cannot_be_moved_stops_no_other(timer: Timer) -> None:
    """Its stream counts from a number that was used already."""
    cases = [await told(timer) for _ in range(4)]
    unfit, others = cases[1], [cases[0], *cases[2:]]
    await comes(timer, WITH_A_HOLIDAY)
    async with timer.store.transaction(uuid4(), "test") as tx:
        await tx.execute(
            "update numbered_stream set last_sequence = last_sequence - 1 where stream = $1",
            case_stream(unfit.case_id),
        )
    assert await recount(timer) > 0
    assert {(await due(timer, case))[0] for case in others} == {date(2019, 6, 13)}
    assert (await due(timer, unfit))[:2] == (date(2019, 6, 12), 1)
    assert len(await moves(timer)) == 2 * len(others)


async def test_watchers_fire_while_it_counts_and_nothing_is_said_twice(timer: Timer) -> None:
    soon = [await told(timer) for _ in range(10)]
    late = [await told(timer, "2019-05-22") for _ in range(10)]
    timer.clock.instant = at("2019-06-12", "07:00")
    await comes(timer, WITH_A_HOLIDAY)
    recounts = [CalendarRecount(timer.store, timer.tracing) for _ in range(2)]
    for _ in range(8):
        await asyncio.gather(
            *(timer.watcher().sweep() for _ in range(3)), *(each.look() for each in recounts)
        )
    await recount(timer)
    await sweep(timer)
    for case in late:
        assert [each.kind for each in await fired(timer, case)] == [DueKind.OVERDUE]
    for case in soon:
        assert (await due(timer, case))[:2] == (date(2019, 6, 13), 2)
    found = [(move.deadline_id, move.revision) for move in await moves(timer)]
    assert len(set(found)) == len(found) == 2 * len(soon)


async def test_r12_beyond_the_published_days_it_is_refused_until_a_longer_version_comes(
    timer: Timer,
) -> None:
    newest = (await calendar_store.versions_held(NoCalendars())).newest
    case = CaseTold(uuid4())
    case.reported(at(newest.last.isoformat()))
    with pytest.raises(CannotBeApplied) as refused:
        await timer.hears(*case.facts)
    assert refused.value.reason == "CALENDAR_OUT_OF_RANGE"
    longer = replace(
        WITH_A_HOLIDAY,
        version="england-and-wales-longer",
        last=newest.last + timedelta(days=90),
    )
    await comes(timer, longer)
    await timer.hears(*case.facts)
    said = [each for each in await timer.said() if isinstance(each, DeadlineSet)]
    assert [each.calendar_version for each in said] == [longer.version]


async def test_without_a_version_that_something_was_counted_by_nothing_is_counted(
    timer: Timer,
) -> None:
    case = await told(timer)
    lost: UUID = deadline_id_of(case.case_id, 1, "DL01")
    async with timer.store.transaction(uuid4(), "test") as tx:
        await tx.execute(
            "update deadline set calendar_version = 'lost' where deadline_id = $1", lost
        )
    with pytest.raises(CannotBeApplied) as refused:
        await timer.hears(case.assessed(at("2019-06-06"), at("2019-06-04")))
    assert refused.value.reason == "CALENDAR_UNKNOWN"


async def test_what_is_counted_back_from_a_publication_is_due_a_day_earlier(timer: Timer) -> None:
    """Publication on Monday 17 June 2019: the copies go by Thursday 6 June, or Wednesday 5 June
    with the new holiday."""
    kept = kept_deadline("DL12", "2019-06-17")
    made = kept.deadline
    async with timer.store.transaction(uuid4(), "test") as tx:
        await tx.execute("insert into case_state (case_id) values ($1)", made.case_id)
        await deadline_store.keep(tx, kept)
    await comes(timer, WITH_A_HOLIDAY)
    assert await recount(timer) == 1
    (move,) = await moves(timer)
    assert (move.rule, move.previous_due_date, move.due_date) == (
        "DL12",
        date(2019, 6, 6),
        date(2019, 6, 5),
    )


async def test_a_synthetic_case_stays_synthetic_when_it_is_moved(timer: Timer) -> None:
    real, canary = kept_deadline("DL01", "2019-06-05"), kept_deadline("DL01", "2019-06-05")
    async with timer.store.transaction(uuid4(), "test") as tx:
        for kept in (real, replace(canary, synthetic=True)):
            case_id = kept.deadline.case_id
            await tx.execute("insert into case_state (case_id) values ($1)", case_id)
            await deadline_store.keep(tx, kept)
    await comes(timer, WITH_A_HOLIDAY)
    await recount(timer)
    rows = await timer.rows("select stream, headers ->> 'ce_synthetic' as canary from outbox")
    marked = {row["stream"] for row in rows if row["canary"] == "true"}
    assert marked == {f"case/{canary.deadline.case_id}"}
    assert len(rows) == 2
