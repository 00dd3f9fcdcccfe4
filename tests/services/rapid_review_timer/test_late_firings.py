"""How late a deadline was told of, and whether that was the watcher's doing."""

from datetime import timedelta

from shared.telemetry.alarms import Alarms
from tests.services.rapid_review_timer.case_told import CaseTold, at
from tests.services.rapid_review_timer.conftest import Timer
from tests.services.rapid_review_timer.sample_cases import AWARE


def late(timer: Timer) -> float:
    value = timer.metrics.registry.get_sample_value(
        "vigil_deadlines_fired_late_within_an_hour_seconds"
    )
    return value or 0.0


async def test_a_watcher_that_was_down_is_an_alarm_with_by_how_much(
    timer: Timer, case: CaseTold
) -> None:
    """Aware on 5 June 2019: the day to settle the criteria is warned of on the 6th."""
    case.reported(AWARE)
    case.assessed(AWARE, AWARE)
    await timer.hears(*case.facts)
    timer.clock.instant = at("2019-06-10", "07:01")
    assert await timer.watcher().sweep() > 0
    assert late(timer) >= 60
    alarms = Alarms(timer.metrics.registry)
    alarms.evaluate(0)
    assert alarms.raised() == [], "a minute may pass"
    timer.clock.instant = at("2019-06-12", "23:02")
    await timer.watcher().sweep()
    alarms.evaluate(1)
    assert alarms.raised() == ["deadline_fired_late"]
    buckets = timer.metrics.registry.get_sample_value("vigil_deadlines_fired_late_seconds_count")
    assert buckets is not None
    assert buckets >= 2


async def test_a_deadline_of_long_ago_that_is_heard_of_now_is_no_alarm(
    timer: Timer, case: CaseTold
) -> None:
    timer.clock.instant = at("2019-09-02", "12:00")
    watcher = timer.watcher()
    assert await watcher.sweep() == 0
    case.reported(AWARE)
    case.assessed(AWARE, AWARE)
    await timer.hears(*case.facts)
    timer.clock.move(timedelta(seconds=1))
    assert await watcher.sweep() > 0
    assert late(timer) == 1.0
    alarms = Alarms(timer.metrics.registry)
    alarms.evaluate(0)
    assert alarms.raised() == []
