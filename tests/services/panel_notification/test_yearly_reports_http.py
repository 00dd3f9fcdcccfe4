"""Who may ask about the copies of a yearly report, what is answered, and the copy by hand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.panel_notification.channels.manual import ManualChannel
from services.panel_notification.notice import State
from services.panel_notification.submission_pack import form
from shared.contracts.area_record import area_record
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from tests.conftest import OpenStore
from tests.services.panel_notification.mail_server import running_mail_server
from tests.services.panel_notification.recipients import bearer, client_of
from tests.services.panel_notification.recipients_file import addressing
from tests.services.panel_notification.sample_facts import NINE
from tests.services.panel_notification.sample_years import ADDRESS, CENTRE, OWNER, RECORD, reported
from tests.services.panel_notification.timer_says import tell_by_timer
from tests.services.panel_notification.told import notices, published, send_all, sender_of
from tests.support.systems import Systems

AUTHORITY, PANEL = ("la-cases", OWNER), ("panel-desk", "panel")
OTHERS = [
    ("la-cases", "la-E08000015"),
    ("police-records", "police-merseyside"),
    ("panel-desk", "dfe"),
]
REPORT = {
    "area": "E08000012",
    "period_from": "2025-04-01",
    "period_to": "2026-03-31",
    "published_on": "2026-11-02",
    "address": ADDRESS,
}
SAID = {"reference": "REPORT-7"}


@dataclass
class Partnership:
    """A service whose copies to the What Works Centre go by hand, and who asks it."""

    store: Store
    clock: SetClock
    client: httpx.AsyncClient
    systems: Systems

    async def notice_id(self, recipient: str) -> UUID:
        return (await notices(self.store, RECORD))[recipient].notice_id

    async def gets(
        self, path: str, who: tuple[str, str], as_: str = "application/json"
    ) -> httpx.Response:
        return await self.client.get(path, headers=self._token(who) | {"Accept": as_})

    async def posts(self, path: str, who: tuple[str, str], **body: Any) -> httpx.Response:
        headers = self._token(who) | {"Idempotency-Key": str(uuid4())}
        return await self.client.post(path, json=body, headers=headers)

    async def pack(
        self, as_: str = "application/json", who: tuple[str, str] = AUTHORITY
    ) -> httpx.Response:
        return await self.gets(f"/v1/notices/{await self.notice_id(CENTRE)}/pack", who, as_)

    def _token(self, who: tuple[str, str]) -> dict[str, str]:
        return {"Authorization": bearer(self.systems, *who, self.clock.instant)}


@pytest.fixture
async def partners(open_store: OpenStore, tmp_path: Path) -> AsyncIterator[Partnership]:
    clock = SetClock(NINE)
    store = await open_store("panel_notification", clock=clock)
    await tell_by_timer(store, RECORD, 1, reported())
    where = addressing(tmp_path, {"recipient": CENTRE, "channel": "manual"})
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel(), ManualChannel(), by=where))
    clock.move(timedelta(hours=2))
    systems = Systems(tmp_path)
    async with client_of(store, systems) as client:
        yield Partnership(store, clock, client, systems)


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


async def test_the_areas_own_authority_sees_both_copies_and_of_which_report(
    partners: Partnership,
) -> None:
    answer = await partners.gets(f"/v1/notices?case={RECORD}", AUTHORITY)
    shown = {one["recipient"]: one for one in answer.json()["notices"]}
    assert {each: one["state"] for each, one in shown.items()} == {
        "panel": "accepted",
        CENTRE: "handed",
    }
    assert [one["report"] for one in shown.values()] == [REPORT, REPORT]
    assert {one["about"] for one in shown.values()} == {"yearly_report"}


async def test_a_recipient_sees_its_own_copy_and_of_which_report(partners: Partnership) -> None:
    notice_id = await partners.notice_id("panel")
    own = (await partners.gets(f"/v1/notices/{notice_id}", PANEL)).json()
    listed = (await partners.gets(f"/v1/notices?case={RECORD}", PANEL)).json()
    assert own["report"] == REPORT
    assert listed == {"notices": [own]}
    assert "state" not in own
    assert str(RECORD) not in str(own)


@pytest.mark.parametrize("who", OTHERS)
async def test_nobody_else_can_tell_it_from_a_record_without_a_report(
    partners: Partnership, who: tuple[str, str]
) -> None:
    theirs = await partners.gets(f"/v1/notices?case={RECORD}", who)
    nothing = await partners.gets(f"/v1/notices?case={area_record('E08000015')}", who)
    assert problem(theirs) == problem(nothing) == (404, "case_not_found")
    assert problem(await partners.pack(who=who)) == (404, "unknown_notice")


async def test_the_panels_receipt_of_its_copy_is_kept_and_notifies_no_incident(
    partners: Partnership,
) -> None:
    notice_id = await partners.notice_id("panel")
    given = await partners.posts(f"/v1/notices/{notice_id}/receipt", PANEL, reference="PANEL-7")
    assert given.status_code == 201, given.text
    found = (await notices(partners.store, RECORD))["panel"]
    assert found.receipt is not None
    topics = {topic for topic, _ in await published(partners.store, RECORD)}
    assert topics == {"notice.sent", "notice.delivered"}


async def test_a_copy_is_not_answered_as_a_rapid_review_is(partners: Partnership) -> None:
    notice_id = await partners.notice_id("panel")
    reply = {"reply": "received", "reference": "PANEL-7"}
    by_notice = await partners.posts(f"/v1/notices/{notice_id}/panel-responses", PANEL, **reply)
    by_case = await partners.posts(f"/v1/cases/{RECORD}/panel-responses", PANEL, **reply)
    read = await partners.gets(f"/v1/cases/{RECORD}/panel-responses", AUTHORITY)
    assert problem(by_notice) == (404, "unknown_notice")
    assert problem(by_case) == problem(read) == (404, "case_not_found")


async def test_the_pack_says_which_report_it_is_and_asks_nothing_of_a_case(
    partners: Partnership,
) -> None:
    data = (await partners.pack()).json()
    answers = {ask: said for section in data["sections"] for ask, said in section["answers"]}
    assert data["title"] == "Copy of a yearly report of safeguarding partners"
    assert {ask: answers[ask] for ask in ("Local authority", "Period", "Published on")} == {
        "Local authority": "Liverpool City Council",
        "Period": "1 April 2025 to 31 March 2026",
        "Published on": "2 November 2026",
    }
    assert answers["Area of the safeguarding partners"] == "Liverpool"
    assert answers["Where it is published"] == ADDRESS
    assert answers["The report itself"] == "Copy from the partners' own record"
    of_a_case = {one["ask"] for each in form()["sections"][1:] for one in each["questions"]}
    assert answers.keys() & of_a_case == {"What this submission tells of"}


async def test_the_pack_is_a_page_and_a_document_too(partners: Partnership) -> None:
    page, document = await partners.pack("text/html"), await partners.pack("application/pdf")
    period = "1 April 2025 to 31 March 2026"
    for said in (period, "2 November 2026", ADDRESS, "Send a copy of the report"):
        assert said in page.text
    assert "national form" not in page.text
    assert document.content.startswith(b"%PDF")
    for said in (period, ADDRESS):
        assert said.encode().hex().encode() in document.content
    for text in (page.text, document.text):
        assert str(RECORD) not in text


async def test_the_reference_of_a_copy_by_hand_proves_it(partners: Partnership) -> None:
    notice_id = await partners.notice_id(CENTRE)
    given = await partners.posts(f"/v1/notices/{notice_id}/submission", AUTHORITY, **SAID)
    assert given.status_code == 201, given.text
    found = (await notices(partners.store, RECORD))[CENTRE]
    assert found.receipt is not None
    assert (found.state, found.receipt.reference) == (State.ACCEPTED, "REPORT-7")
    told = [
        topic
        for topic, data in await published(partners.store, RECORD)
        if data["recipient"] == CENTRE
    ]
    assert sorted(told) == ["notice.delivered", "notice.sent"]
