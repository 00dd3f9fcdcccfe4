import asyncio
from datetime import timedelta

import pytest

from services.rapid_review_timer.deadline import deadline_id_of
from shared.calendar.london import first_late_instant
from shared.contracts.deadline_events import ReviewDue
from shared.contracts.event_codes import DueKind
from tests.services.rapid_review_timer.case_told import CaseTold, at
from tests.services.rapid_review_timer.conftest import Timer
from tests.services.rapid_review_timer.sample_cases import AWARE

SECOND = timedelta(seconds=1)


@pytest.fixture
async def case(timer: Timer) -> CaseTold:
    """Aware on 5 June 2019: notify by Wednesday 12 June, warned on Monday 10 June."""
    told = CaseTold()
    told.reported(AWARE)
    told.assessed(AWARE, AWARE)
    await timer.hears(*told.facts)
    return told


async def fired(timer: Timer, rule: str = "DL01") -> list[ReviewDue]:
    said = [each for each in await timer.said() if isinstance(each, ReviewDue)]
    return [each for each in said if each.rule == rule]


async def sweep_at(timer: Timer, day: str, clock: str) -> int:
    timer.clock.instant = at(day, clock)
    return await timer.watcher().sweep()


async def test_nothing_is_fired_before_it_is_due(timer: Timer, case: CaseTold) -> None:
    assert await sweep_at(timer, "2019-06-10", "06:59:59") == 0
    assert not await fired(timer)


async def test_a_warning_the_day_itself_and_the_first_late_instant_are_heard_once_each(
    timer: Timer, case: CaseTold
) -> None:
    for day, clock in (
        ("2019-06-10", "07:00:00"),
        ("2019-06-12", "07:00:00"),
        ("2019-06-12", "22:59:59"),
        ("2019-06-12", "23:00:00"),
        ("2019-06-13", "09:00:00"),
    ):
        while await sweep_at(timer, day, clock):
            pass
    heard = await fired(timer)
    assert [due.kind for due in heard] == [DueKind.DUE_SOON, DueKind.DUE_TODAY, DueKind.OVERDUE]
    assert [due.fired_late_by for due in heard] == [0.0, 0.0, 0.0]
    assert heard[2].due_at == first_late_instant(heard[2].due_date)


async def test_p14_down_over_the_due_instant_exactly_one_overdue_says_how_late(
    timer: Timer, case: CaseTold
) -> None:
    while await sweep_at(timer, "2019-06-15", "23:00:00"):
        pass
    (overdue,) = await fired(timer)
    assert (overdue.kind, overdue.fired_late_by) == (DueKind.OVERDUE, 3 * 24 * 3600.0)
    rows = await timer.rows("select kind from firing where deadline_id = $1", overdue.deadline_id)
    assert [row["kind"] for row in rows] == ["overdue"]


async def test_after_downtime_what_was_due_first_is_fired_first(
    timer: Timer, case: CaseTold
) -> None:
    later = CaseTold()
    later.reported(at("2019-06-06"))
    later.assessed(at("2019-06-06"), at("2019-06-06"))
    await timer.hears(*later.facts)
    while await sweep_at(timer, "2019-06-20", "10:00"):
        pass
    due = [each.due_at for each in await timer.said() if isinstance(each, ReviewDue)]
    assert due == sorted(due)


async def test_two_watchers_at_once_never_fire_twice(timer: Timer, case: CaseTold) -> None:
    cases = [CaseTold() for _ in range(30)]
    for told in cases:
        told.reported(AWARE)
        told.assessed(AWARE, AWARE)
        await timer.hears(*told.facts)
    timer.clock.instant = at("2019-06-13")
    for _ in range(6):
        await asyncio.gather(*(timer.watcher().sweep() for _ in range(4)))
    heard = await fired(timer)
    assert len(heard) == len(cases) + 1
    assert len({due.deadline_id for due in heard}) == len(heard)
    assert not await timer.rows("select 1 from deadline where next_at <= $1", timer.clock.instant)


async def test_a_case_that_somebody_else_holds_is_left_for_the_next_look(
    timer: Timer, case: CaseTold
) -> None:
    timer.clock.instant = at("2019-06-13")
    async with timer.store.pool.acquire() as holder, holder.transaction():
        await holder.execute("select 1 from case_state for update")
        assert await timer.watcher().sweep() == 0
    assert await timer.watcher().sweep() > 0


async def test_met_at_the_moment_it_falls_due_it_is_met_and_never_fired_afterwards(
    timer: Timer, case: CaseTold
) -> None:
    case.decided(at("2019-06-10"), clock_start=AWARE)
    timer.clock.instant = at("2019-06-12", "23:00")
    met = case.notified(at("2019-06-12"))
    await asyncio.gather(timer.hears(*case.facts[2:]), timer.watcher().sweep())
    await timer.hears(met)
    heard = len(await fired(timer))
    await timer.watcher().sweep()
    (notify,) = await timer.rows("select state, next_at from deadline where rule = 'DL01'")
    assert tuple(notify) == ("met", None)
    assert len(await fired(timer)) == heard <= 1


async def test_p10_a_correction_into_the_past_is_overdue_at_once(
    timer: Timer, case: CaseTold
) -> None:
    timer.clock.instant = at("2019-06-11")
    while await timer.watcher().sweep():
        pass
    await timer.hears(case.assessed(at("2019-06-11"), at("2019-06-03")))
    while await timer.watcher().sweep():
        pass
    assert [(due.kind, due.revision) for due in await fired(timer)] == [
        (DueKind.DUE_SOON, 1),
        (DueKind.OVERDUE, 2),
    ]


async def test_a_correction_that_keeps_the_date_is_not_announced_again(
    timer: Timer, case: CaseTold
) -> None:
    timer.clock.instant = at("2019-06-11")
    while await timer.watcher().sweep():
        pass
    await timer.hears(case.assessed(at("2019-06-11"), AWARE - timedelta(hours=2)))
    assert await timer.watcher().sweep() == 0
    assert [due.kind for due in await fired(timer)] == [DueKind.DUE_SOON]


async def test_cancelled_clocks_are_silent(timer: Timer, case: CaseTold) -> None:
    survivor = CaseTold()
    survivor.reported(at("2019-06-05"))
    await timer.hears(*survivor.facts, case.linked(at("2019-06-06"), survivor.case_id))
    timer.clock.instant = at("2019-07-30")
    while await timer.watcher().sweep():
        pass
    heard = [each for each in await timer.said() if isinstance(each, ReviewDue)]
    assert {due.deadline_id for due in heard} == {deadline_id_of(survivor.case_id, 1, "TRIAGE")}


async def test_a_firing_lands_in_the_trace_of_its_case(timer: Timer, case: CaseTold) -> None:
    await sweep_at(timer, "2019-06-13", "10:00")
    timer.tracing.provider.force_flush()
    spans = [s for s in timer.exporter.get_finished_spans() if s.name == "fire overdue"]
    assert spans
    assert {span.context.trace_id for span in spans if span.context} == {case.case_id.int}
    headers = await timer.rows(
        "select headers ->> 'traceparent' as parent from outbox where type like '%review.due%'"
    )
    assert all(case.case_id.hex in row["parent"] for row in headers)


async def test_a_firing_and_its_event_have_the_same_cause_and_an_audit_row(
    timer: Timer, case: CaseTold
) -> None:
    await sweep_at(timer, "2019-06-13", "10:00")
    firings = {row["event_id"] for row in await timer.rows("select event_id from firing")}
    audited = await timer.rows("select cause from audit where action = 'review.due'")
    assert firings == {row["cause"] for row in audited}


async def test_a_watcher_that_dies_before_its_commit_is_made_up_for(
    timer: Timer, case: CaseTold, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """No error of a case: whoever is killed tries nothing else."""

    def die(name: str) -> None:
        if name == "watcher.written":
            raise Killed

    timer.clock.instant = at("2019-06-13")
    with monkeypatch.context() as patched:
        patched.setattr("services.rapid_review_timer.watcher.crash_point", die)
        with pytest.raises(Killed):
            await timer.watcher().sweep()
    assert not await fired(timer)
    while await timer.watcher().sweep():
        pass
    assert len(await fired(timer)) == 1


async def test_the_running_watcher_fires_by_itself(timer: Timer, case: CaseTold) -> None:
    timer.clock.instant = at("2019-06-13")
    timer.store.written.clear()
    running = asyncio.create_task(timer.watcher().run())
    try:
        async with asyncio.timeout(10):
            await timer.store.written.wait()
    finally:
        running.cancel()
    assert await fired(timer)
