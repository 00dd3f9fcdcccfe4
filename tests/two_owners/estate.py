"""Four real stores side by side, told of each other's events in the order that a test wants."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI

from services.intake import case_store
from services.intake.assess import publish_assessment
from services.intake.desk import Desk
from services.intake.enter_stage import enter_merged, enter_stage
from services.intake.handlers import registry as intake_registry
from services.intake.http import routes as intake_routes
from services.panel_notification.channels.channel import Answer, Letter
from services.panel_notification.handlers import registry as panel_registry
from services.panel_notification.http import routes as panel_routes
from services.panel_notification.notice import Notice, Outcome
from services.panel_notification.notice_store import notices_of
from services.panel_notification.reply_http import reply_routes
from services.panel_notification.settlement_store import NotForAPerson, arrived, send_again
from services.rapid_review_timer.handlers import registry as timer_registry
from services.rapid_review_timer.review_desk import Desk as ReviewDesk
from services.rapid_review_timer.review_http import review_routes
from services.rapid_review_timer.watcher import Watcher
from services.reporting.handlers import registry as reporting_registry
from services.reporting.journey import Journey
from services.reporting.journey_store import StoredCases
from shared.contracts.catalogue import FOLLOWS, SERVICES
from shared.contracts.envelope import case_stream
from shared.contracts.intake_events import IncidentLinked
from shared.contracts.wire import Record
from shared.messaging.clock import SetClock
from shared.messaging.outbox import emit
from shared.messaging.receiving import Receiver
from shared.messaging.store import Store
from shared.reference.systems import SystemRegistry
from shared.sealing.blind_index import BlindIndex
from shared.sealing.ingress import IngressKeys, new_private_key
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from shared.web.problem import install_problem_handlers
from tests.services.panel_notification.told import living_sender, sender_of
from tests.support.systems import Systems
from tests.two_owners.callers import INTAKE, PANEL, REPORTING, TIMER, Callers

REGISTRIES = dict(
    zip(
        SERVICES,
        (intake_registry, timer_registry, panel_registry, reporting_registry),
        strict=True,
    )
)


class Postbox:
    """A channel that takes every letter, or waits with one until the test lets it go."""

    name = "smtp"
    looks_up = False

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.answers: list[Answer] = []
        self.in_hand = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def send(self, letter: Letter) -> Answer:
        self.in_hand.set()
        await self.go_on.wait()
        self.letters.append(letter)
        taken = Answer(Outcome.ACCEPTED, "250", delivered=True)
        return self.answers.pop(0) if self.answers else taken

    async def look_up(self, letter: Letter) -> Answer:
        return Answer(Outcome.UNKNOWN, "not_looked_up")


@dataclass
class Estate(Callers):
    """Nothing is heard until a test says who hears whom."""

    desk: Desk
    postbox: Postbox = field(default_factory=Postbox)
    heard: dict[tuple[str, str], int] = field(default_factory=dict)
    receivers: dict[tuple[str, str], Receiver] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for follower in SERVICES:
            tracing, metrics = Tracing(follower, None), Metrics()
            for source in FOLLOWS[follower]:
                self.receivers[follower, source] = Receiver(
                    source, self.stores[follower], REGISTRIES[follower], tracing, metrics
                )

    async def hears(self, follower: str, *sources: str) -> int:
        """Delivers to `follower` what these sources have published since, in their order."""
        delivered = 0
        for source in sources or FOLLOWS[follower]:
            key = follower, source
            async with self.stores[source].reading() as connection:
                rows = await connection.fetch(
                    """select position, topic, key, headers, payload from outbox
                       where sequence is not null and position > $1 order by position""",
                    self.heard.get(key, 0),
                )
            for row in rows:
                headers = [(name, value.encode()) for name, value in row["headers"].items()]
                position = row["position"]
                await self.receivers[key].consume(
                    Record(row["topic"], 0, position, row["key"].encode(), headers, row["payload"])
                )
                self.heard[key] = position
            delivered += len(rows)
        return delivered

    async def everybody_hears(self, *among: str) -> None:
        """Until nobody has anything new; then nothing may be parked or stopped anywhere."""
        while any([await self.hears(service) for service in among or SERVICES]):
            continue
        for service in among or SERVICES:
            waits = await self.rows(
                service,
                """select stream from parked union all
                   select stream from quarantine where status = 'open' and stream is not null""",
            )
            assert waits == [], f"{service} has applied everything"

    async def link_all_the_same(self, survivor: UUID, loser: UUID) -> None:
        """A link that the command would refuse, as another version or a repair may bring it."""
        async with self.stores[INTAKE].transaction(uuid4(), "test") as tx:
            groups = await case_store.lock_groups(tx, [survivor, loser])
            await enter_merged(tx, loser, groups[loser].asked["cycle"])
            linked = IncidentLinked(survivor=survivor, reason="same_incident")
            await emit(tx, linked, case_stream(loser), happened_at=tx.now)
            await case_store.set_survivor(tx, loser, survivor)
            await publish_assessment(tx, survivor)
            await enter_stage(tx, survivor)

    async def send_due(self) -> None:
        """The sender's rounds until nothing is due."""
        sender = sender_of(self.stores[PANEL], self.postbox)
        async with living_sender(self.stores[PANEL]) as (connection, number):
            while await sender.send_due(connection, number):
                continue

    async def notices(self, case_id: UUID) -> dict[str, Notice]:
        async with self.stores[PANEL].reading() as connection:
            return {each.recipient: each for each in await notices_of(connection, [case_id])}

    async def settle_by_hand(self, notice_id: UUID, how: str) -> bool:
        """A person sends a notice again, or notes that it arrived; False if that is not theirs."""
        name, reason = "A. Operator (invented)", "Invented reason."
        try:
            async with self.stores[PANEL].transaction(uuid4(), name) as tx:
                if how == "arrived":
                    by = {"reference": "BY-PHONE-1", "name": name, "reason": reason}
                    await arrived(tx, notice_id, **by)
                else:
                    await send_again(tx, notice_id, name=name, reason=reason)
        except NotForAPerson:
            return False
        return True

    async def fire_due(self) -> None:
        watcher = Watcher(self.stores[TIMER], Tracing(TIMER, None), Metrics())
        while await watcher.sweep():
            continue

    async def journey(self, case_id: UUID) -> Journey:
        """What people read, after everybody has heard everything."""
        await self.everybody_hears()
        found = await StoredCases(self.stores[REPORTING]).journey(case_id)
        assert found is not None
        return found

    def move(self, **by: float) -> None:
        self.clock.move(timedelta(**by))


def new_estate(stores: dict[str, Store], clock: SetClock, directory: Path) -> Estate:
    systems = Systems(directory)
    registry = SystemRegistry(systems.file)
    desk = Desk(
        store=stores[INTAKE],
        tracing=Tracing(INTAKE, None),
        metrics=Metrics(),
        registry=registry,
        blind_index=BlindIndex(b"i" * 32),
        ingress_keys=IngressKeys([new_private_key("intake-1")]),
        fingerprint_key=hashlib.sha256(b"test").digest(),
    )
    intake, panel, timer = FastAPI(), FastAPI(), FastAPI()
    for app in (intake, panel, timer):
        install_problem_handlers(app)
    intake.include_router(intake_routes(desk))
    panel.include_router(panel_routes(stores[PANEL], registry, Tracing(PANEL, None)))
    panel.include_router(reply_routes(stores[PANEL], registry, Tracing(PANEL, None), b"p" * 32))
    review_desk = ReviewDesk(stores[TIMER], Tracing(TIMER, None), b"t" * 32)
    timer.include_router(review_routes(review_desk, registry))
    return Estate(
        stores=stores,
        clock=clock,
        systems=systems,
        intake=_client(intake),
        panel=_client(panel),
        timer=_client(timer),
        desk=desk,
    )


def _client(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service")
