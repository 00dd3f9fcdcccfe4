"""An operator at a service's command line: the command in a thread, over a store of its own."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import structlog
import typer
from typer.testing import CliRunner

from shared.messaging.node import Node
from shared.messaging.registry import Registry
from shared.messaging.store import Store, open_pool
from shared.operator_commands import consumers, parked, quarantine, replay, trace_rows
from shared.sealing.envelope import Keyring
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.support.bus import access
from tests.support.local_stack import Infrastructure

PERSON = ("--name", "A. Operator (invented)", "--reason", "known cause, mended")


@dataclass(frozen=True)
class Told:
    """What the command printed."""

    exit_code: int
    said: str
    complained: str

    @property
    def answer(self) -> Any:
        return json.loads(self.said)


class Operator:
    """Commands of one service over the database that `store` stands on."""

    def __init__(self, infrastructure: Infrastructure, store: Store, registry: Registry) -> None:
        self.infrastructure = infrastructure
        self.store = store
        self.registry = registry
        self.port = 1

    async def __call__(self, *arguments: object) -> Told:
        database = await self.store.pool.fetchval("select current_database()")

        async def open_node() -> Node:
            return await self._node(database)

        app = typer.Typer(rich_markup_mode=None)
        for family in (quarantine, parked, replay, trace_rows):
            family.add_to(app, open_node)
        consumers.add_to(app, open_node, lambda: self.port)
        logged = structlog.get_config() if structlog.is_configured() else None
        result = await asyncio.to_thread(CliRunner().invoke, app, [str(a) for a in arguments])
        # The command logs to a standard error that ends with it.
        structlog.configure(**logged) if logged else structlog.reset_defaults()
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Told(result.exit_code, result.stdout, result.stderr)

    async def _node(self, database: str) -> Node:
        service = self.store.service
        pool = await open_pool(
            host=self.infrastructure.postgres_host,
            port=self.infrastructure.postgres_port,
            database=database,
            user=f"{service}_app",
            password=self.infrastructure.database_password(service),
            size=3,
        )
        store = Store(pool, service, Keyring(b"k" * 32, kek_id="test"))
        return Node(
            store,
            access(self.infrastructure, service),
            self.registry,
            Tracing(service, None),
            Metrics(),
            publishes=service != "reporting",
            compares=False,
        )
