"""A yearly report between the timer, which says who receives a copy by when, and panel
notification, which sends it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from services.panel_notification.notice import State
from services.rapid_review_timer.review_desk import Desk
from services.rapid_review_timer.yearly_report_http import yearly_report_routes
from shared.contracts.area_record import area_record
from shared.reference.systems import SystemRegistry
from shared.telemetry.tracing import Tracing
from shared.web.problem import install_problem_handlers
from tests.services.intake.conftest import LIVERPOOL
from tests.two_owners.callers import AUTHORITY, PANEL, TIMER
from tests.two_owners.estate import Estate

RECORD = area_record(LIVERPOOL)
COPIES, NEXT = "DL17", "DL16"
REPORT = {
    "period_from": "2025-01-01",
    "period_to": "2025-12-31",
    "published_on": "2026-03-02",
    "address": "https://partners.example/yearly-report",
}
WORDS = {"explanation": "Invented reasons."}


@dataclass
class Partners:
    """Those of Liverpool on 3 March 2026, the day after they published."""

    estate: Estate
    client: httpx.AsyncClient

    async def record(self, path: str = "", **changes: Any) -> dict[str, Any]:
        answer = await self.client.post(
            f"/v1/areas/{LIVERPOOL}/yearly-reports{path}",
            json=changes if path else REPORT | changes,
            headers=self.estate._bearer(*AUTHORITY, TIMER) | {"Idempotency-Key": str(uuid4())},
        )
        assert answer.is_success, answer.text
        return dict(answer.json()["reports"][0])

    async def all_hear(self) -> None:
        await self.estate.everybody_hears(TIMER, PANEL)

    async def clocks(self) -> dict[str, tuple[str, str]]:
        """By rule: state and due day."""
        rows = await self.estate.rows(TIMER, "select rule, state, due_date from deadline")
        return {row["rule"]: (row["state"], row["due_date"].isoformat()) for row in rows}

    async def ended(self) -> dict[str, str]:
        return {rule: state for rule, (state, _) in (await self.clocks()).items()}

    async def limit(self) -> list[str]:
        """By when the copies have to be out, as panel notification knows it."""
        rows = await self.estate.rows(
            PANEL, "select late_from from notice_limit where rule = $1", COPIES
        )
        return [row["late_from"].date().isoformat() for row in rows]

    async def states(self) -> set[State]:
        return {one.state for one in (await self.estate.notices(RECORD)).values()}


@pytest.fixture
async def partners(estate: Estate) -> AsyncIterator[Partners]:
    app = FastAPI()
    install_problem_handlers(app)
    desk = Desk(estate.stores[TIMER], Tracing(TIMER, None), b"t" * 32)
    app.include_router(yearly_report_routes(desk, SystemRegistry(estate.systems.file)))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        yield Partners(estate, client)


async def test_the_copies_that_were_sent_meet_their_limit_and_leave_the_next_report_due(
    partners: Partners,
) -> None:
    await partners.record()
    await partners.all_hear()
    assert (await partners.clocks())[COPIES] == ("running", "2026-03-09")
    assert await partners.limit() == ["2026-03-10"]
    await partners.estate.send_due()
    await partners.all_hear()
    assert await partners.states() == {State.ACCEPTED}
    assert await partners.ended() == {COPIES: "met", NEXT: "running"}


async def test_a_corrected_day_moves_the_limit_and_sends_nothing_again(partners: Partners) -> None:
    first = await partners.record()
    await partners.all_hear()
    await partners.record(published_on="2026-03-01", corrects=first["report_id"], **WORDS)
    await partners.all_hear()
    assert await partners.limit() == ["2026-03-09"]
    await partners.estate.send_due()
    await partners.all_hear()
    await partners.record(published_on="2026-02-28", corrects=first["report_id"], **WORDS)
    await partners.all_hear()
    await partners.estate.send_due()
    assert len(partners.estate.postbox.letters) == 2
    assert (await partners.clocks())[COPIES][0] == "met"


async def test_of_a_report_that_never_was_nothing_goes_out_and_no_limit_runs(
    partners: Partners,
) -> None:
    report = await partners.record()
    await partners.all_hear()
    path = f"/{report['report_id']}/withdrawal"
    await partners.record(path, reason="recorded_in_error", **WORDS)
    await partners.all_hear()
    await partners.estate.send_due()
    assert partners.estate.postbox.letters == []
    assert await partners.states() == {State.CANCELLED}
    assert await partners.ended() == {COPIES: "cancelled", NEXT: "cancelled"}


async def test_copies_that_went_out_before_the_withdrawal_was_heard_stay_sent(
    partners: Partners,
) -> None:
    report = await partners.record()
    await partners.estate.hears(PANEL, TIMER)
    await partners.record(f"/{report['report_id']}/withdrawal", reason="recorded_in_error", **WORDS)
    await partners.estate.send_due()
    await partners.all_hear()
    assert await partners.states() == {State.ACCEPTED}
    assert await partners.ended() == {COPIES: "met", NEXT: "cancelled"}
