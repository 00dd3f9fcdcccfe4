"""What each authority of the samples decides, and why. The reasons are invented like the rest."""

from datetime import date
from typing import Any

from deploy.samples.incidents import (
    BARNET,
    INCIDENTS,
    KNOWSLEY,
    LIVERPOOL,
    SEFTON,
    ST_HELENS,
    WIRRAL,
)
from shared.reference.directory import partners_of

Body = dict[str, Any]

_KIND_OF_SEAT = {"LA": "local_authority", "HEALTH": "health", "POLICE": "police"}
_NOT_IN_CARE: Body = {"looked_after": False, "care_leaver": False}
_SERIOUS: Body = {
    "decision": "met",
    "domains": ["physical_health"],
    "reasons": "Invented sample. The injuries were grave, and recovery does not undo that.",
}


def _harmed(area: str, reasons: str) -> Body:
    """Seriously harmed where it lives, or while it was away from there, and abuse suspected."""
    return {
        "decision": "notifiable",
        "facts": {
            **_NOT_IN_CARE,
            "abuse_neglect": "suspected",
            "outcome": "seriously_harmed",
            "residence_area": area,
        },
        "serious_harm": _SERIOUS,
        "reasons": f"Invented sample. {reasons}",
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
    "pupil": {
        "decision": "notifiable",
        "facts": {**_NOT_IN_CARE, "residence_area": KNOWSLEY},
        "serious_harm": _SERIOUS,
        "reasons": "Invented sample. Nobody can say yet whether the child was neglected.",
    },
    "dissent": _harmed(ST_HELENS, "The accounts of the fractures contradict each other."),
    "two_reporters": _harmed(SEFTON, "Burns that the account does not explain."),
    "died_later": _harmed(KNOWSLEY, "A head injury that nobody explains."),
    "withdrawn": _harmed(SEFTON, "Found injured and alone; harm by somebody is suspected."),
    "corrected": {
        "decision": "notifiable",
        "facts": {
            **_NOT_IN_CARE,
            "abuse_neglect": "suspected",
            "outcome": "died",
            "residence_area": WIRRAL,
        },
        "serious_harm": None,
        "reasons": "Invented sample. Neglect is suspected.",
    },
    "reopened": {
        "decision": "not_notifiable",
        "facts": {
            **_NOT_IN_CARE,
            "abuse_neglect": "not_suspected",
            "outcome": "seriously_harmed",
            "residence_area": WIRRAL,
        },
        "serious_harm": _SERIOUS,
        "reasons": "Invented sample. A fall; nobody suspects abuse or neglect.",
    },
    "transferred": _harmed(KNOWSLEY, "It happened on our side of the border."),
    "care_leaver": {
        "decision": "simple",
        "facts": {
            "looked_after": False,
            "care_leaver": True,
            "abuse_neglect": "not_suspected",
            "outcome": "died",
            "responsible_area": ST_HELENS,
        },
        "serious_harm": None,
        "reasons": "Invented sample. The death of a care leaver before the age of 25 is told.",
    },
    "placed_away": {
        "decision": "notifiable",
        "facts": {
            "looked_after": True,
            "care_leaver": False,
            "abuse_neglect": "suspected",
            "outcome": "seriously_harmed",
            "residence_area": SEFTON,
            "responsible_area": WIRRAL,
        },
        "serious_harm": _SERIOUS,
        "reasons": "Invented sample. Harmed where she is placed; Wirral placed her and is told.",
    },
    "abroad": _harmed(LIVERPOOL, "Harmed in France; the child lives here."),
}
_AGAIN: dict[str, Body] = {
    "reopened": _harmed(WIRRAL, "What a relative told since does not fit the fall."),
}
"""What is decided in a second cycle."""
_DISSENT: dict[str, Body] = {
    "dissent": {
        "police": "Invented sample. In our view the accounts explain the fractures.",
    }
}
"""Who of the partners disagrees, and why."""


def decision_on(incident: str, on: date, *, again: bool = False) -> Body:
    """The body of the decision command; the partners are those who hold the seats `on` a day."""
    said = (_AGAIN if again else _SAID)[incident]
    return {"late_reason": None, **said, "positions": positions(incident, on)}


def positions(incident: str, on: date) -> list[Body]:
    """Each partner's position, with reasons where it disagrees."""
    against = _DISSENT.get(incident, {})
    kinds = [
        (_KIND_OF_SEAT[seat.kind], seat.organisation)
        for seat in partners_of(INCIDENTS[incident].area, on)
    ]
    return [
        {"kind": kind, "organisation": organisation}
        | (
            {"position": "disagree", "reasons": against[kind]}
            if kind in against
            else {"position": "agree"}
        )
        for kind, organisation in kinds
    ]
