"""Carrying faults out on a world, and taking them back; by process id, nothing by name."""

import asyncio
import os
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.soak.observer import AWAY, Observer
from tests.soak.offsets import move_back
from tests.soak.schedule import Fault
from tests.soak.world import World

RECOVERY_SECONDS = 90.0
SETTLING_SECONDS = 30.0
"""After a fault a broker or a service that starts again is given so long before anything is counted
against those who stand on it."""
STOP_SECONDS = 20.0
_BACKEND = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = $1 and usename = $2 and pid <> pg_backend_pid() order by random() limit 1
"""


@dataclass
class Faults:
    """`recoveries`: by kind, seconds from a fault taken back to new work; `never_recovered`: those
    after which no new work was seen, long enough after any other fault that could be why;
    `not_reached`: crash points that nobody came by; `stop_seconds`: how long ends asked for took;
    by target `in_hand`, the faults under way, and `over_at`, the monotonic end of the last.
    """

    world: World
    observer: Observer
    say: Callable[[str], None]
    done: list[Fault] = field(default_factory=list)
    recoveries: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    never_recovered: list[str] = field(default_factory=list)
    not_reached: int = 0
    stop_seconds: list[float] = field(default_factory=list)
    in_hand: Counter[str] = field(default_factory=Counter)
    over_at: dict[str, float] = field(default_factory=dict)
    _locks: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    _measuring: set["asyncio.Task[None]"] = field(default_factory=set)

    async def run(self, schedule: Sequence[Fault], began: float) -> None:
        """Each at its time; two on one target one after the other. Returns when all are over."""
        async with asyncio.TaskGroup() as tasks:
            for fault in schedule:
                await asyncio.sleep(max(0.0, began + fault.at - time.monotonic()))
                tasks.create_task(self._one(fault))
        await asyncio.gather(*self._measuring)

    async def _one(self, fault: Fault) -> None:
        async with self._locks[fault.target]:
            self.say(f"fault {fault}")
            self.in_hand[fault.target] += 1
            try:
                await getattr(self, fault.kind)(fault)
            finally:
                self.in_hand[fault.target] -= 1
                self.over_at[fault.target] = time.monotonic()
            self.done.append(fault)
            task = asyncio.create_task(self._measure(fault))
            self._measuring.add(task)
            task.add_done_callback(self._measuring.discard)

    async def _measure(self, fault: Fault) -> None:
        seconds = await self.observer.recovery(
            fault.target,
            RECOVERY_SECONDS,
            lambda: self.undisturbed(fault.target, time.monotonic()),
        )
        if seconds is None:
            self.never_recovered.append(str(fault))
            self.say(f"NO NEW WORK after {fault}")
        else:
            self.recoveries[fault.kind].append(seconds)

    def undisturbed(self, target: str, now: float) -> bool:
        """Whether nothing that it stands on is, or was until just now, in the hands of a fault:
        itself, store and broker, and intake, where all work begins."""
        return all(
            not self.in_hand[each] and self.over_at.get(each, 0.0) < now - SETTLING_SECONDS
            for each in (target, "intake", "kafka", "postgres")
        )

    async def kill(self, fault: Fault) -> None:
        await self._end(fault.target, signal.SIGKILL)
        await asyncio.sleep(fault.lasts)
        await self.world.start_service(fault.target)

    async def terminate(self, fault: Fault) -> None:
        began = time.monotonic()
        await self._end(fault.target, signal.SIGTERM)
        self.stop_seconds.append(time.monotonic() - began)
        await asyncio.sleep(fault.lasts)
        await self.world.start_service(fault.target)

    async def freeze(self, fault: Fault) -> None:
        child = self.world.services[fault.target]
        if child.running:
            os.kill(child.pid, signal.SIGSTOP)
            await asyncio.sleep(fault.lasts)
            os.kill(child.pid, signal.SIGCONT)

    async def kill_kafka(self, fault: Fault) -> None:
        child = self.world.infrastructure.kafka
        os.kill(child.pid, signal.SIGKILL)
        await self.world.gone(child, STOP_SECONDS)
        await asyncio.sleep(fault.lasts)
        await self.world.restart_kafka()

    async def kill_postgres(self, fault: Fault) -> None:
        child = self.world.infrastructure.postgres
        os.kill(child.pid, signal.SIGKILL)
        await self.world.gone(child, STOP_SECONDS)
        await asyncio.sleep(fault.lasts)
        await self.world.restart_postgres()

    async def kill_backend(self, fault: Fault) -> None:
        try:
            connection = await self.world.connect(fault.target)
            await connection.fetch(_BACKEND, fault.target, f"{fault.target}_app")
            await connection.close(timeout=2)
        except AWAY as error:
            self.say(f"no backend was ended ({type(error).__name__}): the store is away")

    async def crash_point(self, fault: Fault) -> None:
        """Started anew with the point set; killed where it stands if it does not come by."""
        await self._end(fault.target, signal.SIGKILL)
        await self.world.start_service(fault.target, crash=fault.detail)
        child = self.world.services[fault.target]
        if not await self.world.gone(child, fault.lasts):
            self.not_reached += 1
            await self._end(fault.target, signal.SIGKILL)
        await self.world.start_service(fault.target)

    async def replay_offsets(self, fault: Fault) -> None:
        """Its groups go back some records of every partition while it is stopped."""
        await self._end(fault.target, signal.SIGTERM)
        moved = await move_back(self.world, fault.target, int(fault.detail))
        self.say(f"{fault.target} is given {moved} records again")
        await asyncio.sleep(fault.lasts)
        await self.world.start_service(fault.target)

    async def _end(self, service: str, how: signal.Signals) -> None:
        self.world.wanted.discard(service)
        child = self.world.services[service]
        if child.running:
            os.kill(child.pid, how)
        if not await self.world.gone(child, STOP_SECONDS):
            os.kill(child.pid, signal.SIGKILL)
            await self.world.gone(child, STOP_SECONDS)
