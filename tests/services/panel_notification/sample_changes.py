"""Changes of invented cases that stand, as intake would publish them."""

from collections.abc import Sequence

from shared.contracts.intake_events import (
    IncidentCorrected,
    IncidentReopened,
    IncidentTransferred,
    IncidentWithdrawn,
    ObligationOwed,
)
from tests.services.panel_notification.sample_facts import NINE, case, obligation

LIVERPOOL, WIRRAL = "E08000012", "E08000015"
CASE = case(1)
POLICE = "police-merseyside"
CDOP = obligation(CASE, "cdop", "cdop-merseyside", "DL20")
PANEL_HEARS = obligation(CASE, "panel", "panel", "NONE")
POLICE_HEARS = obligation(CASE, "partner_police", POLICE, "NONE")


def corrected(owed: Sequence[ObligationOwed], number: int = 1, cycle: int = 1) -> IncidentCorrected:
    return IncidentCorrected(
        cycle=cycle,
        number=number,
        reason="child_died_later",
        corrected_at=NINE,
        changed=[],
        details_changed=[],
        clock_changed=False,
        la_incident_aware_at=NINE,
        la_criteria_known_at=NINE,
        clock_start=NINE,
        owner_area=LIVERPOOL,
        other_areas=[],
        rule_set="WT2018",
        rows=["N1"],
        suggestion=None,
        obligations=list(owed),
    )


def withdrawn(owed: Sequence[ObligationOwed] = (), cycle: int = 1) -> IncidentWithdrawn:
    return IncidentWithdrawn.model_validate(
        {
            "cycle": cycle,
            "reason": "criteria_not_met",
            "withdrawn_at": NINE,
            "from_stage": "notified" if owed else "notifiable",
            "positions": [],
            "panel_acknowledges": bool(owed),
            "obligations": [one.model_dump() for one in owed],
        }
    )


def transferred(owed: Sequence[ObligationOwed], cycle: int = 1) -> IncidentTransferred:
    return IncidentTransferred(
        cycle=cycle,
        reason="lead_agreed",
        from_area=LIVERPOOL,
        to_area=WIRRAL,
        proposed_at=NINE,
        accepted_at=NINE,
        other_areas=[LIVERPOOL],
        obligations=list(owed),
    )


def reopened(cycle: int = 2) -> IncidentReopened:
    return IncidentReopened.model_validate(
        {
            "cycle": cycle,
            "reason": "new_information",
            "reopened_at": NINE,
            "from_stage": "withdrawn",
            "la_incident_aware_at": NINE,
            "la_criteria_known_at": NINE,
            "clock_start": NINE,
            "owner_area": LIVERPOOL,
        }
    )


def of_cycle(owed: ObligationOwed, cycle: int, name: str = "again") -> ObligationOwed:
    """The same matter under an id of its own, as another cycle or another fact gives it."""
    other = obligation(CASE, owed.recipient_kind, owed.recipient, f"{name}-{cycle}")
    return owed.model_copy(update={"obligation_id": other.obligation_id})
