"""The yearly reports of the small Vigil's authority: one with copies, one recorded in error."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from shared.calendar.london import london_date
from shared.contracts.area_record import area_record
from tests.deploy.operate.vigil import AUTHORITY, Vigil
from tests.services.intake.conftest import LIVERPOOL
from tests.support.waiting import eventually

RECORD = area_record(LIVERPOOL)
DELIVERED = "select event_id from fact where case_id = $1 and type = 'uk.vigil.notice.delivered.v1'"
FIRED = """select event_id from firing join deadline using (deadline_id)
    where case_id = $1 and rule = 'DL16' and kind = 'due_soon'"""
ALMOST_A_YEAR = timedelta(days=345)
BEFORE_THE_OTHER = ALMOST_A_YEAR + timedelta(days=365)
"""How long ago each was published: the copies are late, and the next report is soon due. Their
periods follow each other, and the one that stands was published in time."""


async def yearly_reports_are_recorded(vigil: Vigil) -> None:
    """Of the one that stands the Panel and the What Works Centre have their copies."""
    await _say(vigil, "", _published(ALMOST_A_YEAR))

    async def both_have_a_copy() -> bool:
        return len(await vigil.ids("reporting", DELIVERED, RECORD)) == 2

    async def the_next_is_soon_due() -> object:
        return await vigil.ids("rapid_review_timer", FIRED, RECORD)

    await eventually(both_have_a_copy, "two copies of the yearly report sent")
    await eventually(the_next_is_soon_due, "a reminder of the next report")
    answered = await _say(vigil, "", _published(BEFORE_THE_OTHER))
    wrong = answered["reports"][-1]["report_id"]
    withdrawn = {"reason": "recorded_in_error", "explanation": "Invented: another area's."}
    await _say(vigil, f"/{wrong}/withdrawal", withdrawn)


def _published(ago: timedelta) -> dict[str, str]:
    published_on = london_date(datetime.now(UTC) - ago)
    ends = published_on - timedelta(days=30)
    return {
        "period_from": (ends - timedelta(days=364)).isoformat(),
        "period_to": ends.isoformat(),
        "published_on": published_on.isoformat(),
        "address": "https://partnership.example/yearly-report",
    }


async def _say(vigil: Vigil, path: str, body: dict[str, str]) -> dict[str, Any]:
    answer = await vigil.clients["rapid_review_timer"].post(
        f"/v1/areas/{LIVERPOOL}/yearly-reports{path}",
        json=body,
        headers=vigil.signed(AUTHORITY, "rapid_review_timer") | {"Idempotency-Key": str(uuid4())},
    )
    assert answer.is_success, answer.text
    return dict(answer.json())
