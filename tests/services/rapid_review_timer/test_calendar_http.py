"""Versions of the bank holidays are sent and read over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.rapid_review_timer.calendar_http import calendar_routes
from services.rapid_review_timer.calendar_recount import CalendarRecount
from services.rapid_review_timer.http import deadline_routes
from shared.calendar.bank_holidays import Calendar, england_and_wales
from shared.reference.systems import SystemRegistry
from shared.web.problem import install_problem_handlers
from tests.services.rapid_review_timer.case_told import CaseTold, at
from tests.services.rapid_review_timer.conftest import Timer
from tests.services.rapid_review_timer.sample_calendars import (
    WITH_A_HOLIDAY,
    WITHOUT_EASTER,
    document_of,
)
from tests.support.as_described import as_described
from tests.support.systems import Systems

JSON = {"content-type": "application/json"}


class Desk:
    """Who keeps the calendars, and somebody who does not."""

    def __init__(self, client: httpx.AsyncClient, systems: Systems) -> None:
        self.client, self.systems = client, systems

    def bearer(self, system: str = "panel-desk", organisation: str = "dfe") -> dict[str, str]:
        return self.systems.bearer(system, organisation, "rapid_review_timer")

    async def send(
        self, calendar: Calendar, *, name: str = "", who: Any = None, **changes: object
    ) -> httpx.Response:
        return await self.client.put(
            f"/v1/calendars/{name or calendar.version}",
            content=document_of(calendar, **changes),
            headers={**(who or self.bearer()), **JSON},
        )

    async def listed(self) -> dict[str, dict[str, Any]]:
        answer = await self.client.get("/v1/calendars", headers=self.bearer())
        return {row["version"]: row for row in answer.json()["calendars"]}


@pytest.fixture
async def desk(timer: Timer, tmp_path: Path) -> AsyncIterator[Desk]:
    timer.clock.instant = datetime.now(UTC)
    systems = Systems(tmp_path)
    registry = SystemRegistry(systems.file)
    app = FastAPI()
    app.include_router(calendar_routes(timer.store, registry))
    app.include_router(deadline_routes(timer.store, registry))
    install_problem_handlers(app)
    transport = httpx.ASGITransport(app=app)
    hooks = as_described("rapid_review_timer")
    async with httpx.AsyncClient(
        transport=transport, base_url="http://timer", event_hooks=hooks
    ) as client:
        yield Desk(client, systems)


async def test_before_anything_was_sent_the_bundled_version_is_in_force(desk: Desk) -> None:
    (row,) = (await desk.listed()).values()
    assert (row["version"], row["in_force"]) == (england_and_wales().version, True)
    assert (row["kept_at"], row["recount"]) == (None, None)


async def test_a_newer_version_is_in_force_at_once_and_says_how_far_the_recount_is(
    timer: Timer, desk: Desk
) -> None:
    answer = await desk.send(WITH_A_HOLIDAY)
    assert (answer.status_code, answer.json()["in_force"]) == (201, True)
    assert answer.json()["recount"]["state"] == "under_way"
    await CalendarRecount(timer.store, timer.tracing).look()
    listed = await desk.listed()
    assert listed[WITH_A_HOLIDAY.version]["recount"]["state"] == "done"
    assert listed[england_and_wales().version]["in_force"] is False


async def test_the_very_same_again_is_answered_and_changes_nothing(
    timer: Timer, desk: Desk
) -> None:
    await desk.send(WITH_A_HOLIDAY)
    answer = await desk.send(WITH_A_HOLIDAY)
    assert (answer.status_code, answer.json()["in_force"]) == (200, True)
    audited = await timer.rows("select codes, actor from audit where action = 'calendar.kept'")
    assert [row["actor"] for row in audited] == ["system:panel-desk"]


async def test_an_older_version_that_comes_later_is_kept_and_not_in_force(desk: Desk) -> None:
    await desk.send(WITHOUT_EASTER)
    answer = await desk.send(WITH_A_HOLIDAY)
    assert (answer.status_code, answer.json()["in_force"]) == (201, False)
    listed = list(await desk.listed())
    assert listed == [england_and_wales().version, WITH_A_HOLIDAY.version, WITHOUT_EASTER.version]


async def test_who_does_not_keep_the_calendars_is_refused(timer: Timer, desk: Desk) -> None:
    for system, organisation in (
        ("la-cases", "la-E08000012"),
        ("police-records", "police-merseyside"),
    ):
        answer = await desk.send(WITH_A_HOLIDAY, who=desk.bearer(system, organisation))
        assert (answer.status_code, answer.json()["type"][-21:]) == (403, "calendars_not_allowed")
    assert (await desk.client.put("/v1/calendars/x")).status_code == 401
    assert not await timer.rows("select 1 from calendar")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"sha256": "0" * 64}, 422, "CALENDAR_CHECKSUM_MISMATCH"),
        ({"division": "scotland"}, 422, "CALENDAR_INVALID"),
        ({"name": "england-and-wales-another"}, 422, "CALENDAR_NAME_MISMATCH"),
        ({"number": 7, "issued_at": "2026-09-01T00:00:00Z"}, 409, "CALENDAR_VERSION_CONFLICT"),
    ],
)
async def test_what_cannot_be_kept_is_refused_with_a_code(
    desk: Desk, changes: dict[str, Any], status: int, code: str
) -> None:
    await desk.send(WITH_A_HOLIDAY)
    answer = await desk.send(WITH_A_HOLIDAY, **changes)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:vigil:problem:{code}")


async def test_a_newer_version_that_ends_earlier_is_refused(desk: Desk) -> None:
    last = max(england_and_wales().holidays)
    answer = await desk.send(replace(WITH_A_HOLIDAY, last=last))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "CALENDAR_COVERS_LESS")


async def test_a_date_is_calculated_and_a_deadline_explained_by_what_was_sent(
    timer: Timer, desk: Desk
) -> None:
    await desk.send(WITH_A_HOLIDAY)
    path = "/v1/calculation?rule=DL01&start=2019-06-05"
    assert (await desk.client.get(path, headers=desk.bearer())).json()["due_date"] == "2019-06-13"
    case = CaseTold()
    case.reported(at("2019-06-05"))
    case.assessed(at("2019-06-05"), at("2019-06-05"))
    await timer.hears(*case.facts)
    (row,) = await timer.rows("select deadline_id from deadline where rule = 'DL01'")
    owner = desk.bearer("la-cases", "la-E08000012")
    path = f"/v1/deadlines/{row['deadline_id']}/explanation"
    explained = (await desk.client.get(path, headers=owner)).json()
    skipped = {day["day"]: day["skipped_because"] for day in explained["ledger"]}
    assert skipped["2019-06-10"] == "Invented bank holiday"
