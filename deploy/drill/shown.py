"""What a drill prints. Pure."""

from collections.abc import Iterator, Sequence

from deploy.drill.outcome import Outcome
from deploy.drill.tally import Row, total

COLUMNS = (
    ("started", "started"),
    ("met", "met"),
    ("met_late", "late"),
    ("running", "open"),
    ("cancelled", "cancelled"),
    ("suspended", "suspended"),
    ("due_soon", "soon"),
    ("due_today", "today"),
    ("overdue", "overdue"),
    ("relaxed", "relaxed"),
    ("moved", "moved"),
)
LEGEND = (
    "Of the clocks that started: met in time, met late, still open, cancelled. Then how many stood"
    " still for a time, of how many it was said that they are due soon, due today, overdue, or"
    " relaxed, and how often a due date moved."
)
FIRST = 10


def lines(outcome: Outcome) -> Iterator[str]:
    """Everything, in the order in which a person asks for it."""
    yield (
        f"{outcome.incidents} invented incidents from {outcome.first} to {outcome.last} (seed"
        f" {outcome.seed}): {outcome.acts} things done by people, {outcome.steps} steps of the"
        f" clock, {outcome.seconds:.0f} s."
    )
    yield ""
    yield from table(outcome.rows)
    yield LEGEND
    for compared in outcome.compared:
        yield ""
        yield f"How {compared['other']} differs from {compared['one']} ({compared['because']}):"
        yield from (f"  {sentence}" for sentence in compared["sentences"])
    yield ""
    yield from _judged(outcome)


def table(rows: Sequence[Row]) -> Iterator[str]:
    """A line for each rule under each rule set, and one for all."""
    head = "".join(f"{title:>{_width(title)}}" for _, title in COLUMNS)
    yield f"{'rule':<8}{'rule set':<10}{head}"
    for row in (*rows, total(rows)):
        values = "".join(f"{getattr(row, name) or '-':>{_width(title)}}" for name, title in COLUMNS)
        yield f"{row.rule:<8}{row.rule_set:<10}{values}"


def _width(title: str) -> int:
    return max(len(title), 5) + 2


def _judged(outcome: Outcome) -> Iterator[str]:
    holding = len(outcome.findings) - len(outcome.broken)
    yield from _said("clocks fired late", [str(each) for each in outcome.fired_late])
    yield from _said("deadlines without a whole explanation", outcome.unexplained)
    yield from _said("things that people were refused", outcome.refused)
    yield f"verify, strict: {holding} of {len(outcome.findings)} hold."
    for each in outcome.broken:
        yield f"  {each.id} {each.words}: {', '.join(each.first)}"


def _said(what: str, found: Sequence[str]) -> Iterator[str]:
    yield f"{what[0].upper()}{what[1:]}: {len(found) or 'none'}."
    yield from (f"  {sentence}" for sentence in found[:FIRST])
