"""In what a row of the criteria's data differs from the second reading of it."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from services.intake.case_facts import FactValue
from services.intake.criteria_rows import Row
from tests.services.intake.criteria_read_again import EXPECTED, FROM_2018, FROM_2023

VALUES: dict[str, tuple[FactValue, ...]] = {
    "child": (True, False),
    "age_band": ("under_1", "11_to_15", "16_to_17", "18_to_24", "over_24", "unborn"),
    "abuse_neglect": ("known", "suspected", "not_suspected"),
    "died": (True, False),
    "outcome": ("died", "seriously_harmed", "harmed_not_serious", "near_miss"),
    "serious_harm": ("met", "not_met"),
    "looked_after": (True, False),
    "care_leaver": (True, False),
    "in_england": (True, False),
    "resident_in_england": (True, False),
    "regulated_setting": (True, False),
    "birth": ("live", "not_yet", "stillbirth", "lawful_termination"),
    "unborn_undecided": (True, False),
    "residence_area": ("E08000012", "E08000015"),
    "incident_area": ("E08000012", "E08000015"),
    "placing_area": ("E08000012", "E08000015"),
    "responsible_area": ("E08000012", "E08000015"),
}

CITED: dict[tuple[str, str], str] = {
    ("N1", FROM_2018): "CA2004-16C-1-a WT2018-ch4-notification GOVUK-2018 WIRRAL-WT2018",
    ("N2", FROM_2018): "CA2004-16C-1-a WT2018-ch4-notification GOVUK-2018 WIRRAL-WT2018",
    ("N3", FROM_2018): "CA2004-16C-1-b LORDS-2016 WT2018-ch4-notification",
    ("N4", FROM_2018): "PANEL-FAQ GOVUK-2019",
    ("N5", FROM_2018): "WIRRAL-WT2018 GOVUK-2019 PANEL-FAQ OWN-RESPONSIBLE",
    ("N6", FROM_2018): "WIRRAL-WT2018 LORDS-2016 OWN-RESPONSIBLE",
    ("N7", FROM_2018): "CROYDON-16C WIGAN-SCH7",
    ("N8", FROM_2023): "NYSCP-WT2023 SLOUGH-WT2023 BIRMINGHAM-WT2023 OWN-RESPONSIBLE",
    ("N9", FROM_2023): "SLOUGH-WT2023 CA2004-16C-1-a CA2004-16C-1-b",
    ("N10", FROM_2018): "CA2004-16C-1-a PORTSMOUTH-CDOP WT2018-ch5-deaths",
    ("N11", FROM_2018): "STS-THRESHOLD PLYMOUTH-LEARNING WT2018-ch4-notification",
    ("N12", FROM_2018): "LORDS-2016 SEFTON-2017",
    ("N13", FROM_2018): "CAFCASS-WT2018",
    ("N13", FROM_2023): "CAFCASS-WT2018 NYSCP-WT2023",
    ("N15", FROM_2018): "LIVERPOOL-CDOP",
    ("N16", FROM_2018): "LINCOLNSHIRE-2025 WT2018-ch4-notification",
}
"""The sources of each row, in order."""


def differences(row: Row) -> list[str]:
    """In what a row of the data differs from what stands here; empty where it is the same."""
    expected = EXPECTED.get((row.id, row.first_day.isoformat()))
    if expected is None:
        return ["no such row from that day"]
    said = {
        "notice": row.notice.value,
        "notifier": row.notifier.value,
        "rapid_review": row.rapid_review,
        "tells": tuple(_telling(one.model_dump(by_alias=True, mode="json")) for one in row.tell),
        "others": tuple(
            f"{o.who} {o.limit_rule} {' '.join((*o.tells, *o.sources))}" for o in row.others
        ),
        "last_day": row.last_day.isoformat() if row.last_day else None,
        "learning": row.learning_review_possible,
    }
    cited = row.sources == tuple(CITED[row.id, row.first_day.isoformat()].split())
    wrong = [] if cited else ["sources"]
    wrong += [name for name, value in said.items() if value != getattr(expected, name)]
    names = set(expected.looks_at) | _named(row.when.model_dump(by_alias=True))
    if any(bool(row.when.weigh(f)) != expected.holds(f) for f in every(names)):
        wrong.append("when")
    return wrong


def every(names: set[str]) -> Iterator[dict[str, FactValue]]:
    """Every combination of values of these facts; the others have their first value."""
    first = {name: values[0] for name, values in VALUES.items()}
    ordered = sorted(names)
    for chosen in product(*(VALUES[name] for name in ordered)):
        yield first | dict(zip(ordered, chosen, strict=True))


def _telling(said: dict[str, Any]) -> str:
    when = said["when"]
    fact = f" when {when['fact']}" if when and when["in"] == [True] else " when …" if when else ""
    return f"{said['who']} {said['force']} {said['limit_rule']}{fact}"


def _named(condition: dict[str, Any]) -> set[str]:
    names = {condition[key] for key in ("fact", "differs_from") if condition.get(key)}
    for part in (condition.get("all") or ()) + (condition.get("any") or ()):
        names |= _named(part)
    return names
