"""Who may see who was told of a case: its owner's authority all of it, a recipient its own."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.panel_notification.notice import State
from tests.conftest import OpenStore
from tests.services.panel_notification.desk import CASE, Desk, opened_desk
from tests.services.panel_notification.sample_changes import transferred
from tests.services.panel_notification.sample_facts import NINE, case, decided, serious
from tests.services.panel_notification.told import tell


@pytest.fixture
async def desk(open_store: OpenStore, tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened_desk(open_store, tmp_path) as opened:
        yield opened


async def of_case(desk: Desk, system: str, organisation: str, case_id: UUID = CASE) -> Any:
    token = {"Authorization": desk.bearer(system, organisation)}
    return await desk.client.get("/v1/notices", params={"case": str(case_id)}, headers=token)


async def test_the_owners_authority_sees_who_was_told_how_when_and_what_came_back(
    desk: Desk,
) -> None:
    await desk.post(await desk.notice_id())
    answer = await of_case(desk, "la-cases", "la-E08000012")
    shown = {each["recipient"]: each for each in answer.json()["notices"]}
    assert shown["panel"]["state"] == State.ACCEPTED
    assert shown["panel"]["channel"] == "smtp"
    assert shown["panel"]["attempts"][0]["code"] == "smtp_250"
    assert shown["panel"]["receipt"]["reference"] == "PANEL-1"
    assert shown["dfe"]["receipt"] is None
    assert datetime.fromisoformat(shown["panel"]["sent_at"]) == NINE
    assert datetime.fromisoformat(shown["panel"]["delivered_at"]) == NINE


async def test_a_recipient_sees_of_a_case_what_it_was_sent_and_nothing_of_the_others(
    desk: Desk,
) -> None:
    answer = await of_case(desk, "panel-desk", "panel")
    [shown] = answer.json()["notices"]
    assert shown["recipient"] == "panel"
    assert "attempts" not in shown
    assert "obligation_id" not in shown


async def test_whoever_was_told_nothing_cannot_tell_a_case_from_none(desk: Desk) -> None:
    others = ("la-cases", "la-E08000015"), ("police-records", "police-metropolitan")
    for system, organisation in others:
        for case_id in (CASE, uuid4()):
            answer = await of_case(desk, system, organisation, case_id)
            assert (answer.status_code, answer.json()["type"]) == (
                404,
                "urn:vigil:problem:case_not_found",
            )


async def test_a_recipient_that_was_not_sent_its_notice_yet_sees_nothing(desk: Desk) -> None:
    other = case(2)
    await tell(desk.store, other, 1, decided(serious(other)))
    assert (await of_case(desk, "panel-desk", "panel", other)).status_code == 404
    assert (await of_case(desk, "la-cases", "la-E08000012", other)).status_code == 200


async def test_a_case_that_was_handed_over_is_seen_by_its_new_owner_alone(desk: Desk) -> None:
    handed = transferred([]).model_copy(update={"to_area": "E08000015"})
    await tell(desk.store, CASE, 2, handed)
    assert (await of_case(desk, "la-cases", "la-E08000015")).status_code == 200
    assert (await of_case(desk, "la-cases", "la-E08000012")).status_code == 404
