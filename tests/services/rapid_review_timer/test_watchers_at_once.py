"""Many cases due at once: several watchers, cases in other hands, and one that cannot be fired."""

import asyncio
from contextvars import ContextVar
from uuid import UUID

import pytest

from services.rapid_review_timer import watcher as watching
from shared.contracts.deadline_events import ReviewDue
from shared.contracts.envelope import case_stream
from shared.messaging.store import Tx
from tests.services.rapid_review_timer.case_told import CaseTold, at
from tests.services.rapid_review_timer.conftest import Timer
from tests.services.rapid_review_timer.sample_cases import AWARE

LATE = at("2019-06-13")
"""Of who was aware on 5 June 2019 the notice to the Panel and that to the partners are overdue."""


async def cases_told(timer: Timer, number: int) -> list[CaseTold]:
    cases = []
    for _ in range(number):
        case = CaseTold()
        case.reported(AWARE)
        case.assessed(AWARE, AWARE)
        await timer.hears(*case.facts)
        cases.append(case)
    timer.clock.instant = LATE
    return cases


async def fired(timer: Timer) -> list[ReviewDue]:
    return [said for said in await timer.said() if isinstance(said, ReviewDue)]


async def numbers_of(timer: Timer, case: CaseTold) -> list[int]:
    rows = await timer.rows(
        "select sequence from outbox where stream = $1 order by position",
        case_stream(case.case_id),
    )
    return [row["sequence"] for row in rows]


async def make_unfit(timer: Timer, case: CaseTold, by: int) -> None:
    """Its stream counts from a number that was used already, or is put right again."""
    async with timer.store.pool.acquire() as connection:
        await connection.execute(
            "update numbered_stream set last_sequence = last_sequence + $2 where stream = $1",
            case_stream(case.case_id),
            by,
        )


def unfired(timer: Timer) -> float | None:
    return timer.metrics.registry.get_sample_value("vigil_cases_unfired")


async def test_watchers_beside_each_other_share_the_work_and_number_without_a_gap(
    timer: Timer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "BATCH", 4)
    cases = await cases_told(timer, 12)
    each_holds_some = asyncio.Barrier(3)
    claim = watching._longest_due

    async def claim_beside_the_others(left_out: list[UUID], tx: Tx) -> list[UUID]:
        claimed = await claim(left_out, tx)
        if not shares[place_of.get()]:
            await each_holds_some.wait()
        return claimed

    monkeypatch.setattr(watching, "_longest_due", claim_beside_the_others)
    shares = [0, 0, 0]
    place_of: ContextVar[int] = ContextVar("place")

    async def work(place: int) -> None:
        place_of.set(place)
        watcher = timer.watcher()
        while done := await watcher.sweep():
            shares[place] += done

    async with asyncio.timeout(30):
        await asyncio.gather(*(work(place) for place in range(3)))
    heard = await fired(timer)
    assert sum(shares) == len(heard) == len({due.deadline_id for due in heard}) == 2 * len(cases)
    assert all(shares), "one did the work of another"
    for case in cases:
        numbers = await numbers_of(timer, case)
        assert numbers == list(range(1, len(numbers) + 1))


async def test_others_stand_in_for_cases_that_are_in_other_hands(
    timer: Timer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "BATCH", 1)
    held, other = await cases_told(timer, 2)
    async with timer.store.pool.acquire() as holder, holder.transaction():
        first = await holder.fetchval(
            """select case_id from deadline where next_at <= $1 order by next_at limit 1""", LATE
        )
        await holder.execute("select 1 from case_state where case_id = $1 for update", first)
        assert await timer.watcher().sweep() > 0
    said = await timer.rows("select distinct stream from outbox where topic = 'review.due'")
    (free,) = {held.case_id, other.case_id} - {first}
    assert [row["stream"] for row in said] == [case_stream(free)]


async def test_one_case_that_cannot_be_fired_stops_no_other(timer: Timer) -> None:
    cases = await cases_told(timer, 6)
    unfit, others = cases[2], [*cases[:2], *cases[3:]]
    await make_unfit(timer, unfit, -1)
    watcher = timer.watcher()
    assert await watcher.sweep() > 0
    assert await watcher.sweep() == 0
    audited = await timer.rows(
        "select distinct codes ->> 'case' c from audit where action = $1", "review.due"
    )
    assert {row["c"] for row in audited} == {str(case.case_id) for case in others}
    assert unfired(timer) == 1
    assert not await timer.rows(
        "select 1 from firing join deadline using (deadline_id) where case_id = $1", unfit.case_id
    )


async def test_what_could_not_be_fired_is_tried_again_and_fired_as_late(
    timer: Timer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "SECONDS_SET_ASIDE", 0.0)
    (unfit,) = await cases_told(timer, 1)
    await make_unfit(timer, unfit, -1)
    watcher = timer.watcher()
    assert await watcher.sweep() == 0
    assert unfired(timer) == 1
    await make_unfit(timer, unfit, 1)
    assert await watcher.sweep() > 0
    assert await watcher.sweep() == 0
    assert unfired(timer) == 0
    heard = await fired(timer)
    assert heard
    assert all(due.fired_late_by > 0 for due in heard)


async def test_many_deadlines_of_a_case_are_told_of_in_the_order_in_which_they_fell_due(
    timer: Timer,
) -> None:
    for case in await cases_told(timer, 3):
        case.decided(at("2019-06-06"), clock_start=AWARE)
        case.notified(at("2019-06-07"))
        await timer.hears(*case.facts[2:])
    timer.clock.instant = at("2019-07-30")
    assert await timer.watcher().sweep() > 0
    rows = await timer.rows(
        """select stream, happened_at from outbox where topic = 'review.due'
           order by stream, sequence"""
    )
    assert [tuple(row) for row in rows] == sorted(tuple(row) for row in rows)
    positions = await timer.rows("select stream, sequence from outbox order by stream, position")
    assert [tuple(row) for row in positions] == sorted(tuple(row) for row in positions)
