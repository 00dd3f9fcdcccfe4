"""The yearly reports of an area's safeguarding partners, of which copies are owed. Pure.

A report belongs to the area's record and to no case. The rapid-review timer names the obligations
with it and numbers both in the record's stream: a copy to the Panel and to the What Works Centre
within seven days of publication (DL17; Working Together 2018, chapter 3). A report that is said
again with a correction names the same obligations, so nobody is told twice.
"""

from collections.abc import Sequence
from uuid import UUID

from shared.contracts.area_events import (
    YearlyReportPublished,
    YearlyReportStep,
    YearlyReportWithdrawn,
)
from shared.messaging.facts import Fact, of_type


def yearly_reports(
    facts: Sequence[Fact],
) -> dict[tuple[UUID, int], list[tuple[Fact, YearlyReportPublished]]]:
    """What was said of each report, by area's record and cycle, as the timer numbered it."""
    found: dict[tuple[UUID, int], list[tuple[Fact, YearlyReportPublished]]] = {}
    for fact, said in _steps(facts):
        if isinstance(said, YearlyReportPublished):
            found.setdefault((fact.case_id, said.cycle), []).append((fact, said))
    return found


def withdrawn_reports(facts: Sequence[Fact]) -> frozenset[tuple[UUID, int]]:
    """Those of which it was said last that there was none."""
    last = {(fact.case_id, said.cycle): said for fact, said in _steps(facts)}
    return frozenset(
        cycle for cycle, said in last.items() if isinstance(said, YearlyReportWithdrawn)
    )


def report_of(facts: Sequence[Fact], record: UUID, cycle: int) -> YearlyReportPublished | None:
    """A report as it was said last, whether it was withdrawn since or not."""
    told = yearly_reports(facts).get((record, cycle))
    return told[-1][1] if told else None


def _steps(facts: Sequence[Fact]) -> list[tuple[Fact, YearlyReportStep]]:
    """As the timer numbered them. A case has none: nothing of it is put in order for this."""
    told = of_type(facts, YearlyReportStep)
    return sorted(told, key=lambda step: (step[0].case_id, step[0].sequence))
