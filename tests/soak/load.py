"""Open-loop load: reports come in at their rate, whatever has become of those before."""

import asyncio
import time
from dataclasses import dataclass, field

import httpx

from shared.contracts.catalogue import REPORT_SUBMITTED
from shared.messaging.security import KafkaAccess
from shared.sealing.ingress import IngressKeys
from tests.soak.authority import Authority
from tests.soak.bus_senders import BusSender
from tests.soak.ledger import Ledger
from tests.soak.reports import SYSTEM_OF, Happening, Reporters, Sent
from tests.soak.signed import Signed, Unanswered
from tests.soak.world import World

PATIENCE_SECONDS = 900.0
ANSWER_SECONDS = 900.0


@dataclass
class Load:
    """`unexpected`: answers that no sender should get, by what they were about."""

    world: World
    ledger: Ledger
    reporters: Reporters
    rate: float
    client: httpx.AsyncClient
    signed: Signed = field(init=False)
    buses: dict[str, BusSender] = field(init=False)
    authority: Authority = field(init=False)
    under_way: set["asyncio.Task[None]"] = field(default_factory=set)
    unexpected: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.signed = Signed(self.client, self.world.systems, PATIENCE_SECONDS)
        (public_key,) = IngressKeys([self.world.private_key]).public()
        self.buses = {
            system: BusSender(system, self._access(system), public_key, self.ledger)
            for system in SYSTEM_OF.values()
        }
        self.authority = Authority(self.world, self.signed, self.ledger)

    def _access(self, system: str) -> KafkaAccess:
        infrastructure = self.world.infrastructure
        password = infrastructure.kafka_password(system)
        return KafkaAccess(infrastructure.kafka_bootstrap, system, password)

    async def run(self) -> None:
        """Starts happenings until it is cancelled; those started may go on after."""
        due = time.monotonic()
        while True:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            happening = self.reporters.next()
            task = asyncio.create_task(self._happens(happening))
            self.under_way.add(task)
            task.add_done_callback(self._over)
            due += len(happening.reports) / self.rate

    def _over(self, task: "asyncio.Task[None]") -> None:
        """A sender that fails by itself is a fault of the harness, and is not left unsaid."""
        self.under_way.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self.unexpected.append(f"a sender ended by {type(error).__name__}")

    async def _happens(self, happening: Happening) -> None:
        if happening.in_turn:
            answered = [await self._report(one) for one in happening.reports]
        else:
            answered = await asyncio.gather(*(self._report(one) for one in happening.reports))
        if happening.decides and all(answered):
            await self.authority.deals_with(happening)

    async def _report(self, report: Sent) -> bool:
        """Whether it was answered in the sender's patience."""
        self.ledger.intend(report)
        try:
            if report.door == "http":
                await self._by_http(report)
            else:
                async with asyncio.timeout(ANSWER_SECONDS):
                    answered = await self.buses[report.system].send(report)
                    await answered.wait()
        except (Unanswered, TimeoutError):
            self.ledger.give_up(report)
            return False
        return True

    async def _by_http(self, report: Sent) -> None:
        response = await self.signed.ask(
            "POST",
            f"{self.world.url('intake')}/v1/reports",
            report.system,
            report.organisation,
            "intake",
            headers={"Content-Type": "application/cloudevents+json"},
            json={
                "specversion": "1.0",
                "id": str(report.id),
                "source": f"/org/{report.organisation}/{report.system}",
                "type": REPORT_SUBMITTED,
                "data": report.content,
            },
        )
        if response.status_code == 202:
            said = response.json()
            self.ledger.acknowledge(
                report, said["receipt_id"], said["content_sha256"], said["report_id"]
            )
            expected = report.sort in {"report", "repeat"}
        else:
            reason = response.json()["type"].rpartition(":")[2]
            self.ledger.refuse(report, reason)
            expected = (report.sort, response.status_code) in {
                ("reused_id", 409),
                ("malformed", 422),
            }
        if not expected:
            self.unexpected.append(f"{report.sort} by http: {response.status_code}")

    @property
    def open_on_the_bus(self) -> int:
        return sum(len(waiting) for bus in self.buses.values() for waiting in bus.open.values())

    async def close(self) -> None:
        for task in list(self.under_way):
            task.cancel()
        await asyncio.gather(*self.under_way, return_exceptions=True)
        for bus in self.buses.values():
            await bus.close()
