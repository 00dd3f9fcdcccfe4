"""As the two handlers of panel notification: the fact, the link, then the notices of the group."""

from shared.contracts.intake_events import IncidentLinked
from shared.messaging.facts import Fact
from shared.messaging.order import CannotBeApplied
from tests.simulation.panel_rules import bring_in_line
from tests.simulation.restored_notices import note_what_was_told
from tests.simulation.work import Work


def apply(work: Work, fact: Fact) -> None:
    data = fact.data
    if isinstance(data, IncidentLinked) and data.survivor == fact.case_id:
        raise CannotBeApplied("linked_with_itself")
    work.written.record(fact)
    if isinstance(data, IncidentLinked):
        work.written.survivor[fact.case_id] = data.survivor
    elif work.written.tables.reconciled:
        note_what_was_told(work, fact.case_id)
    bring_in_line(work, fact.case_id)
