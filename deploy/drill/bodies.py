"""What the synthetic people write: reports, decisions, commands. Pure, and invented throughout."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from deploy.drill.incident import FIRST_DAY, Incident
from shared.contracts.catalogue import REPORT_SUBMITTED
from shared.reference.directory import la_of, partners_of
from shared.reference.seats import Seat

Body = dict[str, Any]
SYSTEM = "drill-desk"
KIND_OF_SEAT = {"LA": "local_authority", "HEALTH": "health", "POLICE": "police"}
SAYS = "Invented for a drill."
LED_UP_TO_IT = timedelta(days=3)
PHONE = "020 7946 0199"
DECISIONS = {"simple": "simple", "care_leaver": "simple", "not_notifiable": "not_notifiable"}


def partners(incident: Incident, on: date) -> list[Seat]:
    """Who holds the seats of the authority's area, one for each kind."""
    held = partners_of(incident.area, on)
    return list({seat.kind: seat for seat in held}.values())


def report(incident: Incident, by: Seat, sender_id: UUID, known_at: datetime, at: datetime) -> str:
    """One JSON document (CloudEvents, structured). Only the authority states its own awareness."""
    authority = by.kind == "LA"
    said: Body = {
        "reporter": {
            "agency_type": "local_authority" if authority else "police",
            "organisation": by.organisation,
            "name": "Drill Reporter",
            "phone": PHONE,
        },
        "agency_aware_at": incident.aware_at.isoformat(),
        "incident": {
            "date_certainty": "exact",
            "date": max(incident.aware_at.date() - LED_UP_TO_IT, FIRST_DAY).isoformat(),
            "location_type": "home",
            "area_code": incident.area,
        },
        "children": [_child(incident)],
        "outcome": "died" if incident.died else "seriously_harmed",
        "abuse_neglect_status": _abuse(incident),
        "residence_area_code": incident.residence,
        "immediate_danger": False,
        "case_outline": SAYS,
    }
    if authority:
        said["la_incident_aware_at"] = incident.aware_at.isoformat()
        said["la_criteria_known_at"] = known_at.isoformat()
    return json.dumps(
        {
            "specversion": "1.0",
            "id": str(sender_id),
            "source": f"/org/{by.organisation}/{SYSTEM}",
            "type": REPORT_SUBMITTED,
            "time": at.isoformat(),
            "datacontenttype": "application/json",
            "data": said,
        }
    )


def _child(incident: Incident) -> Body:
    return {
        "surname": f"Drill-{_letters(incident.number)}",
        "forenames": f"Child {_letters(incident.number)}",
        "date_of_birth": incident.born.isoformat(),
        "sex": "female" if incident.number % 2 else "male",
    }


def _letters(number: int) -> str:
    """A name for a number: names have no digits."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number)).title()


def _abuse(incident: Incident) -> str:
    return "not_suspected" if incident.kind in DECISIONS else "suspected"


def decision(incident: Incident, on: date, *, late: bool) -> Body:
    facts: Body = {
        "looked_after": incident.kind == "simple",
        "care_leaver": incident.kind == "care_leaver",
        "abuse_neglect": _abuse(incident),
        "outcome": "died" if incident.died else "seriously_harmed",
        "residence_area": incident.residence,
    }
    if incident.kind in ("simple", "care_leaver"):
        facts["responsible_area"] = incident.area
    harm = {"decision": "met", "domains": ["physical_health"], "reasons": SAYS}
    return {
        "decision": DECISIONS.get(incident.kind, "notifiable"),
        "facts": facts,
        "serious_harm": None if incident.died else harm,
        "positions": positions(partners(incident, on)),
        "reasons": SAYS,
        "late_reason": "not_recognised" if late else None,
    }


def positions(seats: Sequence[Seat]) -> list[Body]:
    return [
        {
            "kind": KIND_OF_SEAT[seat.kind],
            "organisation": seat.organisation,
            "position": "agree",
        }
        for seat in seats
    ]


def change(incident: Incident, act: str, says: Mapping[str, Any], on: date) -> tuple[str, Body]:
    """The path and the body of a command on the case at intake."""
    if act == "correct":
        facts = {
            "la_incident_aware_at": says["aware_at"].isoformat(),
            "la_criteria_known_at": says["known_at"].isoformat(),
        }
        return "corrections", {"facts": facts, "reason": "recorded_wrongly", "explanation": SAYS}
    return "withdrawals", {
        "reason": "criteria_not_met",
        "positions": positions(partners(incident, on)),
        "explanation": SAYS,
    }


def in_review(
    act: str, says: Mapping[str, Any], on: date, seen: Mapping[str, Any]
) -> list[tuple[str, Body]]:
    """The paths and bodies of what the authority sends to the timer. `seen`: the review now."""
    agencies = [one["agency"] for one in seen.get("summaries", ())]
    day = on.isoformat()
    fixed: dict[str, list[tuple[str, Body]]] = {
        "agencies_answer": [
            ("summaries/answers", {"agency": agency, "nil_return": True}) for agency in agencies
        ],
        "findings": [("findings", {"immediate_action_needed": False, "findings": SAYS})],
        "aims": [("aims", _aims(bool(says.get("local"))))],
        "submit": [("submission", {})],
        "supply": [("information", {"information": SAYS})],
        "commission": [
            (
                "local-review",
                {
                    "decided_on": day,
                    "reviewers": [{"name": "Drill Reviewer", "selection_reason": SAYS}],
                    "reasons": SAYS,
                },
            )
        ],
        "tell": [("local-review/told", {"of": says.get("of"), "told_on": day})],
        "delay": [("local-review/delays", {"reason": "criminal", "explanation": SAYS})],
        "copies": [
            (
                "local-review/copies",
                {"sent_to": ["panel", "secretary_of_state", "ofsted"], "sent_on": day},
            )
        ],
        "publish": [
            ("local-review/publication", {"published_on": day, "publication": "full_report"})
        ],
        "withhold": [
            ("local-review/withholding", {"reason": "harm_to_a_child", "justification": SAYS})
        ],
    }
    return fixed.get(act) or [_dated(act, says, on, seen)]


def _dated(
    act: str, says: Mapping[str, Any], on: date, seen: Mapping[str, Any]
) -> tuple[str, Body]:
    until = says.get("until")
    if act == "ask_for_longer":
        asked = {"reason": "criminal_proceedings", "explanation": SAYS}
        return "extensions", {"proposed_date": until.isoformat() if until else "", **asked}
    if act == "answer_longer":
        if not until:
            return "extensions/answers", {"answer": "refused"}
        return "extensions/answers", {"answer": "granted", "agreed_date": until.isoformat()}
    if act == "draft":
        return "local-review/drafts", {
            "planned_publication": says["for_"].isoformat(),
            "anonymised": True,
            "publication_impact_considered": True,
        }
    if act == "open_action":
        due = date.fromordinal(on.toordinal() + 90).isoformat()
        return "actions", {"owner": says["by"], "due_date": due, "theme": "neglect", "what": SAYS}
    action = seen["actions"][0]["action_id"]
    return "actions/closures", {
        "action_id": action,
        "outcome": "done",
        "closed_on": on.isoformat(),
    }


def _aims(local: bool) -> Body:
    return {
        "facts": SAYS,
        "immediate_action_needed": False,
        "learning": [{"theme": "neglect", "improvement": SAYS}],
        "local_criteria": ["improvements"],
        "national_criteria": [],
        "next_step": "lcspr_yes" if local else "lcspr_no",
        "next_step_reasons": SAYS,
    }


def panel_reply(act: str, says: Mapping[str, Any]) -> Body:
    """What the Panel says of a rapid review that it was sent."""
    if act == "panel_receives":
        return {"reply": "received"}
    if act == "panel_asks":
        asked = {"decision": "more_information_required", "information_requested": SAYS}
        return {"reply": "decided", **asked}
    advice = "agree_lcspr" if says.get("local") else "agree_no_lcspr"
    decided = "national_review" if act == "panel_takes_it_on" else advice
    return {"reply": "decided", "decision": decided, "rationale": SAYS}


def authority_of(incident: Incident) -> str:
    return la_of(incident.area)
