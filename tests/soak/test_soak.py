"""A short run, and what makes runs repeatable."""

import time
from pathlib import Path

import pytest

from tests.soak.faults import Faults
from tests.soak.judged import judge
from tests.soak.quiet import until_quiet
from tests.soak.reports import Reporters
from tests.soak.run import points_passed
from tests.soak.scene import beside, opened
from tests.soak.schedule import QUIET_END_SECONDS, Fault, schedule

SEED = 7
SCHEDULE = (
    Fault(3.0, "kill", "rapid_review_timer"),
    Fault(4.0, "kill_postgres", "postgres"),
)


@pytest.mark.long
async def test_reports_survive_a_killed_consumer_and_a_killed_store(tmp_path: Path) -> None:
    print(f"seed {SEED}")
    async with opened(tmp_path / "world", seed=SEED, rate=3.0) as scene:
        faults = Faults(scene.world, scene.observer, print)
        async with beside(scene.load.run()):
            await faults.run(SCHEDULE, time.monotonic())
        drain = await until_quiet(scene, 120, print)
        assert drain is not None
        judged = await judge(scene)
        assert judged.breaches == []
        assert faults.never_recovered == []
        assert scene.load.ledger.counts["reports acknowledged"] > 10


def test_a_seed_makes_one_schedule_and_another_seed_another() -> None:
    first, again, other = (schedule(seed, 1800, points_passed()) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert max(fault.at for fault in first) < 1800 - QUIET_END_SECONDS


def test_a_seed_makes_the_same_reports_again() -> None:
    def sent(seed: int) -> list[str]:
        reporters = Reporters(seed)
        return [str(one.id) for _ in range(50) for one in reporters.next().reports]

    assert sent(1) == sent(1)
    assert sent(1) != sent(2)


def test_a_service_is_told_to_crash_only_where_it_comes_by() -> None:
    points = points_passed()
    assert "watcher.written" in points["rapid_review_timer"]
    assert "watcher.written" not in points["intake"]
    assert all(name.startswith("consumer.") for name in points["reporting"])
