"""The four services as processes on one infrastructure: they die where told, and return."""

import asyncio
import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from shared.contracts.catalogue import SERVICES
from tests.conftest import SYSTEMS
from tests.faults.crash.on_topics import OnTopics
from tests.services.panel_notification.mail_server import MailServer
from tests.support.local_stack import Infrastructure
from tests.support.service_processes import Service, ServiceProcesses
from tests.support.waiting import eventually

Progress = tuple[str, *tuple[object, ...]] | None


@dataclass
class FourServices:
    """`answered_at`: when a service last answered a request with success (monotonic seconds)."""

    infrastructure: Infrastructure
    processes: ServiceProcesses
    mail: MailServer
    pools: dict[str, Any] = field(default_factory=dict)
    running: dict[str, Service] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    answered_at: dict[str, float] = field(default_factory=dict)
    _when: dict[str, Path] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    async def open(self) -> None:
        self.processes.smtp_port = self.mail.port
        self.topics = OnTopics(self.infrastructure, SYSTEMS)
        await self.topics.open()
        for service in SERVICES:
            self.pools[service] = await asyncpg.create_pool(
                host=self.infrastructure.postgres_host,
                port=self.infrastructure.postgres_port,
                database=service,
                user=self.infrastructure.superuser,
                password=self.infrastructure.superuser_password,
                min_size=1,
                max_size=3,
            )

    async def close(self) -> None:
        for service in self.running.values():
            service.child.ask_to_stop()
        for service in self.running.values():
            await asyncio.to_thread(service.child.stop, asked=True)
        for pool in self.pools.values():
            await asyncio.wait_for(pool.close(), 10)
        await self.topics.close()

    def url(self, service: str) -> str:
        """Where it listens now: another port after each start."""
        return self.running[service].url

    def start(self, service: str, crash: str = "") -> Service:
        """With `crash` it dies there once `arm` says so."""
        when = self.processes.directory / f"die.{service}.{next(self._numbers)}"
        self.told[service], self._when[service] = crash, when
        self.running[service] = self.processes.start(service, crash=crash, when=when)
        return self.running[service]

    async def all_run(self, told: Mapping[str, str]) -> None:
        """Every service runs, and those that are named know where to die."""
        for service in SERVICES:
            crash = told.get(service, "")
            known = self.running.get(service)
            if known and known.child.running and crash in ("", self.told[service]):
                continue
            if known:
                await asyncio.to_thread(known.child.stop)
            self.start(service, crash)
        await asyncio.gather(*(service.ready() for service in self.running.values()))

    def arm(self, service: str) -> None:
        self._when[service].touch()

    async def rows(self, service: str, sql: str, *arguments: object) -> list[Any]:
        async with self.pools[service].acquire() as connection:
            return list(await connection.fetch(sql, *arguments))

    async def value(self, service: str, sql: str, *arguments: object) -> Any:
        async with self.pools[service].acquire() as connection:
            return await connection.fetchval(sql, *arguments)

    async def restarted(self, service: str, next_crash: str, progress: Progress) -> float:
        """Waits for its death, starts it again, and returns after how many seconds it had new work
        done. `progress`: a query of a number that grows with it, or None for answered requests."""
        await self.running[service].killed(within=90)
        before = await self._done(service, progress)
        began = time.monotonic()
        reborn = self.start(service, next_crash)

        async def moved() -> bool:
            assert reborn.child.running, f"{service} ended:\n{reborn.child.last_lines(30)}"
            return bool(await self._done(service, progress) > before)

        await eventually(moved, f"{service} does new work", within=90)
        return time.monotonic() - began

    async def _done(self, service: str, progress: Progress) -> float:
        if progress is None:
            return self.answered_at.get(service, 0.0)
        return float(await self.value(service, *progress))
