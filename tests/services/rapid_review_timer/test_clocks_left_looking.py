"""The task that settles the cases that were left: beside itself, beside failures, and by itself."""

import asyncio
from uuid import UUID, uuid4

import pytest

from services.rapid_review_timer import restored as restoring
from services.rapid_review_timer import restored_store
from services.rapid_review_timer.case_store import lock_link_group
from services.rapid_review_timer.clocks_left import ClocksLeft
from shared.messaging.store import Tx
from tests.services.rapid_review_timer.case_told import CaseTold, at
from tests.services.rapid_review_timer.conftest import Timer
from tests.services.rapid_review_timer.restored_timer import RestoredTimer, broken, is_told_once
from tests.services.rapid_review_timer.sample_cases import AWARE
from tests.support.waiting import eventually

HELD = ["case_is_held"]


async def test_two_that_look_at_once_tell_it_once(restored: RestoredTimer, lost: CaseTold) -> None:
    await restored.takes_in(broken(lost.decided(at("2019-06-06"), clock_start=AWARE)))
    assert await restored.settles() == HELD
    await restored.discards()
    assert sum(await asyncio.gather(*(restored.looks() for _ in range(4)))) == 1
    assert is_told_once(await restored.told())


async def test_a_case_that_fails_keeps_no_other_waiting(
    restored: RestoredTimer, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [CaseTold(UUID(int=number)) for number in (1, 2)]
    for case in cases:
        await restored.takes_in_again(case.reported(AWARE), case.assessed(AWARE, AWARE))
        await restored.takes_in(broken(case.decided(at("2019-06-06"), clock_start=AWARE)))
    assert await restored.settles() == HELD * 2
    await restored.discards()
    await restored.discards()

    async def a_defect_in_the_first(tx: Tx, case_id: UUID, facts: object) -> list[object]:
        if case_id == cases[0].case_id:
            raise ValueError("a defect")
        return []

    monkeypatch.setattr(restoring, "open_reviews", a_defect_in_the_first)
    looking = ClocksLeft(restored.timer.store, restored.timer.tracing)
    assert [await looking.look(), await looking.look()] == [1, 0]
    assert await restored.left() == [cases[0].case_id]


async def test_it_goes_on_by_itself_until_it_is_stopped(
    restored: RestoredTimer, lost: CaseTold
) -> None:
    await restored.takes_in(broken(lost.decided(at("2019-06-06"), clock_start=AWARE)))
    assert await restored.settles() == HELD
    await restored.discards()
    running = asyncio.create_task(ClocksLeft(restored.timer.store, restored.timer.tracing).run())
    await eventually(restored.told, "the clocks are told")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert is_told_once(await restored.told())


async def test_a_case_that_is_erased_is_not_waited_for_any_more(timer: Timer) -> None:
    case_id = uuid4()
    async with timer.store.transaction(uuid4(), "test", synthetic=True) as tx:
        await lock_link_group(tx, case_id, None)
        await restored_store.leave(tx, case_id)
        assert await tx.fetchval(
            "select erase_cases($1, 'synthetic_expired', $2, $2)", [case_id], tx.now
        )
    assert await RestoredTimer(timer).left() == []
    (view,) = await timer.rows(
        "select pg_get_viewdef(oid) as sought from pg_class where relname = 'left_of_erased'"
    )
    assert "clocks_left" in view["sought"], "the checker would find it"
