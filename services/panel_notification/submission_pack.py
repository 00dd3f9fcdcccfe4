"""What a person needs to submit a notice by hand: each question of its form, with what is known.

Pure. What is known here are codes, areas and instants. Names, dates of birth and what happened
stand in the authority's own case record and are copied from there: they never come through here.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from services.panel_notification.about import About
from services.panel_notification.fulfilment import reference_of
from services.panel_notification.review_tellings import review_tellings
from services.panel_notification.wanted import owner_area, tellings
from services.panel_notification.yearly_tellings import report_of
from shared.contracts.area_events import YearlyReportPublished
from shared.contracts.event_codes import Channel
from shared.contracts.intake_events import IncidentDecided
from shared.contracts.review_events import ReviewSubmitted
from shared.messaging.facts import Fact
from shared.reference.directory import area, la_of, organisation
from shared.reference.errors import UnknownReference

LONDON = ZoneInfo("Europe/London")


NOTIFICATION, REPORT = "submission_form.json", "yearly_report_form.json"


@cache
def form(about: str = About.INCIDENT) -> dict[str, Any]:
    """The questions, from a file beside this module: those of the national form, but for the copy
    of a yearly report."""
    name = REPORT if about == About.YEARLY_REPORT else NOTIFICATION
    text = files("services.panel_notification").joinpath(name).read_text("utf-8")
    return dict(json.loads(text))


def pack(row: Mapping[str, Any], facts: Sequence[Fact], written_at: datetime) -> dict[str, Any]:
    """`row` is the notice. The same facts give the same pack."""
    known, asked_in = case_detail(row, facts), form(row["about"])
    return {
        "channel": str(Channel.MANUAL),
        "title": asked_in["title"],
        "reference": reference_of(row["notice_id"]),
        "written_at": _instant(written_at),
        "sections": [
            {
                "title": section["title"],
                "answers": [
                    [asked["ask"], known.get(asked["known"] or "", asked_in["otherwise"])]
                    for asked in section["questions"]
                ],
            }
            for section in asked_in["sections"]
            if row["about"] in section.get("about", [row["about"]])
        ],
    }


def case_detail(row: Mapping[str, Any], facts: Sequence[Fact]) -> dict[str, str]:
    """What is known of the case or the yearly report, and of the notice, by the names that the
    form uses."""
    case_id, cycle = row["case_id"], row["cycle"]
    known = {
        "reference": reference_of(row["notice_id"]),
        "recipient": _name(row["recipient"]),
        "about": str(row["about"]),
    }
    if row["about"] == About.YEARLY_REPORT:
        return known | _reported(report_of(facts, case_id, cycle))
    told = [data for _, data in tellings(facts).get((case_id, cycle), [])]
    decided = [data for data in told if isinstance(data, IncidentDecided)]
    owner = owner_area(facts, case_id)
    if owner:
        known |= {"authority": _name(la_of(owner)), "area": _area(owner, _last_day(facts))}
    if row["about"] == About.REVIEW:
        known |= _viewed([data for _, data in review_tellings(facts).get((case_id, cycle), [])])
    return known | (_decided(decided[-1], facts) if decided else {})


def _reported(said: YearlyReportPublished | None) -> dict[str, str]:
    """Nothing of any case: a report is public."""
    if said is None:
        return {}
    return {
        "area": _area(said.area, said.published_on),
        "authority": _name(la_of(said.area)),
        "period": f"{_day(said.period_from)} to {_day(said.period_to)}",
        "published_on": _day(said.published_on),
        "address": said.address,
    }


def _viewed(steps: Sequence[object]) -> dict[str, str]:
    """What the partners think of a local and of a national review, as they submitted it last."""
    submitted = [data for data in steps if isinstance(data, ReviewSubmitted)]
    if not submitted:
        return {}
    said = submitted[-1]
    return {
        "next_step": str(said.next_step),
        "local_criteria": ", ".join(said.local_criteria) or "none",
        "national_criteria": ", ".join(said.national_criteria) or "none",
    }


def _decided(said: IncidentDecided, facts: Sequence[Fact]) -> dict[str, str]:
    found = {
        "rows": ", ".join(said.rows),
        "nature": said.nature,
        "decision": said.decision,
        "decided_at": _instant(said.decided_at),
        "rapid_review": "yes" if said.rapid_review else "no",
        "age_band": said.age_band,
        "other_areas": ", ".join(_area(code, _last_day(facts)) for code in said.other_areas)
        or "none",
        "positions": "; ".join(
            f"{one.kind} {_name(one.organisation)}: {one.position}" for one in said.positions
        )
        or "none recorded",
        "late_reason": said.late_reason or "not given",
    }
    if said.incident_month:
        found["incident_month"] = said.incident_month
    if said.la_incident_aware_at:
        found["aware_at"] = _instant(said.la_incident_aware_at)
    if said.clock_start:
        found["clock_start"] = _instant(said.clock_start)
    return {name: str(value) for name, value in found.items()}


def _instant(at: datetime) -> str:
    return at.astimezone(LONDON).strftime("%-d %B %Y, %H:%M")


def _day(on: date) -> str:
    return on.strftime("%-d %B %Y")


def _name(organisation_id: str) -> str:
    try:
        return organisation(organisation_id).name
    except UnknownReference:
        return organisation_id


def _last_day(facts: Sequence[Fact]) -> date | None:
    on = max((fact.happened_at for fact in facts), default=None)
    return on.astimezone(LONDON).date() if on else None


def _area(code: str, on: date | None) -> str:
    try:
        return area(code, on).name if on else code
    except UnknownReference:
        return code
