"""No count of one or two can be read, nor worked out from the others; a true zero is shown."""

import random
from itertools import product

import pytest

from services.reporting.region_figures import figures
from services.reporting.suppression import Cell, Sum, suppressed
from shared.contracts.region_events import Measure

WHOLE = ("n", "")


def table(*counts: int) -> tuple[dict[Cell, int], Sum]:
    parts = tuple(("n", f"a{number}") for number in range(len(counts)))
    return {**dict(zip(parts, counts, strict=True)), WHOLE: sum(counts)}, Sum(WHOLE, parts)


def shown(*counts: int) -> list[str]:
    cells, one = table(*counts)
    hidden = suppressed(cells, [one])
    return ["c" if cell in hidden else str(cells[cell]) for cell in one.cells]


def test_one_and_two_are_suppressed_and_a_true_zero_is_shown() -> None:
    assert shown(0, 0, 0) == ["0", "0", "0", "0"]
    assert shown(3, 0, 9) == ["3", "0", "9", "12"]
    assert shown(2, 0, 0) == ["c", "0", "0", "c"]


def test_a_single_small_count_takes_the_next_smallest_along() -> None:
    assert shown(1, 5, 9) == ["c", "c", "9", "15"]
    assert shown(2, 0, 9) == ["c", "0", "c", "11"]


def test_two_that_are_one_each_are_not_given_away_by_their_sum() -> None:
    assert shown(1, 1, 8, 4) == ["c", "c", "8", "c", "14"]


def test_two_deaths_in_care_in_a_region_are_published_as_c() -> None:
    """Worked example P16."""
    counted = [(Measure.DIED_LOOKED_AFTER, "E08000012")] * 2
    made = figures(counted, ["E08000012", "E08000015"])
    found = {(f.measure, f.area): f.value for f in made}
    assert found[Measure.DIED_LOOKED_AFTER, None] == "c"
    assert found[Measure.DIED_LOOKED_AFTER, "E08000012"] == "c"
    assert found[Measure.DIED_LOOKED_AFTER, "E08000015"] == "0"


@pytest.mark.parametrize("seed", range(40))
def test_what_is_hidden_cannot_be_worked_out(seed: int) -> None:
    """Every hidden cell could be another number too, for whoever knows the sums and that what is
    hidden is no zero."""
    print("seed", seed)
    chooser = random.Random(seed)
    counts = [chooser.choice([0, 0, 1, 1, 2, 3, 4, 7]) for _ in range(4)]
    cells, one = table(*counts)
    hidden = sorted(suppressed(cells, [one]) - {one.whole})
    if not hidden:
        return
    seen = {cell: count for cell, count in cells.items() if cell not in suppressed(cells, [one])}
    left = (
        None
        if one.whole not in seen
        else seen[one.whole] - sum(count for cell, count in seen.items() if cell != one.whole)
    )
    fits = [
        values
        for values in product(range(1, 16), repeat=len(hidden))
        if left is None or sum(values) == left
    ]
    for at, cell in enumerate(hidden):
        assert len({values[at] for values in fits}) > 1, (cell, counts)


def test_the_same_counts_are_always_shown_in_the_same_way() -> None:
    counted = [(Measure.NOTIFIED, "E08000012")] * 2 + [(Measure.DIED, "E08000012")] * 2
    counted += [(Measure.NOTIFIED, "E08000015")] * 5 + [(Measure.SERIOUSLY_HARMED, "E08000015")] * 5
    areas = ["E08000012", "E08000015"]
    first = figures(counted, areas)
    for seed in range(5):
        random.Random(seed).shuffle(counted)
        assert figures(counted, areas) == first


def test_deaths_are_not_given_away_by_notifications_and_harm() -> None:
    counted = [(Measure.NOTIFIED, "E08000012")] * 6
    counted += [(Measure.DIED, "E08000012")] + [(Measure.SERIOUSLY_HARMED, "E08000012")] * 5
    found = {(f.measure, f.area): f.value for f in figures(counted, ["E08000012"])}
    row = [
        found[m, "E08000012"] for m in (Measure.NOTIFIED, Measure.DIED, Measure.SERIOUSLY_HARMED)
    ]
    assert row.count("c") >= 2
    assert found[Measure.DIED, "E08000012"] == "c"
    assert found[Measure.DIED, None] == "c"
