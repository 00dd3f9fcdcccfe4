"""Timing in turns: ours and the bare operation alternate, so that both see the same machine."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import TypeVar

T = TypeVar("T")
Operation = Callable[[T], Awaitable[object]]


@dataclass(frozen=True)
class Line:
    """One row of the table. `ratio` is ours over bare: the part of the bare rate that is reached,
    or for a delay how many times the bare delay it is."""

    what: str
    ours: str
    bare: str
    ratio: float


async def rate(operation: Operation[T], work: Sequence[T], at_once: int) -> float:
    """Operations per second with this many under way."""
    waiting = list(reversed(work))

    async def worker() -> None:
        while waiting:
            await operation(waiting.pop())

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    return len(work) / (time.perf_counter() - began)


def in_turns(what: str, unit: str, ours: Sequence[float], bare: Sequence[float]) -> Line:
    """The line of rounds measured in turns: medians, and the median of the rounds' own ratios."""
    ratios = [one / other for one, other in zip(ours, bare, strict=True)]
    return Line(what, f"{_of(ours)} {unit}", f"{_of(bare)} {unit}", median(ratios))


def _of(values: Sequence[float]) -> str:
    return f"{median(values):,.0f} ({min(values):,.0f}–{max(values):,.0f})"


def percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """p50 and p99 in milliseconds."""
    cut = quantiles(seconds, n=100)
    return cut[49] * 1000, cut[98] * 1000


def show(lines: Sequence[Line]) -> str:
    head = ("what", "ours", "bare", "ours / bare")
    rows = [head, *((line.what, line.ours, line.bare, f"{line.ratio:.2f}") for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
