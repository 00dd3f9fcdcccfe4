"""Which counts may not be shown: small ones, and those from which a small one could be worked out.

After the practice of the Department for Education's statistics of serious incident notifications:
1 and 2 are suppressed, a true zero is shown. What is hidden beside them follows from the counts
alone, without chance, so that the same counts are always shown in the same way.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

SMALLEST_SHOWN = 3
Cell: TypeAlias = tuple[str, str]
"""A measure and an area; the area of the whole is empty."""


@dataclass(frozen=True)
class Sum:
    """`whole` is the sum of `parts`, and every reader knows it."""

    whole: Cell
    parts: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        return (*self.parts, self.whole)


def suppressed(
    counts: Mapping[Cell, int], sums: Iterable[Sum], before: Collection[Cell] = ()
) -> frozenset[Cell]:
    """The cells to hide. Zeros stay: nobody is behind them, and readers may know that they do.
    `before`: what was hidden when these counts were shown earlier stays so, whatever it is now;
    to show it would say what it was."""
    sums = tuple(sums)
    hidden = {cell for cell, count in counts.items() if 0 < count < SMALLEST_SHOWN}
    hidden |= counts.keys() & set(before)
    while (cell := _one_more(counts, sums, hidden)) is not None:
        hidden.add(cell)
    return frozenset(hidden)


def _one_more(counts: Mapping[Cell, int], sums: tuple[Sum, ...], hidden: set[Cell]) -> Cell | None:
    for one in sums:
        if not _gives_away(counts, one, hidden):
            continue
        shown = [cell for cell in one.cells if cell not in hidden and counts[cell] > 0]
        if shown:
            return min(shown, key=lambda cell: (cell == one.whole, counts[cell], cell))
    return None


def _gives_away(counts: Mapping[Cell, int], one: Sum, hidden: set[Cell]) -> bool:
    """One hidden cell follows from the others; several that add up to their own number are 1
    each."""
    parts = [cell for cell in one.parts if cell in hidden]
    if one.whole in hidden:
        return not parts
    if len(parts) <= 1:
        return len(parts) == 1
    return sum(counts[cell] for cell in parts) == len(parts)
