"""Why each row of the criteria does or does not apply: what a decision is explained with."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.intake.case_facts import CaseFacts, Part
from services.intake.criteria_rows import Criteria, Notice, Row, bundled


class Verdict(StrEnum):
    """`outweighed`: met, but a row that says yes or a person's question stands before it."""

    APPLIES = "applies"
    OUTWEIGHED = "outweighed"
    NOT_MET = "not_met"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Considered:
    """One row for one child, by its place. `because` names the facts that exclude the row, or,
    while it is open, those that are not known."""

    place: int
    row: Row
    verdict: Verdict
    because: tuple[str, ...]


def considered(
    children: Sequence[CaseFacts],
    applied: Sequence[Sequence[Row]],
    criteria: Criteria | None = None,
) -> list[Considered]:
    """Every row in force for every child. `applied` are the rows of an evaluation, by child."""
    used = criteria or bundled()
    return [
        _considered(place, row, facts, applied[place])
        for place, facts in enumerate(children)
        if facts.part is Part.HARMED
        for row in used.rows_on(facts.clock_started_on or facts.decided_on)
        if row.notice is not Notice.HOLD or row in applied[place]
    ]


def waits_for(children: Sequence[CaseFacts], rows: Sequence[Considered]) -> tuple[str, ...]:
    """The facts that, once known, could decide what is held; sorted.

    A child's age is asked for by its own names: `age_band`, or whether the unborn counts as one.
    """
    found = set()
    for one in rows:
        facts = children[one.place]
        if one.verdict is Verdict.OPEN and one.row.notice in {Notice.PANEL, Notice.SIMPLE}:
            age = "unborn_counted_as_child" if facts.unborn else "age_band"
            found |= {age if name == "child" else name for name in one.because}
    return tuple(sorted(found))


def _considered(place: int, row: Row, facts: CaseFacts, applied: Sequence[Row]) -> Considered:
    if row in applied:
        return Considered(place, row, Verdict.APPLIES, ())
    values = facts.values()
    weight = row.when.weigh(values)
    if weight is True:
        return Considered(place, row, Verdict.OUTWEIGHED, ())
    verdict = Verdict.OPEN if weight is None else Verdict.NOT_MET
    return Considered(place, row, verdict, row.when.because(values))
