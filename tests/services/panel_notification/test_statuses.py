"""What a provider tells of a message: authentic or not at all, once, and only ever forward."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from services.panel_notification import status_store
from services.panel_notification.notice import Notice, State
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from tests.conftest import OpenStore
from tests.services.panel_notification.recipients import STATUS_TOKEN, client_of
from tests.services.panel_notification.recipients_file import addressing, channels_to, panel_by
from tests.services.panel_notification.sample_facts import NINE, case, decided, obligation
from tests.services.panel_notification.stub_provider import running_provider
from tests.services.panel_notification.told import notices, published, send_all, sender_of, tell
from tests.support.systems import Systems

CASE = case(1)
PATH = "/v1/channels/notify/statuses"
NOT_OURS = "6d0f1f4e-4c6e-4b52-9d0a-3c1f0a5b7e11"


@dataclass
class Provider:
    """A service whose Panel notice GOV.UK Notify took, and its way of calling back."""

    store: Store
    clock: SetClock
    client: httpx.AsyncClient

    async def notice(self) -> Notice:
        return (await notices(self.store, CASE))["panel"]

    async def tells(self, status: str, **changes: object) -> httpx.Response:
        notice_id = str((await self.notice()).notice_id)
        said = {
            "id": f"provider-{notice_id[:8]}",
            "reference": notice_id,
            "to": "panel@panel.example",
            "status": status,
            "completed_at": "2026-11-02T09:05:00.000000Z",
            "notification_type": "email",
        } | changes
        token = {"Authorization": f"Bearer {STATUS_TOKEN.get_secret_value()}"}
        return await self.client.post(PATH, json=said, headers=token)

    async def topics(self) -> list[str]:
        return [topic for topic, _ in await published(self.store, CASE)]


@pytest.fixture
async def provider(open_store: OpenStore, tmp_path: Path) -> AsyncIterator[Provider]:
    clock = SetClock(NINE)
    store = await open_store("panel_notification", clock=clock)
    await tell(store, CASE, 1, decided([obligation(CASE, "panel", "panel")]))
    async with running_provider() as stub:
        where = addressing(tmp_path, panel_by("notify", stub))
        await send_all(sender_of(store, *channels_to(stub, where), by=where))
    clock.move(timedelta(minutes=10))
    async with client_of(store, Systems(tmp_path)) as client:
        yield Provider(store, clock, client)


async def test_taken_is_sent_and_only_the_status_delivered_is_delivery(provider: Provider) -> None:
    assert await provider.topics() == ["notice.sent"]
    answer = await provider.tells("delivered")
    assert (answer.status_code, answer.json()) == (200, {"news": True})
    assert await provider.topics() == ["notice.sent", "notice.delivered"]
    assert (await provider.notice()).delivered_at == NINE + timedelta(minutes=10)


async def test_a_status_told_again_changes_nothing(provider: Provider) -> None:
    await provider.tells("delivered")
    before = (await provider.notice(), await provider.topics())
    provider.clock.move(timedelta(hours=72))
    for status in ("delivered", "delivered", "created"):
        assert (await provider.tells(status)).json() == {"news": False}
    assert (await provider.notice(), await provider.topics()) == before


@pytest.mark.parametrize("order", [*permutations(("created", "sending", "delivered"))])
async def test_in_whatever_order_they_come_it_ends_delivered(
    provider: Provider, order: tuple[str, ...]
) -> None:
    for status in order:
        await provider.tells(status)
    notice = await provider.notice()
    assert notice.state is State.ACCEPTED
    assert notice.delivered_at is not None


async def test_what_could_not_be_handed_over_is_left_to_a_person(provider: Provider) -> None:
    await provider.tells("permanent-failure")
    notice = await provider.notice()
    assert (notice.state, notice.refused_because) == (
        State.UNDELIVERABLE,
        "notify_permanent_failure",
    )
    assert "notice.undeliverable" in await provider.topics()


async def test_a_failure_told_three_days_after_delivery_takes_nothing_back(
    provider: Provider,
) -> None:
    await provider.tells("delivered")
    provider.clock.move(timedelta(hours=72))
    assert (await provider.tells("temporary-failure")).json() == {"news": False}
    assert (await provider.notice()).state is State.ACCEPTED


async def test_delivery_told_after_a_failure_is_the_better_knowledge(provider: Provider) -> None:
    await provider.tells("temporary-failure")
    await provider.tells("delivered")
    assert (await provider.notice()).state is State.ACCEPTED
    assert "notice.delivered" in await provider.topics()


async def test_proof_of_a_message_that_had_no_answer_corrects_when_it_was_sent(
    provider: Provider,
) -> None:
    """Two went out: of the first no answer came, and the provider delivered both."""
    notice = await provider.notice()
    before = notice.attempts[0].started_at - timedelta(hours=1)
    async with provider.store.transaction(uuid4(), "test") as tx:
        await tx.execute(
            """insert into attempt (notice_id, number, sender, started_at, outcome, code, ended_at,
                                    channel)
               values ($1, 2, 7, $2, 'unknown', 'cut_after_request', $2, 'notify')""",
            notice.notice_id,
            before,
        )
    await provider.tells("delivered")
    assert (await provider.topics()) == ["notice.sent", "notice.delivered"]
    await provider.tells("delivered", id="provider-other")
    told = await published(provider.store, CASE)
    assert [topic for topic, _ in told] == ["notice.sent", "notice.delivered"] * 2
    assert {data["sent_at"] for _, data in told[2:]} == {before.isoformat().replace("+00:00", "Z")}
    await provider.tells("delivered", id="provider-other")
    assert len(await provider.topics()) == 4, "once"


@pytest.mark.parametrize(
    "header",
    [None, "Bearer", "Bearer ", "Bearer wrong", "Basic YTpi", f"Bearer {'a token of the test'}"],
)
async def test_who_does_not_have_the_token_is_not_believed(
    provider: Provider, header: str | None
) -> None:
    notice_id = str((await provider.notice()).notice_id)
    said = {"id": "provider-1", "reference": notice_id, "status": "delivered"}
    headers = {"Authorization": header} if header else {}
    answer = await provider.client.post(PATH, json=said, headers=headers)
    assert answer.status_code == 401
    assert (await provider.notice()).delivered_at is None


@pytest.mark.parametrize("reference", [NOT_OURS, "not one of ours", None])
async def test_a_status_of_no_notice_of_ours_is_kept_for_a_person_and_changes_nothing(
    provider: Provider, reference: str | None
) -> None:
    answer = await provider.tells("delivered", reference=reference, id="somebody-elses")
    assert (answer.status_code, answer.json()) == (200, {"news": False})
    assert (await provider.notice()).delivered_at is None
    async with provider.store.reading() as connection:
        rows = await status_store.for_nobody(connection)
        text = await connection.fetchval("select string_agg(p::text, '') from provider_status p")
    assert [row["provider_reference"] for row in rows] == ["somebody-elses"]
    assert "panel.example" not in text, "whom it was written to is not kept"


@pytest.mark.parametrize("said", [{"status": "DELIVERED"}, {"id": ""}, {"id": 7}, {"status": None}])
async def test_what_is_no_status_is_refused_and_not_repeated_back(
    provider: Provider, said: dict[str, object]
) -> None:
    status = said.pop("status", "delivered")
    answer = await provider.tells(status, **said)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert "panel.example" not in answer.text


async def test_a_status_nobody_has_heard_of_is_no_news(provider: Provider) -> None:
    assert (await provider.tells("vanished")).json() == {"news": False}
    assert (await provider.notice()).state is State.ACCEPTED
