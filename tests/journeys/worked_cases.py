"""What a worked example says: who reports what, what the authority says, who has to be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.journeys.worked_reports import LIVERPOOL, WIRRAL, Content

Told = frozenset[tuple[str, str]]
"""Recipient and limit."""

PANEL: Told = frozenset({("panel", "DL01")})
PARTNERS: Told = frozenset({("icb-QYG", "DL02"), ("police-merseyside", "DL02")})
OF_BARNET: Told = frozenset({("icb-Z9B2Z", "DL02"), ("police-metropolitan", "DL02")})
OF_WIRRAL_TOO: Told = frozenset(
    (body, "DL03") for body in (f"la-{WIRRAL}", "icb-QYG", "police-merseyside")
)
CHILD_DEATH_PANEL: Told = frozenset({("cdop-merseyside", "DL20")})
IN_CARE: Told = frozenset({("dfe", "DL04"), ("ofsted", "DL04")})
LEFT_CARE: Told = frozenset({("dfe", "DL05"), ("ofsted", "DL05")})
NOBODY: Told = frozenset()

CHILD: Content = {"looked_after": False, "care_leaver": False}
LOOKED_AFTER: Content = {"looked_after": True, "care_leaver": False}
CARE_LEAVER: Content = {"looked_after": False, "care_leaver": True}
MET: Content = {"decision": "met", "domains": ["physical_health"], "qualifiers": ["serious"]}
NOT_MET: Content = {"decision": "not_met"}
NOTIFIED, SIMPLE, NOT_NOTIFIED = "notifiable", "simple", "not_notifiable"
AFTER = {NOTIFIED: "rapid_review", SIMPLE: "closed", NOT_NOTIFIED: "not_notifiable"}
COMPLETED_BY = {NOTIFIED: {"panel"}, SIMPLE: {"dfe", "ofsted"}, NOT_NOTIFIED: set[str]()}
"""Whose receipts make the incident notified."""


@dataclass(frozen=True)
class WorkedCase:
    """`harm`: the authority's judgement, None where the child died. `against`: which partner
    disagrees. `without_judgement`: the code with which the decision is refused if it has none."""

    name: str
    reports: Sequence[Content]
    decision: str
    rows: set[str]
    told: Told
    facts: Mapping[str, Any] = field(default_factory=dict)
    harm: Mapping[str, Any] | None = None
    area: str = LIVERPOOL
    against: str = ""
    late: bool = False
    without_judgement: str = ""

    @property
    def stage(self) -> str:
        return AFTER[self.decision]


HARMED, SLIGHTLY = ("seriously_harmed", "suspected"), "harmed_not_serious"


def died(abuse: str = "not_suspected") -> Content:
    """What the authority holds of a death in Liverpool, where the child lived."""
    return {"outcome": "died", "abuse_neglect": abuse, "residence_area": LIVERPOOL}


def hurt(abuse: str = "suspected", outcome: str = "seriously_harmed", **more: Any) -> Content:
    """What it holds of harm there."""
    return {"outcome": outcome, "abuse_neglect": abuse, "residence_area": LIVERPOOL} | more
