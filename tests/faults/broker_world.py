"""Nodes on a broker of their own, whose topics a test may cut, delete, flood or widen."""

import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

from confluent_kafka.admin import AdminClient

from deploy.local.provision_kafka import administrator
from shared.contracts.envelope import case_stream
from shared.contracts.intake_events import CaseStageEntered
from shared.contracts.payload import Payload
from shared.messaging.node import Node
from shared.messaging.order import CannotBeApplied
from shared.messaging.outbox import emit
from shared.messaging.registry import Event, Registry
from shared.messaging.store import Store, Tx
from tests.conftest import SYSTEMS, as_runtime_role, run_migration
from tests.shared.messaging.recording import TOPIC, stage
from tests.support.bus import inside_record, producer_of, running_node
from tests.support.local_stack import Infrastructure, provision, start_infrastructure


@dataclass
class Effects:
    """What a follower did, by case, in the order in which it did it; `last_at` says when it did
    the last of each (monotonic seconds)."""

    service: str = "reporting"
    of_case: dict[UUID, list[int]] = field(default_factory=dict)
    last_at: dict[UUID, float] = field(default_factory=dict)
    total: int = 0
    registry: Registry = field(init=False)

    def __post_init__(self) -> None:
        self.registry = Registry(self.service)
        self.registry.on(CaseStageEntered)(self.keep)

    async def keep(self, event: Event[Payload], tx: Tx) -> None:
        if not isinstance(event.data, CaseStageEntered):
            raise CannotBeApplied("other_event")
        self.of_case.setdefault(event.case_id, []).append(event.data.revision)
        self.last_at[event.case_id] = time.monotonic()
        self.total += 1


@dataclass
class BrokerWorld:
    infrastructure: Infrastructure

    def admin(self) -> AdminClient:
        found = self.infrastructure
        return administrator(found.kafka_bootstrap, found.kafka_admin_password)

    async def store(self, service: str) -> Store:
        return await as_runtime_role(self.infrastructure, service, service, None)

    @asynccontextmanager
    async def running(self, service: str, registry: Registry | None = None) -> AsyncIterator[Node]:
        """A node over the service's one store, whose pool ends with it."""
        store, handlers = await self.store(service), registry or Registry(service)
        publishes = service != "reporting"
        async with running_node(self.infrastructure, store, handlers, publishes=publishes) as node:
            yield node

    async def tell(self, store: Store, cases: Sequence[UUID], revision: int) -> None:
        """One event of each case, in one transaction of intake."""
        async with store.transaction(uuid4(), "test") as tx:
            for case_id in cases:
                await emit(tx, stage(revision), case_stream(case_id), happened_at=tx.now)

    async def flood(self, cases: Sequence[UUID], numbers: Sequence[int]) -> None:
        """As intake's relay would write them, without its outbox."""
        async with producer_of(self.infrastructure, "intake") as producer:
            for number in numbers:
                sent = []
                for case_id in cases:
                    topic, key, headers, value = inside_record(
                        TOPIC, "intake", case_id, number, stage(number)
                    )
                    sent.append(await producer.send(topic, value, key=key, headers=headers))
                for future in sent:
                    await future


@contextmanager
def opened(directory: Path, *services: str) -> Iterator[BrokerWorld]:
    """A broker, and a store with tables for each of `services`."""
    infrastructure = start_infrastructure(directory / "infrastructure")
    try:
        provision(infrastructure, SYSTEMS)
        for service in services:
            run_migration(infrastructure, service)
        yield BrokerWorld(infrastructure)
    finally:
        infrastructure.stop()
