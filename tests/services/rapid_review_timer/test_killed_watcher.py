import asyncio
import os
import signal
import sys

import pytest

from services.rapid_review_timer.handlers import SERVICE
from shared.contracts.deadline_events import ReviewDue
from shared.contracts.event_codes import DueKind
from tests.services.rapid_review_timer.case_told import CaseTold
from tests.services.rapid_review_timer.conftest import Timer
from tests.services.rapid_review_timer.sample_cases import AWARE
from tests.support.local_stack import Infrastructure

BATCH = 3
"""Of ten deadlines in five cases: what is killed has others before it and behind it."""


async def run_watcher(infrastructure: Infrastructure, database: str, crash: str = "") -> int:
    """Runs one until nothing is due any more, or until it is killed; its exit code."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.services.rapid_review_timer.watcher_process",
        str(infrastructure.postgres_port),
        database,
        str(BATCH),
        env={
            "PATH": os.environ["PATH"],
            "VIGIL_TEST_PASSWORD": infrastructure.database_password(SERVICE),
            "VIGIL_CRASH": crash,
        },
    )
    return await asyncio.wait_for(process.wait(), 60)


@pytest.mark.parametrize("passed", ["", ":2"], ids=["first batch", "second batch"])
@pytest.mark.parametrize("point", ["watcher.claimed", "watcher.written", "watcher.committed"])
async def test_a_watcher_killed_anywhere_leaves_every_deadline_fired_once(
    infrastructure: Infrastructure, timer: Timer, point: str, passed: str
) -> None:
    for _ in range(5):
        case = CaseTold()
        case.reported(AWARE)
        case.assessed(AWARE, AWARE)
        await timer.hears(*case.facts)
    (row,) = await timer.rows("select current_database() as name")
    assert await run_watcher(infrastructure, row["name"], crash=point + passed) == -signal.SIGKILL
    assert await run_watcher(infrastructure, row["name"]) == 0
    heard = [said for said in await timer.said() if isinstance(said, ReviewDue)]
    running = await timer.rows("select deadline_id from deadline where state = 'running'")
    assert sorted(due.deadline_id for due in heard) == sorted(row["deadline_id"] for row in running)
    assert {due.kind for due in heard} == {DueKind.OVERDUE}
    assert len(await timer.rows("select 1 from firing")) == len(heard) == 10
