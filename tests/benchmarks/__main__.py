"""`python -m tests.benchmarks`: every figure beside its bare operation, from the same run."""

import asyncio
import os
import platform
import sys
import tempfile
from itertools import count
from pathlib import Path

from shared.contracts.intake_events import IncidentReported
from tests.benchmarks import accepting, applying, calendar_revision, end_to_end, relaying
from tests.benchmarks.measuring import Line, show
from tests.benchmarks.world import desk_over, opened
from tests.support.bus import access
from tests.support.local_stack import Infrastructure
from tests.support.own_infrastructure import own_infrastructure_in
from tests.support.service_processes import ServiceProcesses

PER_SECOND = int(os.environ.get("REPORTS_A_SECOND", "20"))
SECONDS = 30


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="vigil-bench-") as place:
        directory = Path(place)
        with own_infrastructure_in(directory / "infrastructure", durable=True) as infrastructure:
            lines = asyncio.run(_measured(infrastructure, directory))
    sys.stdout.write(f"{os.cpu_count()} cores, Python {platform.python_version()}, ")
    sys.stdout.write("one durable Postgres 18 and one Kafka broker on the same machine\n\n")
    sys.stdout.write(show(lines) + "\n")


async def _measured(infrastructure: Infrastructure, directory: Path) -> list[Line]:
    numbers = count()
    processes = ServiceProcesses(infrastructure, directory)
    clocks = await calendar_revision.measure(infrastructure, moved=20_000)
    lines = await end_to_end.measure(processes, PER_SECOND, SECONDS)
    async with opened(infrastructure, "intake") as intake:
        desk = desk_over(intake, directory)
        lines += [await accepting.measure(desk, at_once, numbers) for at_once in (1, 8)]
        lines.append(await relaying.measure(intake, access(infrastructure, "intake")))
        payload = await intake.pool.fetchval(
            "select payload from outbox where topic = 'incident.reported' limit 1"
        )
    like = IncidentReported.model_validate_json(payload)
    async with opened(infrastructure, "rapid_review_timer") as timer:
        offsets = count(1_000_000)
        lines += [await applying.measure(timer, like, at_once, offsets) for at_once in (1, 8)]
    return lines + clocks


if __name__ == "__main__":
    main()
