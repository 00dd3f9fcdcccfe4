"""The Panel's replies over HTTP: by its notice or by the case, once, from the Panel alone."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from services.panel_notification.reply_http import reply_routes
from services.panel_notification.reply_store import replies_without_record
from shared.contracts.envelope import case_stream
from shared.contracts.intake_events import IncidentLinked
from shared.contracts.panel_events import PanelDecided
from shared.contracts.review_events import ReviewSubmitted
from shared.messaging.clock import SetClock
from shared.messaging.outbox import emit
from shared.messaging.store import Store
from shared.reference.systems import SystemRegistry
from shared.telemetry.tracing import Tracing
from shared.web.problem import install_problem_handlers
from tests.conftest import OpenStore
from tests.contracts.committed import example
from tests.services.panel_notification.mail_server import running_mail_server
from tests.services.panel_notification.recipients import bearer
from tests.services.panel_notification.sample_facts import NINE, case, decided, serious
from tests.services.panel_notification.told import notices, published, send_all, sender_of, tell
from tests.support.as_described import as_described
from tests.support.systems import Systems

CASE = case(1)
LA, PANEL = ("la-cases", "la-E08000012"), ("panel-desk", "panel")
RECEIVED = {"reply": "received", "reference": "PANEL-7"}
DECIDED = {"reply": "decided", "decision": "agree_lcspr", "rationale": "Sample rationale One."}


def submitted() -> ReviewSubmitted:
    data = example("uk.vigil.review.submitted.v1")["data"] | {"obligations": []}
    return ReviewSubmitted.model_validate(data | {"submitted_at": NINE.isoformat()})


class PanelDesk:
    def __init__(
        self, store: Store, clock: SetClock, client: httpx.AsyncClient, systems: Systems
    ) -> None:
        self.store, self.clock, self.client, self.systems = store, clock, client, systems

    async def says(
        self,
        body: dict[str, Any],
        about: str = f"cases/{CASE}",
        *,
        by: tuple[str, str] = ("panel-desk", "panel"),
        key: str | None = None,
    ) -> httpx.Response:
        headers = {
            "Authorization": bearer(self.systems, *by, self.clock.instant),
            "Idempotency-Key": key or str(uuid4()),
        }
        return await self.client.post(f"/v1/{about}/panel-responses", json=body, headers=headers)

    async def said(self) -> list[str]:
        told = await published(self.store, CASE)
        return [topic for topic, _ in told if topic.startswith("panel.")]


@pytest.fixture
async def desk(open_store: OpenStore, tmp_path: Path) -> AsyncIterator[PanelDesk]:
    clock = SetClock(NINE)
    store = await open_store("panel_notification", clock=clock)
    await tell(store, CASE, 1, decided(serious(CASE)))
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
    clock.move(timedelta(hours=1))
    systems = Systems(tmp_path)
    app = FastAPI()
    install_problem_handlers(app)
    registry = SystemRegistry(systems.file)
    tracing = Tracing("panel_notification", None)
    app.include_router(reply_routes(store, registry, tracing, b"k" * 32))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://vigil",
        event_hooks=as_described("panel_notification"),
    ) as client:
        yield PanelDesk(store, clock, client, systems)


@pytest.fixture
async def reviewed(desk: PanelDesk) -> PanelDesk:
    """The rapid review has gone to the Panel."""
    await tell(desk.store, CASE, 2, submitted())
    return desk


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


async def test_the_panel_answers_by_the_notice_it_holds_and_learns_no_case(
    reviewed: PanelDesk,
) -> None:
    notice = (await notices(reviewed.store, CASE))["panel"].notice_id
    answer = await reviewed.says(RECEIVED, f"notices/{notice}")
    assert answer.status_code == 201, answer.text
    assert str(CASE) not in answer.text
    again = await reviewed.says(DECIDED)
    assert again.status_code == 201, again.text
    assert await reviewed.said() == ["panel.received", "panel.decided"]


async def test_the_same_reply_is_taken_once_and_answered_the_same(reviewed: PanelDesk) -> None:
    first = await reviewed.says(RECEIVED, key="key-1")
    reviewed.clock.move(timedelta(minutes=5))
    again = await reviewed.says(RECEIVED, key="key-1")
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert await reviewed.said() == ["panel.received"]
    other = await reviewed.says(DECIDED, key="key-1")
    assert problem(other) == (409, "idempotency_key_reused")
    assert problem(await reviewed.says(RECEIVED)) == (409, "already_received")


@pytest.mark.parametrize(
    ("by", "status", "code"),
    [
        (("police-records", "panel"), 403, "organisation_not_allowed"),
        (("la-cases", "la-E08000012"), 404, "case_not_found"),
        (("panel-desk", "ofsted"), 404, "case_not_found"),
    ],
)
async def test_nobody_but_the_panel_answers_for_it(
    reviewed: PanelDesk, by: tuple[str, str], status: int, code: str
) -> None:
    assert problem(await reviewed.says(RECEIVED, by=by)) == (status, code)
    assert await reviewed.said() == []


async def test_a_case_or_a_notice_that_is_not_there_is_not_found(reviewed: PanelDesk) -> None:
    assert problem(await reviewed.says(RECEIVED, f"cases/{uuid4()}")) == (404, "case_not_found")
    assert problem(await reviewed.says(RECEIVED, f"notices/{uuid4()}")) == (404, "unknown_notice")
    theirs = (await notices(reviewed.store, CASE))["ofsted"].notice_id
    assert problem(await reviewed.says(RECEIVED, f"notices/{theirs}")) == (404, "unknown_notice")


async def test_what_is_out_of_turn_is_refused_and_changes_nothing(desk: PanelDesk) -> None:
    assert problem(await desk.says(RECEIVED)) == (409, "not_submitted")
    await tell(desk.store, CASE, 2, submitted())
    assert problem(await desk.says(DECIDED)) == (409, "not_received")
    tomorrow = (desk.clock.instant + timedelta(days=1)).isoformat()
    assert problem(await desk.says(RECEIVED | {"replied_at": tomorrow})) == (422, "in_the_future")
    assert await desk.said() == []


async def test_what_the_panel_wrote_is_kept_sealed_and_never_published(
    reviewed: PanelDesk,
) -> None:
    await reviewed.says(RECEIVED)
    answer = await reviewed.says(DECIDED)
    assert "Sample" not in answer.text
    assert "Sample" not in str(await published(reviewed.store, CASE))
    async with reviewed.store.reading() as connection:
        rows = await connection.fetch("select sealed_record from panel_reply")
        whole = await connection.fetch("select * from answered_command")
    assert len(rows) == 2
    assert all(b"Sample rationale" not in bytes(row["sealed_record"]) for row in rows)
    assert "Sample rationale" not in str([dict(row) for row in whole])


async def test_the_authority_reads_what_the_panel_wrote_and_nobody_else_does(
    reviewed: PanelDesk,
) -> None:
    await reviewed.says(RECEIVED)
    await reviewed.says(DECIDED)
    for by, status in ((LA, 200), (("la-cases", "la-E09000003"), 404), (PANEL, 404)):
        token = {"Authorization": bearer(reviewed.systems, *by, reviewed.clock.instant)}
        answer = await reviewed.client.get(f"/v1/cases/{CASE}/panel-responses", headers=token)
        assert answer.status_code == status
        assert ("Sample rationale One." in answer.text) == (by == LA)
    async with reviewed.store.reading() as connection:
        read = await connection.fetch("select actor from audit where action = 'panel.reply_read'")
    assert [row["actor"] for row in read] == [LA[1]] * 2


async def test_a_body_that_is_not_a_reply_is_refused_without_an_echo(reviewed: PanelDesk) -> None:
    answer = await reviewed.says({"reply": "decided", "decision": "Sample Child One"})
    assert problem(answer) == (422, "not_valid")
    assert "Sample" not in answer.text


async def test_a_reply_about_a_linked_case_counts_for_the_one_that_goes_on(
    desk: PanelDesk,
) -> None:
    loser = case(2)
    await tell(desk.store, loser, 1, IncidentLinked(survivor=CASE, reason="same_incident"))
    await tell(desk.store, CASE, 2, submitted())
    assert (await desk.says(RECEIVED, f"cases/{loser}")).status_code == 201
    assert await desk.said() == ["panel.received"]


async def test_a_restored_store_names_the_replies_whose_words_it_lost(reviewed: PanelDesk) -> None:
    """It has the event back from its topic and not what was kept beside it."""
    await reviewed.says(RECEIVED)
    lost = PanelDecided.model_validate(example("uk.vigil.panel.decided.v1")["data"])
    async with reviewed.store.transaction(uuid4(), "test") as tx:
        assert await replies_without_record(tx, [CASE]) == []
        await emit(tx, lost, case_stream(CASE), happened_at=lost.decided_at)
        assert await replies_without_record(tx, [CASE]) == [lost.reply_id]
