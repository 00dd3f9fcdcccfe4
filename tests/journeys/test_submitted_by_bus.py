"""What the Panel sends by the bus, through intake and panel notification and back to its own topic.

On a real Kafka and two real stores; the content goes by HTTP from service to service.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.intake.content_http import content_routes
from services.intake.handlers import registry as of_intake
from services.panel_notification.handlers import registry as of_panel_notification
from services.panel_notification.reply_arrived import judge_by
from shared.contracts.arrival_events import PanelReplyAnswered
from shared.contracts.submissions import caller_of_service
from shared.messaging.arrivals import Arrivals
from shared.messaging.clock import SetClock
from shared.messaging.node import Node
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from shared.web.content_client import IntakeContents
from tests.conftest import OpenStore
from tests.services.intake.bus_door import Sender, attributes, open_door, sender
from tests.services.intake.conftest import Intake, intake
from tests.services.intake.submissions import PANEL_DESK, PANEL_REPLY, decided_body, reply_body
from tests.services.panel_notification.mail_server import running_mail_server
from tests.services.panel_notification.sample_facts import decided, serious
from tests.services.panel_notification.sample_reviews import submitted
from tests.services.panel_notification.told import notices, published, send_all, sender_of, tell
from tests.support.bus import access
from tests.support.local_stack import Infrastructure
from tests.support.service_app import app_of

__all__ = ["intake"]
SERVICE = "panel_notification"


async def told_case(store: Store, case_id: UUID, at: datetime) -> UUID:
    """A case whose notices went out and whose review was submitted; the Panel's notice."""
    await tell(store, case_id, 1, decided(serious(case_id)))
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
    notice = (await notices(store, case_id))["panel"].notice_id
    await tell(
        store, case_id, 2, submitted().model_copy(update={"obligations": [], "submitted_at": at})
    )
    return notice


@asynccontextmanager
async def answering(
    infrastructure: Infrastructure, store: Store, intake: Intake
) -> AsyncIterator[None]:
    """Panel notification as a process, which asks this intake for content with its own key."""
    caller = caller_of_service(SERVICE)
    key = intake.systems.keys[caller].as_dict(private=True) | {"kid": f"{caller}-1"}
    transport = httpx.ASGITransport(app_of(content_routes(intake.desk)))
    contents = IntakeContents(store, "http://intake", json.dumps(key), transport)
    tracing, metrics = Tracing(SERVICE, None), Metrics()
    arrivals = Arrivals(store, contents, judge_by(tracing), PanelReplyAnswered, tracing, metrics)
    node = Node(
        store,
        access(infrastructure, SERVICE),
        of_panel_notification,
        tracing,
        metrics,
        tasks={"arrivals": arrivals.run},
        compares=False,
    )
    await node.start()
    try:
        yield
    finally:
        await node.stop()


async def submits(panel: Sender, body: dict[str, Any], sender_id: UUID | None = None) -> str:
    headers = attributes(sender_id or uuid4(), "panel", PANEL_REPLY, PANEL_DESK)
    await panel.send(panel.sealed(body), headers)
    answers = await panel.answers(2)
    assert [one["type"].split(".")[-2] for one in answers][:1] == ["acknowledged"]
    return str(answers[1].get("reason") or answers[1]["type"].split(".")[-2])


async def test_the_panels_replies_by_the_bus_reach_the_case_and_are_answered_with_what_came_of_them(
    infrastructure: Infrastructure, open_store: OpenStore, intake: Intake
) -> None:
    async with intake.store.reading() as connection:
        now = await intake.store.clock.now(connection)
    clock, case_id = SetClock(now - timedelta(hours=2)), uuid4()
    store = await open_store(SERVICE, clock=clock)
    notice = await told_case(store, case_id, clock.instant)
    clock.instant = now
    async with (
        open_door(infrastructure, intake, of_intake),
        answering(infrastructure, store, intake),
        sender(infrastructure, intake, PANEL_DESK) as panel,
    ):
        assert await submits(panel, decided_body(notice)) == "not_received"
        first = uuid4()
        assert await submits(panel, reply_body(notice), first) == "accepted"
        assert await submits(panel, reply_body(notice), first) == "accepted", "the same again"
        assert await submits(panel, reply_body(notice)) == "already_received"
        assert await submits(panel, decided_body(notice)) == "accepted"
        assert await submits(panel, decided_body(uuid4())) == "unknown_notice"
        told = [topic for topic, _ in await published(store, case_id) if topic[:6] == "panel."]
        async with intake.store.reading() as connection:
            heard = await connection.fetchval("select count(*) from submission_answer")
    assert told == ["panel.received", "panel.decided"]
    assert heard == 5, "one answer for each submission, however often it was delivered"
