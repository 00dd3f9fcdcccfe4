"""Yearly reports of the partners of an invented year, as the rapid-review timer would publish them
in the stream of their area's record."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid5

from shared.contracts.area_events import YearlyReportPublished, YearlyReportWithdrawn
from shared.contracts.area_record import area_record
from shared.contracts.envelope import NAMESPACE
from shared.contracts.intake_events import ObligationOwed
from tests.services.panel_notification.sample_facts import NINE, obligation

AREA = "E08000012"
OWNER = f"la-{AREA}"
RECORD = area_record(AREA)
CENTRE = "what-works-centre"
LIMIT = NINE + timedelta(days=7)
ADDRESS = "https://partnership.example/yearly-report"


def copies(cycle: int = 1) -> list[ObligationOwed]:
    """To the Panel and to the What Works Centre, under the same ids however often it is said."""
    who = (("panel", "panel"), ("what_works_centre", CENTRE))
    return [
        one.model_copy(update={"obligation_id": uuid5(one.obligation_id, f"report {cycle}")})
        for one in (obligation(RECORD, kind, recipient, "DL17") for kind, recipient in who)
    ]


def reported(cycle: int = 1, revision: int = 1, **changes: Any) -> YearlyReportPublished:
    said = {
        "period_from": date(2025, 4, 1),
        "period_to": date(2026, 3, 31),
        "published_on": NINE.date(),
        "address": ADDRESS,
        "recorded_at": NINE,
        "obligations": copies(cycle),
    }
    return YearlyReportPublished(**_step(cycle, revision), **(said | changes))


def never_was(cycle: int = 1, revision: int = 2) -> YearlyReportWithdrawn:
    return YearlyReportWithdrawn.model_validate(
        _step(cycle, revision) | {"reason": "recorded_in_error", "withdrawn_at": NINE}
    )


def _step(cycle: int, revision: int) -> dict[str, Any]:
    report_id = uuid5(NAMESPACE, f"sample yearly report {cycle}")
    return {"report_id": report_id, "area": AREA, "cycle": cycle, "revision": revision}
