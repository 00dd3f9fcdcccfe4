"""The Panel's replies that came by the bus: as over HTTP, whatever their order, once each."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.panel_notification.handlers import registry
from services.panel_notification.reply_arrived import judge_by
from shared.contracts.arrival_events import PanelReplyAnswered, PanelReplyArrived
from shared.contracts.catalogue import source_of, type_for
from shared.contracts.envelope import Envelope, correlation_of
from shared.contracts.panel_said import PanelReplySubmitted
from shared.contracts.strict_json import parse
from shared.contracts.submissions import notice_stream
from shared.messaging.arrival_rows import Arrival
from shared.messaging.arrivals import Arrivals, ContentUnavailable
from shared.messaging.clock import SetClock
from shared.messaging.order import Outcome
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.conftest import OpenStore
from tests.services.panel_notification.mail_server import running_mail_server
from tests.services.panel_notification.sample_facts import NINE, case, decided, serious
from tests.services.panel_notification.sample_reviews import submitted
from tests.services.panel_notification.told import (
    notices,
    published,
    send_all,
    sender_of,
    tell,
)

CASE = case(1)
RECEIVED = {"reply": "received", "reference": "PANEL-7"}
DECIDED = {"reply": "decided", "decision": "agree_no_lcspr", "rationale": "Sample rationale One."}


class Kept:
    """What intake holds, given unless it is away."""

    def __init__(self) -> None:
        self.of: dict[UUID, bytes] = {}
        self.away = False
        self.asked: list[UUID] = []

    async def content(self, arrival: Arrival) -> bytes:
        self.asked.append(arrival.submission_id)
        if self.away:
            raise ContentUnavailable("not_reached")
        return self.of[arrival.submission_id]


class ByBus:
    """One service whose notice went to the Panel, and what reaches it from intake."""

    def __init__(self, store: Store, clock: SetClock, notice_id: UUID) -> None:
        self.store, self.clock, self.notice_id = store, clock, notice_id
        self.kept = Kept()
        self.numbers: dict[UUID, int] = {}
        self.task = Arrivals(
            store,
            self.kept,
            judge_by(Tracing("panel_notification", None)),
            PanelReplyAnswered,
            Tracing("panel_notification", None),
            Metrics(),
        )

    async def arrives(
        self, body: dict[str, Any], *, notice: UUID | None = None, organisation: str = "panel"
    ) -> UUID:
        """What intake tells of one; the submission's id."""
        about, submission_id = notice or self.notice_id, uuid4()
        said = PanelReplySubmitted.model_validate_json(
            PanelReplySubmitted.model_validate(body | {"notice_id": about}).model_dump_json()
        )
        self.kept.of[submission_id] = said.model_dump_json(exclude_none=True).encode()
        told = PanelReplyArrived(
            submission_id=submission_id,
            content_version=1,
            system="panel-desk",
            organisation=organisation,
            received_at=self.clock.instant,
            notice_id=about,
        )
        await self.hears(told)
        return submission_id

    async def hears(self, told: PanelReplyArrived) -> None:
        stream = notice_stream(told.notice_id)
        self.numbers[told.notice_id] = self.numbers.get(told.notice_id, 0) + 1
        envelope = Envelope(
            id=uuid4(),
            source=source_of("intake"),
            type=type_for(PanelReplyArrived).type,
            time=told.received_at,
            recordedtime=told.received_at,
            subject=stream,
            correlationid=correlation_of(stream),
            sequence=self.numbers[told.notice_id],
        )
        async with self.store.transaction(envelope.id, "test", caused_by_event=True) as tx:
            outcome = await registry.apply(envelope, told.model_dump_json().encode(), tx)
        assert outcome is Outcome.APPLIED

    async def answers(self) -> dict[UUID, str]:
        """By submission: accepted, or why not, as it is told to intake."""
        async with self.store.reading() as connection:
            rows = await connection.fetch(
                "select payload from outbox where topic = 'panel.reply.answered' order by position"
            )
        said = [PanelReplyAnswered.model_validate(parse(row["payload"])) for row in rows]
        assert len(said) == len({one.submission_id for one in said}), "each is answered once"
        return {one.submission_id: one.reason or "accepted" for one in said}

    async def said(self) -> list[str]:
        told = await published(self.store, CASE)
        return [topic for topic, _ in told if topic.startswith("panel.")]


@pytest.fixture
async def bus(open_store: OpenStore) -> ByBus:
    clock = SetClock(NINE)
    store = await open_store("panel_notification", clock=clock)
    await tell(store, CASE, 1, decided(serious(CASE)))
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
    clock.move(timedelta(hours=1))
    await tell(store, CASE, 2, submitted().model_copy(update={"obligations": []}))
    return ByBus(store, clock, (await notices(store, CASE))["panel"].notice_id)


async def test_a_reply_is_published_in_the_case_and_accepted_in_the_notices_stream(
    bus: ByBus,
) -> None:
    first, second = await bus.arrives(RECEIVED), await bus.arrives(DECIDED)
    assert await bus.task.take_due() == 1, "of one notice in their order"
    assert await bus.task.take_due() == 1
    assert await bus.said() == ["panel.received", "panel.decided"]
    assert await bus.answers() == {first: "accepted", second: "accepted"}
    assert "Sample rationale" not in str(await published(bus.store, CASE))


async def test_what_is_out_of_turn_is_refused_by_the_codes_of_the_route(bus: ByBus) -> None:
    early, received = await bus.arrives(DECIDED), await bus.arrives(RECEIVED)
    again, ahead = (
        await bus.arrives(RECEIVED),
        await bus.arrives(
            DECIDED | {"replied_at": (bus.clock.instant + timedelta(days=1)).isoformat()}
        ),
    )
    for _ in range(4):
        assert await bus.task.take_due() == 1
    assert await bus.answers() == {
        early: "not_received",
        received: "accepted",
        again: "already_received",
        ahead: "in_the_future",
    }
    assert await bus.said() == ["panel.received"]


async def test_a_reply_that_is_weeks_old_counts_from_when_the_panel_had_the_review(
    bus: ByBus,
) -> None:
    bus.clock.move(timedelta(weeks=6))
    then = (NINE + timedelta(days=1)).isoformat()
    late = await bus.arrives(RECEIVED | {"replied_at": then})
    await bus.task.take_due()
    (told,) = [
        data for topic, data in await published(bus.store, CASE) if topic == "panel.received"
    ]
    assert (await bus.answers())[late] == "accepted"
    assert told["received_at"] == "2026-11-03T09:00:00Z"
    bus.clock.move(timedelta(days=1))
    decided_now = await bus.arrives(DECIDED)
    await bus.task.take_due()
    later = await bus.arrives(DECIDED)
    await bus.task.take_due()
    answers = await bus.answers()
    assert (answers[decided_now], answers[later]) == ("accepted", "already_decided")


async def test_an_event_that_is_heard_of_twice_brings_about_one_reply(bus: ByBus) -> None:
    submission_id = await bus.arrives(RECEIVED)
    await bus.task.take_due()
    told = PanelReplyArrived(
        submission_id=submission_id,
        content_version=1,
        system="panel-desk",
        organisation="panel",
        received_at=bus.clock.instant,
        notice_id=bus.notice_id,
    )
    await bus.hears(told)
    assert await bus.task.take_due() == 0
    assert await bus.said() == ["panel.received"]


async def test_a_notice_of_another_or_of_nobody_is_unknown_alike(bus: ByBus) -> None:
    theirs = (await notices(bus.store, CASE))["ofsted"].notice_id
    refused = [
        await bus.arrives(RECEIVED, notice=uuid4()),
        await bus.arrives(RECEIVED, notice=theirs),
        await bus.arrives(RECEIVED, organisation="police-merseyside"),
    ]
    await bus.task.take_due()
    assert await bus.answers() == dict.fromkeys(refused, "unknown_notice")
    assert await bus.said() == []


async def test_while_intake_is_away_it_waits_and_holds_up_no_other_notice(bus: ByBus) -> None:
    waiting = await bus.arrives(RECEIVED)
    bus.kept.away = True
    assert await bus.task.take_due() == 0
    bus.kept.away = False
    other = await bus.arrives(RECEIVED, notice=uuid4())
    assert await bus.task.take_due() == 1, "the first waits until its time"
    assert await bus.answers() == {other: "unknown_notice"}
    bus.clock.move(timedelta(minutes=6))
    assert await bus.task.take_due() == 1
    assert (await bus.answers())[waiting] == "accepted"


async def test_two_processes_answer_one_reply_once(bus: ByBus) -> None:
    submission_id = await bus.arrives(RECEIVED)
    async with bus.store.transaction(uuid4(), "another process") as tx:
        await tx.fetch("select 1 from arrival where submission_id = $1 for update", submission_id)
        await bus.task.take_due()
    assert await bus.answers() == {}
    await bus.task.take_due()
    assert await bus.answers() == {submission_id: "accepted"}
