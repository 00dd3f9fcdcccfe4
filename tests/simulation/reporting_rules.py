"""Reporting without its store: facts kept, and the row of each case that lists are made from."""

from dataclasses import dataclass, field
from uuid import UUID

from services.reporting.journey import Seen, seen
from shared.contracts.intake_events import IncidentLinked
from shared.messaging.facts import Fact
from shared.messaging.order import CannotBeApplied
from tests.simulation.service_store import Flat, Written
from tests.simulation.work import Work

KnownThen = tuple[tuple[UUID, int], ...]
"""How many facts of which cases were known: facts of a case are only ever added to."""


@dataclass
class ReportingTables(Flat):
    renewed: dict[UUID, KnownThen] = field(default_factory=dict)
    """What each row was last derived from; the row itself follows when it is looked at."""


def apply(work: Work, fact: Fact) -> None:
    """As `keep`: the fact, then the rows of the whole link group."""
    written, data = work.written, fact.data
    if isinstance(data, IncidentLinked):
        if data.survivor == fact.case_id:
            raise CannotBeApplied("linked_with_itself")
        written.survivor[fact.case_id] = data.survivor
    written.record(fact)
    _, group = written.group(fact.case_id)
    then = tuple((case_id, len(written.facts.get(case_id, ()))) for case_id in group)
    renewed: dict[UUID, KnownThen] = written.tables.renewed
    for case_id in group:
        renewed[case_id] = then


def row_of(written: Written, case_id: UUID) -> Seen:
    """The stored row: derived from what was known when it was last renewed."""
    then: KnownThen = written.tables.renewed.get(case_id, ())
    return seen(case_id, [fact for known, n in then for fact in written.facts[known][:n]])
