"""What the process asks of a clock: relaxed, corrected, late, and over downtime."""

from datetime import date

from services.rapid_review_timer.deadline import deadline_id_of
from shared.contracts.deadline_events import DeadlineMoved, DeadlineSet, ReviewDue
from shared.contracts.event_codes import DueKind
from tests.services.rapid_review_timer.case_told import CaseTold, at
from tests.services.rapid_review_timer.conftest import Timer


async def fired_until(timer: Timer, *days: str) -> None:
    for day in days:
        timer.clock.instant = at(day)
        while await timer.watcher().sweep():
            pass


async def heard(timer: Timer, case: CaseTold, rule: str) -> list[tuple[DueKind, int]]:
    key = deadline_id_of(case.case_id, 1, rule)
    said = [each for each in await timer.said() if isinstance(each, ReviewDue)]
    return [(each.kind, each.revision) for each in said if each.deadline_id == key]


async def in_the_pandemic(timer: Timer) -> CaseTold:
    """Aware on 6 April 2020, notified late on 20 April: the review is due on 12 May 2020."""
    case = CaseTold()
    case.reported(at("2020-04-06"))
    case.assessed(at("2020-04-06"), at("2020-04-06"))
    case.decided(at("2020-04-07"), clock_start=at("2020-04-06"))
    case.notified(at("2020-04-20"))
    timer.clock.instant = at("2020-04-06")
    await timer.hears(*case.facts[:3])
    return case


async def test_p07_a_review_past_its_day_in_the_pandemic_is_relaxed_and_not_overdue(
    timer: Timer,
) -> None:
    case = await in_the_pandemic(timer)
    await timer.hears(*case.facts[3:])
    await fired_until(timer, "2020-05-12", "2020-05-13", "2020-06-30")
    assert await heard(timer, case, "DL07") == [
        (DueKind.DUE_TODAY, 1),
        (DueKind.RELAXED, 1),
    ]
    (told,) = [
        each for each in await timer.said() if isinstance(each, DeadlineSet) and each.rule == "DL07"
    ]
    assert told.relaxed_by == "WT2018.C19"


async def test_p07_a_notification_missed_in_the_pandemic_is_overdue_all_the_same(
    timer: Timer,
) -> None:
    case = await in_the_pandemic(timer)
    await fired_until(timer, "2020-04-17", "2020-04-20")
    assert [kind for kind, _ in await heard(timer, case, "DL01")][-1] is DueKind.OVERDUE
    assert [kind for kind, _ in await heard(timer, case, "DL02")][-1] is DueKind.OVERDUE


async def test_p09_a_corrected_forename_changes_no_clock(timer: Timer) -> None:
    """Of a name nothing reaches the timer; the instants are told again as they were."""
    case = CaseTold()
    case.reported(at("2019-06-05"))
    case.assessed(at("2019-06-05"), at("2019-06-05"))
    await timer.hears(*case.facts)
    states, said = await timer.states(), await timer.said()
    await timer.hears(case.assessed(at("2019-06-07"), at("2019-06-05")))
    assert await timer.states() == states
    assert await timer.said() == said


async def test_p10_awareness_corrected_to_two_days_earlier_may_be_overdue_at_once(
    timer: Timer,
) -> None:
    """Aware on Monday 3 and not on Wednesday 5 June 2019: due on the 10th and not on the 12th."""
    case = CaseTold()
    case.reported(at("2019-06-05"))
    case.assessed(at("2019-06-05"), at("2019-06-05"))
    await timer.hears(*case.facts)
    timer.clock.instant = at("2019-06-11")
    await timer.hears(case.assessed(at("2019-06-11"), at("2019-06-03")))
    await fired_until(timer, "2019-06-11")
    (moved,) = [
        each
        for each in await timer.said()
        if isinstance(each, DeadlineMoved) and each.rule == "DL01"
    ]
    assert (moved.previous_due_date, moved.due_date) == (date(2019, 6, 12), date(2019, 6, 10))
    (overdue,) = [
        each for each in await timer.said() if isinstance(each, ReviewDue) and each.rule == "DL01"
    ]
    assert (overdue.kind, overdue.revision) == (DueKind.OVERDUE, 2)
    assert overdue.after_move == "start_corrected"


async def test_p10_what_was_overdue_by_a_wrong_start_runs_again_as_a_new_revision(
    timer: Timer,
) -> None:
    case = CaseTold()
    case.reported(at("2019-06-03"))
    case.assessed(at("2019-06-03"), at("2019-06-03"))
    await timer.hears(*case.facts)
    await fired_until(timer, "2019-06-11")
    await timer.hears(case.assessed(at("2019-06-11"), at("2019-06-05")))
    await fired_until(timer, "2019-06-12", "2019-06-13")
    kinds = await heard(timer, case, "DL01")
    assert kinds == [(DueKind.OVERDUE, 1), (DueKind.DUE_TODAY, 2), (DueKind.OVERDUE, 2)]


async def test_p14_down_over_the_due_instant_one_overdue_says_how_late_it_is_said(
    timer: Timer,
) -> None:
    case = CaseTold()
    case.reported(at("2019-06-05"))
    case.assessed(at("2019-06-05"), at("2019-06-05"))
    await timer.hears(*case.facts)
    await fired_until(timer, "2019-06-14", "2019-06-15")
    assert await heard(timer, case, "DL01") == [(DueKind.OVERDUE, 1)]
    (overdue,) = [
        each for each in await timer.said() if isinstance(each, ReviewDue) and each.rule == "DL01"
    ]
    assert overdue.fired_late_by == (at("2019-06-14") - overdue.due_at).total_seconds() > 0
    assert overdue.after_move is None


async def test_p06_the_day_of_a_review_holds_until_another_one_is_agreed(timer: Timer) -> None:
    case = CaseTold()
    case.reported(at("2019-06-05"))
    case.assessed(at("2019-06-05"), at("2019-06-05"))
    case.decided(at("2019-06-06"), clock_start=at("2019-06-05"))
    case.notified(at("2019-06-11"))
    await timer.hears(*case.facts)
    await fired_until(timer, "2019-07-03")
    assert await heard(timer, case, "DL07") == [(DueKind.OVERDUE, 1)]
