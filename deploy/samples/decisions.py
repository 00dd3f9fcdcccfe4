"""What each authority of the samples decides, and why. The reasons are invented like the rest."""

from datetime import date
from typing import Any

from deploy.samples.incidents import BARNET, INCIDENTS, LIVERPOOL, WIRRAL
from shared.reference.directory import partners_of

Body = dict[str, Any]

_KIND_OF_SEAT = {"LA": "local_authority", "HEALTH": "health", "POLICE": "police"}
_NOT_IN_CARE: Body = {"looked_after": False, "care_leaver": False}
_SERIOUS: Body = {
    "decision": "met",
    "domains": ["physical_health"],
    "reasons": "Invented sample. The injuries were grave, and recovery does not undo that.",
}
_SAID: dict[str, Body] = {
    "toddler": {
        "decision": "notifiable",
        "facts": {
            **_NOT_IN_CARE,
            "abuse_neglect": "suspected",
            "outcome": "seriously_harmed",
            "residence_area": LIVERPOOL,
        },
        "serious_harm": _SERIOUS,
        "reasons": "Invented sample. Injuries without an account that explains them.",
    },
    "collision": {
        "decision": "not_notifiable",
        "facts": {**_NOT_IN_CARE, "abuse_neglect": "not_suspected", "outcome": "died"},
        "serious_harm": None,
        "reasons": "Invented sample. A collision; nobody knows or suspects abuse or neglect.",
    },
    "looked_after": {
        "decision": "simple",
        "facts": {
            "looked_after": True,
            "care_leaver": False,
            "abuse_neglect": "not_suspected",
            "outcome": "died",
            "responsible_area": WIRRAL,
        },
        "serious_harm": None,
        "reasons": "Invented sample. A known illness; the death of a looked-after child is told.",
    },
    "away_from_home": {
        "decision": "notifiable",
        "facts": {
            **_NOT_IN_CARE,
            "abuse_neglect": "suspected",
            "outcome": "seriously_harmed",
            "residence_area": WIRRAL,
        },
        "serious_harm": _SERIOUS,
        "reasons": "Invented sample. Harmed here while staying here; Wirral takes part.",
    },
    "late": {
        "decision": "notifiable",
        "facts": {
            **_NOT_IN_CARE,
            "abuse_neglect": "known",
            "outcome": "died",
            "residence_area": BARNET,
        },
        "serious_harm": None,
        "reasons": "Invented sample. Neglect was known; the duty was not recognised at first.",
        "late_reason": "not_recognised",
    },
}


def decision_on(incident: str, on: date) -> Body:
    """The body of the decision command; the partners are those who hold the seats `on` a day."""
    seats = partners_of(INCIDENTS[incident].area, on)
    positions = [
        {"kind": _KIND_OF_SEAT[seat.kind], "organisation": seat.organisation, "position": "agree"}
        for seat in seats
    ]
    return {"late_reason": None, **_SAID[incident], "positions": positions}
