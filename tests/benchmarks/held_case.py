"""`python -m tests.benchmarks.held_case MINUTES`: one case stopped while all others go on.

The same load before and while a poisonous event stops a case in reporting: the delay of every other
case beside what it was. Then one command releases it, and all that waited behind it follows.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID, uuid4

from shared.contracts.envelope import case_stream
from shared.messaging.outbox import emit
from shared.messaging.store import Store
from tests.benchmarks.end_to_end import four_services, line, reports
from tests.benchmarks.measuring import Line, show
from tests.benchmarks.world import opened
from tests.shared.messaging.recording import stage
from tests.support.own_infrastructure import own_infrastructure_in
from tests.support.service_processes import ServiceProcesses
from tests.support.waiting import eventually

PER_SECOND, SECONDS_BEFORE, SLICE_MINUTES = 20, 120, 15
BROKEN = b'{"cycle": 1, "stage": "Marker"}'
BEHIND = 30


async def held(processes: ServiceProcesses, minutes: int, directory: Path) -> list[Line]:
    infrastructure = processes.infrastructure
    async with (
        four_services(processes) as services,
        opened(infrastructure, "reporting") as reporting,
        opened(infrastructure, "intake") as intake,
    ):
        load = (processes, services["intake"], reporting, PER_SECOND)
        before = await reports(*load, SECONDS_BEFORE, 500_000)
        case_id = UUID(str(await intake.pool.fetchval("select case_id from incident_case limit 1")))
        await _poison(intake, case_id)
        stopped = await eventually(lambda: _stopped(reporting, case_id), "the case stopped")
        lines = [line(f"Others before, {SECONDS_BEFORE} s", before.to_journey, before.bare)]
        for begin in range(0, minutes, SLICE_MINUTES):
            end = min(begin + SLICE_MINUTES, minutes)
            first_number = 600_000 + 60 * PER_SECOND * begin
            held_now = await reports(*load, 60 * (end - begin), first_number)
            title = f"Others while it is held, minutes {begin} to {end}"
            lines.append(line(title, held_now.to_journey, held_now.bare))
            sys.stderr.write(f"{lines[-1].what}: {lines[-1].ours}\n")
        attention = await reporting.pool.fetchval(
            "select count(*) from parked where stream = $1", case_stream(case_id)
        )
        took = await _release(processes, reporting, UUID(str(stopped)), case_id, directory)
    sys.stdout.write(
        f"{attention} events waited behind it; one command released it, and all were applied "
        f"{took:.1f} s after it was given\n\n"
    )
    return lines


async def _poison(intake: Store, case_id: UUID) -> None:
    async with intake.transaction(uuid4(), "benchmark") as tx:
        stream = case_stream(case_id)
        poison = await emit(tx, stage(90), stream, happened_at=tx.now)
        await tx.flush()
        await tx.execute("update outbox set payload = $2 where event_id = $1", poison, BROKEN)
        for revision in range(91, 91 + BEHIND):
            await emit(tx, stage(revision), stream, happened_at=tx.now)


async def _stopped(reporting: Store, case_id: UUID) -> object:
    return await reporting.pool.fetchval(
        "select quarantine_id from quarantine where stream = $1 and status = 'open'",
        case_stream(case_id),
    )


async def _release(
    processes: ServiceProcesses, reporting: Store, stopped: UUID, case_id: UUID, directory: Path
) -> float:
    repaired = directory / "repaired.json"
    repaired.write_text(stage(90).model_dump_json())
    command = [sys.executable, "-m", "services.reporting", "quarantine", "release", str(stopped)]
    began = time.perf_counter()
    answer = await asyncio.to_thread(
        subprocess.run,
        [*command, "--repaired", str(repaired), "--name", "A. Operator", "--reason", "measured"],
        env=processes.environment_of("reporting"),
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise RuntimeError(json.dumps({"code": answer.returncode, "said": answer.stderr[-500:]}))

    async def nothing_waits() -> bool:
        left = "select count(*) from parked where stream = $1"
        return not await reporting.pool.fetchval(left, case_stream(case_id))

    await eventually(nothing_waits, "all behind it applied")
    return time.perf_counter() - began


def main(minutes: int) -> None:
    with tempfile.TemporaryDirectory(prefix="vigil-held-") as place:
        directory = Path(place)
        with own_infrastructure_in(directory / "infrastructure", durable=True) as infrastructure:
            processes = ServiceProcesses(infrastructure, directory)
            lines = asyncio.run(held(processes, minutes, directory))
    sys.stdout.write(show(lines) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
