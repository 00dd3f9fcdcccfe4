"""Receipts: only the recipient's own, once, and never back."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.panel_notification.notice import State
from shared.messaging.clock import SetClock
from tests.conftest import OpenStore
from tests.services.panel_notification.desk import CASE, Desk, opened_desk
from tests.services.panel_notification.mail_server import running_mail_server
from tests.services.panel_notification.recipients import client_of
from tests.services.panel_notification.sample_facts import NINE, case, decided, serious
from tests.services.panel_notification.told import (
    notices,
    notified,
    published,
    send_all,
    sender_of,
    tell,
)
from tests.support.systems import Systems


@pytest.fixture
async def desk(open_store: OpenStore, tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened_desk(open_store, tmp_path) as opened:
        yield opened


async def test_the_panels_receipt_notifies_the_incident_from_when_it_was_sent(desk: Desk) -> None:
    received = (NINE + timedelta(minutes=2)).isoformat()
    answer = await desk.post(
        await desk.notice_id(), body={"reference": "PANEL-1", "received_at": received}
    )
    assert answer.status_code == 201, answer.text
    found = await notified(desk.store, CASE)
    assert found is not None
    assert (found.sent_at, found.receipt_at) == (NINE, NINE + timedelta(minutes=2))
    assert str(CASE) not in answer.text, "a case id is not for another organisation"


async def test_the_same_request_gets_the_same_answer(desk: Desk) -> None:
    notice_id = await desk.notice_id()
    first = await desk.post(notice_id)
    before = await published(desk.store, CASE)
    desk.clock.move(timedelta(minutes=1))
    again = await desk.post(notice_id)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert await published(desk.store, CASE) == before


async def test_the_same_key_for_other_content_is_a_conflict(desk: Desk) -> None:
    await desk.post(await desk.notice_id())
    other = await desk.post(await desk.notice_id(), body={"reference": "PANEL-2"})
    assert (other.status_code, other.json()["type"]) == (
        409,
        "urn:vigil:problem:idempotency_conflict",
    )
    elsewhere = await desk.post(await desk.notice_id("dfe"), organisation="dfe")
    assert elsewhere.status_code == 201, "keys belong to an organisation"


async def test_a_receipt_stays_as_it_was_first_given(desk: Desk) -> None:
    notice_id = await desk.notice_id()
    first = await desk.post(notice_id)
    desk.clock.move(timedelta(hours=1))
    again = await desk.post(notice_id, key="key-2")
    assert (again.status_code, again.json()) == (200, first.json())
    other = await desk.post(notice_id, key="key-3", body={"reference": "PANEL-2"})
    assert other.json()["type"] == "urn:vigil:problem:receipt_differs"


async def test_another_organisations_notice_and_no_notice_look_the_same(desk: Desk) -> None:
    theirs = await desk.post(
        await desk.notice_id(), system="police-records", organisation="police-merseyside"
    )
    none = await desk.post(uuid4(), system="police-records", organisation="police-merseyside")
    assert theirs.status_code == none.status_code == 404
    hidden = ("instance", "traceId")
    assert {k: v for k, v in theirs.json().items() if k not in hidden} == {
        k: v for k, v in none.json().items() if k not in hidden
    }


async def test_a_notice_that_was_never_sent_cannot_be_received(desk: Desk) -> None:
    other = case(2)
    await tell(desk.store, other, 1, decided(serious(other)))
    unsent = (await notices(desk.store, other))["panel"]
    assert (await desk.post(unsent.notice_id)).status_code == 404


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"reference": "PANEL-1", "received_at": "2026-11-02T10:00:00Z"}, "in_the_future"),
        ({"reference": "PANEL-1", "received_at": "2026-11-01T10:00:00Z"}, "before_it_was_sent"),
        ({"reference": "PANEL-1", "received_at": "2026-11-02T09:05:00"}, "not_valid"),
        ({"reference": "Sample Child One"}, "not_valid"),
        ({"reference": "PANEL-1", "child": "Sample Child One"}, "not_valid"),
        ({"reference": 7}, "not_valid"),
        ({"received_at": "2026-11-02T09:05:00Z"}, "not_valid"),
    ],
)
async def test_what_cannot_be_a_receipt_is_refused_and_not_repeated_back(
    desk: Desk, body: dict[str, Any], code: str
) -> None:
    answer = await desk.post(await desk.notice_id(), body=body)
    assert (answer.status_code, answer.json()["type"]) == (422, f"urn:vigil:problem:{code}")
    assert "Sample" not in answer.text
    assert await notified(desk.store, CASE) is None


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"{", 400), (b'{"reference":"A","reference":"B"}', 400), (b'{"reference":"\\u0000"}', 400)],
)
async def test_a_body_that_is_not_clear_json_is_refused(
    desk: Desk, content: bytes, status: int
) -> None:
    answer = await desk.post(await desk.notice_id(), content=content)
    assert answer.status_code == status


async def test_a_receipt_needs_a_key(desk: Desk) -> None:
    answer = await desk.post(await desk.notice_id(), key=None)
    assert answer.json()["type"] == "urn:vigil:problem:idempotency_key_required"


async def test_nobody_is_told_anything_without_a_good_token(desk: Desk) -> None:
    notice_id = await desk.notice_id()
    past = desk.bearer("panel-desk", "panel", timedelta(hours=1))
    other = desk.bearer("panel-desk", "panel", aud="intake")
    for token in ("", "Bearer x", past, other):
        headers = {"Authorization": token, "Idempotency-Key": "key-1"}
        answers = [
            await desk.client.get("/v1/notices", params={"case": str(CASE)}, headers=headers),
            await desk.client.get(f"/v1/notices/{notice_id}", headers=headers),
            await desk.client.post(
                f"/v1/notices/{notice_id}/receipt", json={"reference": "A"}, headers=headers
            ),
        ]
        assert [answer.status_code for answer in answers] == [401] * 3


async def test_a_system_cannot_confirm_for_an_organisation_it_does_not_speak_for(
    desk: Desk,
) -> None:
    answer = await desk.post(await desk.notice_id(), system="police-records", organisation="panel")
    assert answer.status_code == 403


async def test_a_token_is_good_for_one_request(desk: Desk) -> None:
    token = {"Authorization": desk.bearer("panel-desk", "panel")}
    address = f"/v1/notices/{await desk.notice_id()}"
    answers = [(await desk.client.get(address, headers=token)).status_code for _ in range(2)]
    assert answers == [200, 401]


async def test_a_recipient_sees_its_own_notice_without_the_way_to_the_case(desk: Desk) -> None:
    token = {"Authorization": desk.bearer("panel-desk", "panel")}
    answer = await desk.client.get(f"/v1/notices/{await desk.notice_id()}", headers=token)
    assert answer.json()["reference"].startswith("VN-")
    assert str(CASE) not in answer.text
    assert "obligation_id" not in answer.json()


async def test_a_receipt_settles_a_notice_whose_outcome_nobody_knew(
    open_store: OpenStore, tmp_path: Path
) -> None:
    clock = SetClock(NINE)
    store = await open_store("panel_notification", clock=clock)
    await tell(store, CASE, 1, decided(serious(CASE)))
    async with running_mail_server() as mail:
        mail.drop_after_data = True
        await send_all(sender_of(store, mail.channel()))
    assert (await notices(store, CASE))["panel"].state is State.OUTCOME_UNKNOWN
    clock.move(timedelta(minutes=3))
    systems = Systems(tmp_path)
    async with client_of(store, systems) as client:
        desk = Desk(store, clock, client, systems)
        await desk.post(await desk.notice_id())
    assert (await notices(store, CASE))["panel"].state is State.ACCEPTED
    found = await notified(store, CASE)
    assert found is not None
    assert (found.sent_at, found.possible_duplicate) == (NINE, False)
