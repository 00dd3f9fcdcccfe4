"""After a restore a case of which a record waits is left, and its clocks are settled later: told
once, whatever becomes of the record."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from services.rapid_review_timer.clocks_left import ClocksLeft
from shared.contracts.event_codes import Stage
from shared.contracts.intake_events import CaseStageEntered
from tests.interleave.told_facts import record_that_tells
from tests.services.rapid_review_timer.calendar_comes import comes, recount, sweep
from tests.services.rapid_review_timer.case_told import CaseTold, at
from tests.services.rapid_review_timer.conftest import NewTimer, Timer
from tests.services.rapid_review_timer.restored_timer import (
    RestoredTimer,
    broken,
    is_told_once,
    take_back,
)
from tests.services.rapid_review_timer.sample_calendars import WITH_A_HOLIDAY
from tests.services.rapid_review_timer.sample_cases import AWARE

HELD = ["case_is_held"]
Meanwhile = Callable[[RestoredTimer, CaseTold], Awaitable[None]]


async def test_a_conflict_is_not_waited_for(restored: RestoredTimer, lost: CaseTold) -> None:
    await restored.takes_in(record_that_tells(replace(lost.facts[0], event_id=uuid4())))
    await restored.stopped()
    assert await restored.settles() == []
    assert is_told_once(await restored.told())
    assert await restored.left() == []


async def test_while_a_record_waits_nothing_is_told_and_the_case_is_remembered(
    restored: RestoredTimer, lost: CaseTold
) -> None:
    await restored.takes_in(broken(lost.decided(at("2019-06-06"), clock_start=AWARE)))
    for _ in range(2):
        assert await restored.settles() == HELD
        assert await restored.looks() == 0
    assert await restored.told() == []
    assert await restored.left() == [lost.case_id]


async def test_where_the_record_is_discarded_the_clocks_are_told_once(
    restored: RestoredTimer, lost: CaseTold
) -> None:
    await restored.takes_in(broken(lost.decided(at("2019-06-06"), clock_start=AWARE)))
    assert await restored.settles() == HELD
    await restored.discards()
    assert await restored.told() == []
    assert await restored.looks() == 1
    told = await restored.told()
    assert is_told_once(told)
    assert await restored.left() == []
    assert await restored.looks() == 0
    assert await restored.settles() == []
    assert await restored.told() == told


async def test_what_waits_in_a_linked_case_is_waited_for_by_the_case_that_stands_for_it(
    restored: RestoredTimer, lost: CaseTold
) -> None:
    loser = CaseTold()
    await restored.takes_in_again(
        loser.reported(AWARE),
        loser.assessed(AWARE, AWARE),
        loser.linked(at("2019-06-06"), lost.case_id),
    )
    await restored.takes_in(broken(loser.assessed(at("2019-06-07"), AWARE)))
    assert await restored.settles() == HELD * 2
    assert await restored.looks() == 0
    await restored.discards()
    assert await restored.looks() == 2
    assert ("DeadlineSet", "DL01", 1) in await restored.told()
    assert await restored.left() == []


async def test_where_the_record_is_released_the_clocks_are_told_once(
    restored: RestoredTimer, lost: CaseTold
) -> None:
    decided = lost.decided(at("2019-06-06"), clock_start=AWARE)
    await restored.takes_in(broken(decided))
    assert await restored.settles() == HELD
    await restored.releases(decided)
    told, kept = await restored.told(), await restored.kept()
    assert is_told_once(told)
    assert await restored.looks() == 1
    assert (await restored.told(), await restored.kept()) == (told, kept)
    assert await restored.left() == []


@pytest.mark.parametrize("is_discarded", [False, True])
async def test_what_was_told_because_of_the_record_is_told_anew_only_if_it_is_discarded(
    timer: Timer, case: CaseTold, new_timer: NewTimer, is_discarded: bool
) -> None:
    facts = [case.reported(AWARE), case.assessed(AWARE, AWARE)]
    linked = case.linked(at("2019-06-07"), uuid4())
    await timer.hears(*facts, linked)
    told = await RestoredTimer(timer).told()
    assert told[-1] == ("DeadlineCancelled", "TRIAGE", 2)
    anew = await new_timer()
    await take_back(timer, anew)
    restored = RestoredTimer(anew)
    await restored.takes_in_again(*facts)
    await restored.takes_in(broken(linked))
    assert await restored.settles() == HELD
    await (restored.discards() if is_discarded else restored.releases(linked))
    assert await restored.looks() == 1
    runs = [("DeadlineSet", "DL01", 2), ("DeadlineSet", "DL02", 2)]
    runs += [("DeadlineSet", "TRIAGE", 3), ("DeadlineMet", "TRIAGE", 3)]
    assert await restored.told() == told + (runs if is_discarded else [])


async def test_what_waited_and_is_of_no_use_here_brings_the_clocks_all_the_same(
    restored: RestoredTimer, lost: CaseTold
) -> None:
    first, second = (
        lost.says(
            CaseStageEntered(cycle=1, stage=Stage.TRIAGE, entered_at=AWARE, revision=number), AWARE
        )
        for number in (1, 2)
    )
    await restored.takes_in(record_that_tells(second))
    assert await restored.settles() == HELD
    await restored.takes_in(record_that_tells(first))
    assert await restored.told() == []
    assert await restored.looks() == 1
    assert is_told_once(await restored.told())


async def fires(restored: RestoredTimer, case: CaseTold) -> None:
    restored.timer.clock.instant = at("2019-06-14")
    await sweep(restored.timer)


async def is_met(restored: RestoredTimer, case: CaseTold) -> None:
    await restored.takes_in(record_that_tells(case.notified(at("2019-06-07"))))


async def is_moved(restored: RestoredTimer, case: CaseTold) -> None:
    await comes(restored.timer, WITH_A_HOLIDAY)
    await recount(restored.timer)


async def is_moved_and_fires(restored: RestoredTimer, case: CaseTold) -> None:
    restored.timer.clock.instant = at("2019-06-10")
    await sweep(restored.timer)
    await is_moved(restored, case)
    await fires(restored, case)


async def fires_and_is_met_late(restored: RestoredTimer, case: CaseTold) -> None:
    await fires(restored, case)
    await restored.takes_in(record_that_tells(case.notified(at("2019-06-14"))))


@pytest.mark.parametrize(
    "meanwhile", [fires, is_met, is_moved, is_moved_and_fires, fires_and_is_met_late]
)
async def test_what_became_of_a_clock_while_its_case_was_left_is_not_undone_or_told_twice(
    restored: RestoredTimer, case: CaseTold, meanwhile: Meanwhile
) -> None:
    facts = [case.reported(AWARE), case.assessed(AWARE, AWARE)]
    facts.append(case.decided(at("2019-06-06"), clock_start=AWARE))
    await restored.timer.hears(*facts)
    await restored.takes_in_again(*facts)
    await restored.takes_in(broken(case.linked(at("2019-06-07"), uuid4())))
    assert await restored.settles() == HELD
    before = await restored.kept()
    await meanwhile(restored, case)
    kept, said = await restored.kept(), await restored.timer.said()
    assert kept != before
    await restored.discards()
    released = await restored.timer.said()
    assert await restored.looks() == 1
    assert await restored.kept() == kept
    await sweep(restored.timer)
    assert await restored.kept() == kept
    assert await restored.timer.said() == released
    assert len(released) == len(said) + 1, "all that is new is that the case was released"


async def test_a_case_waits_for_the_calendar_by_which_its_clocks_were_counted(
    timer: Timer, case: CaseTold, new_timer: NewTimer
) -> None:
    await comes(timer, WITH_A_HOLIDAY)
    await timer.hears(case.reported(AWARE), case.assessed(AWARE, AWARE))
    await RestoredTimer(timer).takes_in(record_that_tells(case.notified(at("2019-06-07"))))
    told = await RestoredTimer(timer).told()
    anew = await new_timer()
    await take_back(timer, anew)
    restored = RestoredTimer(anew)
    await restored.takes_in_again(*case.facts)
    assert await restored.settles() == HELD
    looking = ClocksLeft(anew.store, anew.tracing)
    assert [await looking.look(), await looking.look()] == [0, 0]
    assert await restored.left() == [case.case_id]
    await comes(anew, WITH_A_HOLIDAY)
    assert await restored.looks() == 1
    assert await restored.told() == told
    assert await restored.left() == []
