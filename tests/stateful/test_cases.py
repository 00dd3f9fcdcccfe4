"""Anything may happen to a case: at every step the timer keeps its promises."""

import re

import pytest

from tests.stateful.defects import DEFECTS, planted
from tests.stateful.run import SEED, play

FOUND_WITHIN = 150


def test_whatever_happens_to_a_case_its_deadlines_are_right_at_every_step() -> None:
    play(shrink=True)


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_put_in_on_purpose_is_found(defect: str) -> None:
    with planted(defect), pytest.raises((AssertionError, LookupError)) as found:
        play(FOUND_WITHIN, 40, SEED, shrink=False)
    said = DEFECTS[defect][0]
    assert re.search(said, str(found.value)), "another promise was broken than the one meant"
