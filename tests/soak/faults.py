"""Carrying faults out on a world, and taking them back; by process id, nothing by name."""

import asyncio
import os
import signal
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.soak.observer import AWAY, Observer
from tests.soak.offsets import move_back
from tests.soak.schedule import Fault
from tests.soak.world import World

RECOVERY_SECONDS = 120.0
STOP_SECONDS = 20.0
_BACKEND = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = $1 and usename = $2 and pid <> pg_backend_pid() order by random() limit 1
"""


@dataclass
class Faults:
    """`recoveries`: by kind, seconds from a fault taken back to new work; `not_reached`: crash
    points that nobody came by; `slow_stops`: ends asked for that took longer than ten seconds."""

    world: World
    observer: Observer
    say: Callable[[str], None]
    done: list[Fault] = field(default_factory=list)
    recoveries: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    never_recovered: list[str] = field(default_factory=list)
    not_reached: int = 0
    stop_seconds: list[float] = field(default_factory=list)
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
            await getattr(self, fault.kind)(fault)
            self.done.append(fault)
            task = asyncio.create_task(self._measure(fault))
            self._measuring.add(task)
            task.add_done_callback(self._measuring.discard)

    async def _measure(self, fault: Fault) -> None:
        seconds = await self.observer.recovery(fault.target, RECOVERY_SECONDS)
        if seconds is None:
            self.never_recovered.append(str(fault))
        else:
            self.recoveries[fault.kind].append(seconds)

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
