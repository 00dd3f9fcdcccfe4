"""What the canary reports, decides and confirms. Nobody is behind any of it. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.calendar.london import london_date
from shared.reference.directory import la_of, partners_of

Content = dict[str, Any]
SYSTEM = "canary"
AREA, REGION, PANEL = "E08000012", "pan-merseyside", "panel"
AUTHORITY = la_of(AREA)
_KIND_OF_SEAT: Mapping[str, str] = {"LA": "local_authority", "HEALTH": "health", "POLICE": "police"}
_CHILD_DAYS = 4_000
"""About eleven years, within which the invented child is born on a day of its own."""


def report(run: UUID, now: datetime) -> Content:
    """By the authority itself, so that its clock is known at once. `run` makes the child another
    one each time: no run is a candidate for being the same incident as the one before."""
    today = london_date(now)
    return {
        "reporter": {
            "agency_type": "local_authority",
            "organisation": AUTHORITY,
            "name": "Canary",
            "phone": "0151 496 0199",
        },
        "agency_aware_at": now.isoformat(),
        "la_incident_aware_at": now.isoformat(),
        "la_criteria_known_at": now.isoformat(),
        "incident": {
            "date_certainty": "exact",
            "date": today.isoformat(),
            "location_type": "home",
            "area_code": AREA,
        },
        "residence_area_code": AREA,
        "outcome": "seriously_harmed",
        "abuse_neglect_status": "suspected",
        "children": [
            {
                "surname": f"Canary-{_letters(run)}",
                "forenames": "Synthetic",
                "date_of_birth": (today - timedelta(days=1 + run.int % _CHILD_DAYS)).isoformat(),
            }
        ],
        "immediate_danger": False,
        "case_outline": "Synthetic. Nobody is behind this report.",
    }


def decision(now: datetime) -> Content:
    """Notifiable, every partner agreed."""
    return {
        "decision": "notifiable",
        "facts": {
            "looked_after": False,
            "care_leaver": False,
            "abuse_neglect": "suspected",
            "outcome": "seriously_harmed",
            "residence_area": AREA,
        },
        "serious_harm": {
            "decision": "met",
            "domains": ["physical_health"],
            "reasons": "Synthetic. Nobody is behind this case.",
        },
        "late_reason": None,
        "reasons": "Synthetic. Nobody is behind this case.",
        "positions": [
            {
                "kind": _KIND_OF_SEAT[seat.kind],
                "organisation": seat.organisation,
                "position": "agree",
            }
            for seat in partners_of(AREA, london_date(now))
        ],
    }


def confirmation(event_id: str, topic: str, received: datetime, processed: datetime) -> Content:
    return {
        "event_id": event_id,
        "topic": topic,
        "received_at": received.isoformat(),
        "processed_at": processed.isoformat(),
    }


def _letters(run: UUID) -> str:
    """A name has letters only."""
    return "".join(chr(ord("a") + int(digit, 16)) for digit in run.hex[:12])
