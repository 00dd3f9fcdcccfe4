"""Seeded schedules: no promise is broken, and each planted defect is found."""

import pytest

from tests.simulation.defects import DEFECTS, planted
from tests.simulation.running import Chunk, Done, run_chunk
from tests.simulation.schedule import play, seed_of, steps_of
from tests.simulation.shrinking import shrunken
from tests.simulation.world import World

SEED = 20261122
SCHEDULES = 300
FOUND_WITHIN = 2_000
FOUND_LATE = "closing_leaves_clocks"


@pytest.fixture(scope="module")
def played() -> Done:
    return run_chunk(Chunk(SEED, 0, SCHEDULES, None))


def test_no_schedule_breaks_a_promise(played: Done) -> None:
    assert played.failed is None, (
        f"{played.breaches}: python -m tests.simulation --seed {SEED} --only {played.failed}"
    )
    assert played.events > 20 * SCHEDULES


def test_schedules_come_to_closings_and_go_on_after_them(played: Done) -> None:
    assert played.reached["closed"] >= SCHEDULES // 50
    assert played.reached["opened again"] >= SCHEDULES // 100
    assert played.reached["heard after a closing"] >= SCHEDULES // 20


@pytest.mark.parametrize(
    "defect",
    [
        pytest.param(each, marks=pytest.mark.long) if each == FOUND_LATE else each
        for each in DEFECTS
    ],
)
def test_a_defect_put_in_on_purpose_is_found(defect: str) -> None:
    done = run_chunk(Chunk(SEED, 0, FOUND_WITHIN, defect))
    assert done.failed is not None, f"{defect} was not found in {FOUND_WITHIN} schedules"


def test_the_same_seed_plays_the_same_steps_to_the_same_end() -> None:
    told: list[list[str]] = [[], []]
    for lines in told:
        play(steps_of(SEED, 7), seed_of(SEED, 7), World(), tell=lines.append)
    assert told[0] == told[1]
    assert len(told[0]) > 10


def test_a_failing_schedule_is_made_shorter_and_still_fails() -> None:
    with planted("parked_never_drained"):
        steps, seed = steps_of(SEED, 0), seed_of(SEED, 0)
        fewer = shrunken(steps, seed)
        assert play(fewer, seed, World()).breaches
    assert len(fewer) < len(steps) / 2
    assert not play(fewer, seed, World()).breaches, "without the defect nothing is wrong"
