"""An invented report, as a sender would write it, with single fields replaced."""

from copy import deepcopy
from typing import Any

from shared.contracts.report import Report
from shared.contracts.strict_json import validate

_REPORT: dict[str, Any] = {
    "reporter": {
        "agency_type": "police",
        "organisation": "police-merseyside",
        "name": "Sample Officer One",
        "phone": "0151 000 0000",
    },
    "agency_aware_at": "2026-03-02T09:15:00+00:00",
    "incident": {
        "date_certainty": "exact",
        "date": "2026-03-01",
        "location_type": "home",
        "area_code": "E08000012",
    },
    "outcome": "seriously_harmed",
    "abuse_neglect_status": "suspected",
    "children": [
        {
            "surname": "One",
            "forenames": "Sample Child",
            "date_of_birth": "2024-11-05",
            "nhs_number": "999 000 0018",
        }
    ],
    "immediate_danger": False,
    "case_outline": "An invented outline.\nSecond line.",
}


def sample_body(changes: dict[str, Any] | None = None, *, without: str = "") -> dict[str, Any]:
    """The sample with members replaced by path, e.g. {"incident.date": "2026-02-28"}."""
    body = deepcopy(_REPORT)
    for path, value in (changes or {}).items():
        *way, last = path.split(".")
        _reach(body, way)[int(last) if last.isdigit() else last] = value
    if without:
        *way, last = without.split(".")
        del _reach(body, way)[last]
    return body


def sample_report(changes: dict[str, Any] | None = None, *, without: str = "") -> Report:
    return validate(Report, sample_body(changes, without=without))


def _reach(body: Any, way: list[str]) -> Any:
    for step in way:
        body = body[int(step) if step.isdigit() else step]
    return body
