"""Invented incidents as files of facts, and what the decision on them says."""

import json
from copy import deepcopy
from typing import Any

from services.intake.decide_command import decision_of

LIVERPOOL, WIRRAL, BARNET = "E08000012", "E08000015", "E09000003"

SERIOUS = {
    "decision": "met",
    "decided_by": "Sample Officer One",
    "reasons": "Invented reasons.",
    "domains": ["physical_health"],
    "qualifiers": ["serious"],
}
NOT_SERIOUS = {"decision": "not_met", "decided_by": "Sample Officer One", "reasons": "Invented."}
BABY = {"estimated_age": 0, "legal_status": "none"}


def aged(years: int, legal_status: str = "none", **more: Any) -> dict[str, Any]:
    return {"estimated_age": years, "legal_status": legal_status, **more}


def facts(**changes: Any) -> dict[str, Any]:
    """A baby seriously harmed in Liverpool, where it lives, in June 2019; abuse is suspected."""
    stated: dict[str, Any] = {
        "la_incident_aware_at": "2019-06-05T10:00:00Z",
        "la_criteria_known_at": "2019-06-05T10:00:00Z",
        "incident_date": "2019-06-04",
        "incident_area_code": LIVERPOOL,
        "residence_area_code": LIVERPOOL,
        "outcome": "seriously_harmed",
        "abuse_neglect_status": "suspected",
        "children": [BABY],
    }
    if changes.get("outcome", "seriously_harmed") == "seriously_harmed":
        stated["serious_harm"] = SERIOUS
    for name, value in changes.items():
        stated[name] = value
        if value is None:
            del stated[name]
    return deepcopy(stated)


def on(day: str, **changes: Any) -> dict[str, Any]:
    """The same on another day, an ISO date."""
    at = f"{day}T10:00:00Z"
    said = {"la_incident_aware_at": at, "la_criteria_known_at": at, "incident_date": day}
    return facts(**(said | changes))


def decided(stated: dict[str, Any]) -> dict[str, Any]:
    return decision_of(json.dumps(stated).encode())


def rows(answer: dict[str, Any]) -> list[str]:
    return [one["row"] for one in answer["rows"]]


def told(answer: dict[str, Any]) -> set[tuple[str, str]]:
    """Who is told under which limit."""
    return {(one["recipient"], one["limit_rule"]) for one in answer["obligations"]}
