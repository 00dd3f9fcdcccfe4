"""Nodes on a broker of their own, whose topics a test may cut, delete or flood."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
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
from tests.conftest import as_runtime_role
from tests.shared.messaging.recording import stage
from tests.support.bus import running_node
from tests.support.local_stack import Infrastructure


@dataclass
class Effects:
    """What a follower did, by case, in the order in which it did it."""

    of_case: dict[UUID, list[int]] = field(default_factory=dict)
    registry: Registry = field(default_factory=lambda: Registry("reporting"))

    def __post_init__(self) -> None:
        self.registry.on(CaseStageEntered)(self.keep)

    async def keep(self, event: Event[Payload], tx: Tx) -> None:
        if not isinstance(event.data, CaseStageEntered):
            raise CannotBeApplied("other_event")
        self.of_case.setdefault(event.case_id, []).append(event.data.revision)

    @property
    def total(self) -> int:
        return sum(map(len, self.of_case.values()))


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
