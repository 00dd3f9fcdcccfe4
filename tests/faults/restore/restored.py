"""Stores copied at rest, put back later, and what must hold after that."""

import asyncio
import itertools
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import asyncpg
import httpx

from deploy.local.provision_postgres import DATABASE_PASSWORD
from deploy.operate.estate import Estate as Looked
from deploy.operate.estate import StoreAddress
from deploy.operate.verify import verify
from shared.contracts.catalogue import (
    CHECKER,
    FOLLOWS,
    INGRESS_GROUP,
    SERVICES,
    ingress_topic,
    topics_of,
)
from shared.messaging.check_views import CHECKER as CHECKER_ROLE
from shared.messaging.topic_reader import topic_reader
from tests.conftest import REPOSITORY, SYSTEMS
from tests.faults.crash.balance import quiet
from tests.faults.crash.four_services import FourServices
from tests.faults.restore.work import RememberedWork
from tests.support.bus import access
from tests.support.waiting import eventually

STATE: dict[str, dict[str, str]] = {
    "intake": {
        "incident_case": "t::text",
        "report": "t.report_id::text || t.receipt_id || t.received_at",
        "decision": "t.case_id::text || t.cycle || t.decision",
        "statement": "t::text",
    },
    "rapid_review_timer": {
        "deadline": "t::text",
        "deadline_revision": "t::text",
        "firing": "t::text",
    },
    "panel_notification": {"notice": "t::text", "attempt": "t::text", "receipt": "t::text"},
    "reporting": {"case_seen": "t::text"},
}
EVERYWHERE = {
    "outbox": "t.event_id::text",
    "fact": "t::text",
    "inbox": "t.event_id::text || t.sequence || t.outcome",
    "quarantine": "t.event_id::text || t.status",
}
PERSON = ("--name", "A. Operator (invented)", "--reason", "the disk was lost")


@dataclass
class Estate:
    four: FourServices
    work: RememberedWork
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    async def start(self) -> None:
        for service in SERVICES:
            if service not in self.four.running:
                self.four.start(service)
        await asyncio.gather(*(service.ready() for service in self.four.running.values()))

    async def stop(self, services: Collection[str] = SERVICES) -> None:
        for service in services:
            running = self.four.running.pop(service, None)
            if running:
                await asyncio.to_thread(running.child.stop)

    async def at_rest(self) -> None:
        await quiet(self.four)

    async def copy(self, service: str) -> str:
        """The store as it is now. The service must be stopped."""
        name = f"{service}_copy_{next(self._numbers)}"
        await self._replace(name, service)
        return name

    async def put_back(self, service: str, copy: str) -> None:
        """The store as it was. The service must be stopped."""
        await self._replace(service, copy)

    async def _replace(self, name: str, template: str) -> None:
        service = name.partition("_copy_")[0]
        pool = self.four.pools.pop(service)
        await asyncio.wait_for(pool.close(), 10)
        admin = await self._admin()
        try:
            await admin.execute(f"drop database if exists {name} with (force)")
            await admin.execute(f"create database {name} template {template} owner {service}_owner")
            await admin.execute(f"revoke connect, temporary on database {name} from public")
            await admin.execute(
                f"grant connect on database {name} to {service}_app, {CHECKER_ROLE}"
            )
        finally:
            await admin.close()
        self.four.pools[service] = await self._pool(service)

    async def _admin(self) -> Any:
        return await asyncpg.connect(**self._server(), database="postgres")

    async def _pool(self, service: str) -> Any:
        return await asyncpg.create_pool(**self._server(), database=service, min_size=1, max_size=3)

    def _server(self) -> dict[str, Any]:
        infrastructure = self.four.infrastructure
        return {
            "host": infrastructure.postgres_host,
            "port": infrastructure.postgres_port,
            "user": infrastructure.superuser,
            "password": infrastructure.superuser_password,
        }

    async def reconcile(self, service: str, *arguments: str) -> dict[str, Any]:
        """What the operator's command answers."""
        result = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", f"services.{service}", "reconcile", "--json", *arguments],
            cwd=REPOSITORY,
            env={"PATH": "/usr/bin:/bin", **self.four.processes.environment_of(service)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert result.returncode == 0, f"{service}: {result.stderr[-2000:]}"
        answer: dict[str, Any] = json.loads(result.stdout)
        return answer

    async def is_shut(self, service: str) -> None:
        """It runs, says why it does nothing, and refuses what would change something."""
        running = self.four.start(service)

        async def said() -> bool:
            assert running.child.running, running.child.last_lines(30)
            try:
                async with httpx.AsyncClient() as client:
                    answer = await client.get(f"{running.url}/health/readiness", timeout=2)
            except httpx.HTTPError:
                return False
            return "store_behind" in answer.json()["codes"]

        await eventually(said, f"{service} says that its store is behind")
        async with httpx.AsyncClient() as client:
            refused = await client.post(f"{running.url}/v1/reports", json={})
        assert refused.status_code == 503
        assert refused.json()["type"] == "urn:vigil:problem:store_behind"

        async def named() -> bool:
            return "gate.conflict" in running.child.last_lines(200)

        await eventually(named, f"{service} names the conflicts in its log")

    async def breaches(self) -> list[str]:
        """What the checker finds, asked for everything at rest."""
        infrastructure = self.four.infrastructure
        password = (infrastructure.secrets / CHECKER_ROLE / DATABASE_PASSWORD).read_text()
        looked = Looked(
            kafka=access(infrastructure, CHECKER),
            stores={
                service: StoreAddress(infrastructure.postgres_port, service, password)
                for service in SERVICES
            },
            urls={service: running.url for service, running in self.four.running.items()},
            systems=SYSTEMS,
        )
        found = await verify(looked, strict=True)
        return [str(each) for each in found if not each.passed]

    async def state(self) -> dict[str, str]:
        """A digest of what each service holds to be true; not of how it came to know it."""
        return {
            f"{service}.{table}": str(
                await self.four.value(
                    service,
                    f"select count(*) || ' ' || coalesce(md5(string_agg({columns}, '|' "  # noqa: S608
                    f"order by {columns})), '') from {table} t",
                )
            )
            for service, tables in STATE.items()
            for table, columns in {**tables, **EVERYWHERE}.items()
        }

    async def replayed(self) -> None:
        """Each group has come to the ends again."""
        for service in SERVICES:
            for group in [*(f"{service}.{source}" for source in FOLLOWS[service]), INGRESS_GROUP]:
                if group.startswith(f"{service}."):
                    await eventually(
                        partial(self._at_the_end, service, group), f"{group} at the end", within=120
                    )

    async def _at_the_end(self, service: str, group: str) -> bool:
        async with topic_reader(access(self.four.infrastructure, service)) as reader:
            source = group.partition(".")[2]
            topics = topics_of(source) or [ingress_topic(system) for system in SYSTEMS]
            ends = await reader.ends(await reader.partitions(topics))
            committed = await reader.committed(group, list(ends))
        return all(committed.get(partition, 0) >= end for partition, end in ends.items())

    async def told(self) -> dict[str, Any]:
        """What everybody else has heard: cases, deadlines, firings, notices; and the mail."""
        deadlines = await self.four.rows(
            "rapid_review_timer",
            """select event_id, topic, convert_from(payload, 'UTF8')::jsonb - 'fired_at' as body
               from outbox where topic like 'deadline.%' or topic = 'review.due'""",
        )
        cases = await self.four.rows(
            "intake", "select distinct stream from outbox where topic = 'incident.reported'"
        )
        notices = await self.four.rows(
            "panel_notification",
            """select event_id from outbox
               where topic like 'notice.%' or topic = 'incident.notified'""",
        )
        return {
            "cases": sorted(row["stream"] for row in cases),
            "deadlines": sorted(str(row["event_id"]) for row in deadlines),
            "notices": sorted(str(row["event_id"]) for row in notices),
            "mail": self.work.mailed(),
        }


def doubled(mail: Counter[str]) -> list[str]:
    return [notice for notice, times in mail.items() if times > 1]
