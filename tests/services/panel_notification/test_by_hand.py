"""Where a person submits: the pack for the owner's authority, and the reference that notifies."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.panel_notification.channels.manual import ManualChannel
from services.panel_notification.notice import Notice, State
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from tests.conftest import OpenStore
from tests.services.panel_notification.mail_server import running_mail_server
from tests.services.panel_notification.recipients import bearer, client_of
from tests.services.panel_notification.recipients_file import addressing
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

CASE = case(1)
OWNER = ("la-cases", "la-E08000012")


@dataclass
class Authority:
    """A service whose Panel is told by the national form, and the authority that fills it in."""

    store: Store
    clock: SetClock
    client: httpx.AsyncClient
    systems: Systems

    async def notice(self, recipient: str = "panel") -> Notice:
        return (await notices(self.store, CASE))[recipient]

    def token(self, system: str, organisation: str) -> dict[str, str]:
        return {"Authorization": bearer(self.systems, system, organisation, self.clock.instant)}

    async def pack(self, as_: str = "application/json", who: tuple[str, str] = OWNER) -> Any:
        notice_id = (await self.notice()).notice_id
        headers = self.token(*who) | {"Accept": as_}
        return await self.client.get(f"/v1/notices/{notice_id}/pack", headers=headers)

    async def submits(
        self,
        notice_id: UUID | None = None,
        key: str = "key-1",
        who: tuple[str, str] = OWNER,
        **said: object,
    ) -> httpx.Response:
        notice_id = notice_id or (await self.notice()).notice_id
        headers = self.token(*who) | {"Idempotency-Key": key}
        body = {"reference": "CSIN-4711"} | said
        return await self.client.post(
            f"/v1/notices/{notice_id}/submission", json=body, headers=headers
        )


@pytest.fixture
async def authority(open_store: OpenStore, tmp_path: Path) -> AsyncIterator[Authority]:
    clock = SetClock(NINE)
    store = await open_store("panel_notification", clock=clock)
    await tell(store, CASE, 1, decided(serious(CASE)))
    where = addressing(tmp_path, {"recipient": "panel", "channel": "manual"})
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel(), ManualChannel(), by=where))
    clock.move(timedelta(hours=2))
    systems = Systems(tmp_path)
    async with client_of(store, systems) as client:
        yield Authority(store, clock, client, systems)


async def test_a_notice_by_hand_is_a_task_and_not_sent(authority: Authority) -> None:
    notice = await authority.notice()
    assert (notice.state, notice.needs_a_person) == (State.HANDED, True)
    told = [data["recipient"] for topic, data in await published(authority.store, CASE)]
    assert "panel" not in told


async def test_the_pack_is_there_as_data_as_a_page_and_as_a_document(authority: Authority) -> None:
    data = (await authority.pack()).json()
    answers = {ask: said for section in data["sections"] for ask, said in section["answers"]}
    assert answers["Local authority"] == "Liverpool City Council"
    page = await authority.pack("text/html")
    assert page.headers["content-type"].startswith("text/html")
    assert data["reference"] in page.text
    document = await authority.pack("application/pdf")
    assert document.content.startswith(b"%PDF")
    for answer in (page.text, document.text, str(data)):
        assert str(CASE) not in answer


async def test_the_forms_reference_notifies_the_incident_from_when_it_was_submitted(
    authority: Authority,
) -> None:
    submitted_at = NINE + timedelta(hours=1)
    answer = await authority.submits(submitted_at=submitted_at.isoformat())
    assert answer.status_code == 201, answer.text
    found = await notified(authority.store, CASE)
    assert found is not None
    assert (found.sent_at, found.receipt_at) == (submitted_at, submitted_at)
    assert (found.channel, found.possible_duplicate) == ("manual", False)
    notice = await authority.notice()
    assert notice.receipt is not None
    assert (notice.state, notice.receipt.reference) == (State.ACCEPTED, "CSIN-4711")


async def test_the_same_record_again_gets_the_same_answer_and_another_is_refused(
    authority: Authority,
) -> None:
    first = await authority.submits()
    before = await published(authority.store, CASE)
    again = await authority.submits()
    assert (again.status_code, again.json()) == (201, first.json())
    assert await published(authority.store, CASE) == before
    reused = await authority.submits(reference="CSIN-1")
    assert reused.json()["type"] == "urn:vigil:problem:idempotency_key_reused"
    other = await authority.submits(key="key-2", reference="CSIN-1")
    assert (other.status_code, other.json()["type"]) == (
        409,
        "urn:vigil:problem:nothing_to_submit",
    )


@pytest.mark.parametrize(
    "who",
    [
        ("la-cases", "la-E08000015"),
        ("panel-desk", "panel"),
        ("police-records", "police-merseyside"),
    ],
)
async def test_only_the_owners_authority_has_the_pack_or_records_what_came_of_it(
    authority: Authority, who: tuple[str, str]
) -> None:
    assert (await authority.pack(who=who)).status_code == 404
    assert (await authority.submits(who=who)).status_code == 404
    assert (await authority.submits(uuid4(), key="key-2")).status_code == 404
    assert await notified(authority.store, CASE) is None


async def test_what_went_by_email_has_no_pack_and_nothing_to_submit(authority: Authority) -> None:
    by_mail = (await authority.notice("dfe")).notice_id
    assert (await authority.submits(by_mail)).status_code == 409
    path = f"/v1/notices/{by_mail}/pack"
    answer = await authority.client.get(path, headers=authority.token(*OWNER))
    assert answer.json()["type"] == "urn:vigil:problem:nothing_to_submit"


async def test_nobody_has_submitted_tomorrow(authority: Authority) -> None:
    answer = await authority.submits(submitted_at=(NINE + timedelta(days=1)).isoformat())
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:vigil:problem:in_the_future")


async def test_the_panels_own_receipt_notifies_too_from_when_it_received_it(
    authority: Authority,
) -> None:
    notice_id = (await authority.notice()).notice_id
    headers = authority.token("panel-desk", "panel") | {"Idempotency-Key": "key-1"}
    received = NINE + timedelta(hours=1)
    answer = await authority.client.post(
        f"/v1/notices/{notice_id}/receipt",
        json={"reference": "PANEL-1", "received_at": received.isoformat()},
        headers=headers,
    )
    assert answer.status_code == 201
    found = await notified(authority.store, CASE)
    assert found is not None
    assert found.sent_at == received
