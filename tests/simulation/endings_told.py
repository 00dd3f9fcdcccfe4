"""What an authority tells when a case is withdrawn or opened again, from what the rules found."""

from datetime import datetime

from services.intake.awareness import Awareness
from services.intake.case_changes import Reopening, Withdrawal
from shared.contracts.intake_events import IncidentReopened, IncidentWithdrawn


def withdrawn(found: Withdrawal, cycle: int, now: datetime) -> IncidentWithdrawn:
    return IncidentWithdrawn(
        cycle=cycle,
        reason="criteria_not_met",
        withdrawn_at=now,
        from_stage=found.from_stage,
        positions=[],
        panel_acknowledges=found.panel_acknowledges,
        obligations=list(found.obligations),
    )


def reopened(begun: Reopening, held: Awareness, now: datetime) -> IncidentReopened:
    return IncidentReopened(
        cycle=begun.cycle,
        reason="new_information",
        reopened_at=now,
        from_stage=begun.from_stage,
        la_incident_aware_at=held.la_incident_aware_at,
        la_criteria_known_at=begun.la_criteria_known_at,
        clock_start=begun.clock_start,
        owner_area=held.owner_area,
    )
