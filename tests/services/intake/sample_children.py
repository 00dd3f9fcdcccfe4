"""Sample children of one case, and what the notification criteria say about them."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from services.intake.case_facts import CaseFacts
from services.intake.criteria import Evaluation, evaluate
from services.intake.serious_harm import SeriousHarm
from shared.contracts.event_codes import AgeBand
from shared.contracts.report_codes import AbuseNeglectStatus, Outcome
from shared.reference import directory

CASE = UUID("19dba115-c6ff-4fd5-a3fe-800f5d010f96")
LIVERPOOL, WIRRAL, BARNET = "E08000012", "E08000015", "E09000003"
NOWHERE = "E08000099"
"""An area that no directory holds."""

POLICE, HEALTH = "police-merseyside", "icb-QYG"

INJURED_BABY = CaseFacts(
    age_band=AgeBand.UNDER_1,
    abuse_neglect=AbuseNeglectStatus.SUSPECTED,
    outcome=Outcome.SERIOUSLY_HARMED,
    serious_harm=SeriousHarm.MET,
    decided_on=date(2026, 3, 4),
    looked_after=False,
    care_leaver=False,
    incident_area=LIVERPOOL,
    residence_area=LIVERPOOL,
)

PANEL_AND_PARTNERS = {
    ("panel", LIVERPOOL, "DL01"),
    (POLICE, LIVERPOOL, "DL02"),
    (HEALTH, LIVERPOOL, "DL02"),
}


def child(**changes: Any) -> CaseFacts:
    return replace(INJURED_BABY, **changes)


def decide(*children: CaseFacts, cycle: int = 1) -> Evaluation:
    return evaluate(CASE, cycle, children, directory)


def told(found: Evaluation) -> set[tuple[str, str, str]]:
    return {(o.recipient, o.area, o.limit_rule) for o in found.obligations}
