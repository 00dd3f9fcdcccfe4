"""A sender killed before and after it wrote down that it tries."""

import asyncio
import json
import subprocess
import sys
from uuid import UUID, uuid4

import pytest

from deploy.local.children import child_environment
from shared.messaging.crash_points import CRASH_POINTS
from tests.boundaries.source import REPOSITORY
from tests.faults.crash.balance import balance, quiet
from tests.faults.crash.combinations import PANEL, Place
from tests.faults.crash.conftest import World
from tests.faults.crash.rounds import progress_of

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

BY_NAME = {point.name: point for point in CRASH_POINTS}
TRIED = Place(BY_NAME["notice.attempt_written"], PANEL)
WANTED = f"consumer.committed@{PANEL}.intake"


async def case_after_a_kill(world: World, setting: str) -> UUID:
    """A case whose notices are wanted while the sender dies there, and comes back to send them."""
    four, work = world.four, world.work
    await four.all_run({PANEL: setting})
    await quiet(four)
    report = uuid4()
    await work.report(report)
    case_id = await work.case_of(report)
    await quiet(four)
    four.arm(PANEL)
    returning = asyncio.create_task(four.restarted(PANEL, "", progress_of(TRIED)))
    await work.decide(case_id)
    await returning
    await quiet(four)
    found = await balance(four, work)
    assert found, found
    return case_id


async def states(world: World, case_id: UUID) -> list[tuple[str, int, int]]:
    """Of each notice of the case: its state, how often it was tried, how often it was mailed."""
    mailed = world.work.mailed()
    rows = await world.four.rows(
        PANEL, "select notice_id, state, attempts from notice where case_id = $1", case_id
    )
    return sorted((row["state"], row["attempts"], mailed[str(row["notice_id"])]) for row in rows)


async def test_killed_before_the_attempt_is_written_each_notice_is_sent_once(world: World) -> None:
    case_id = await case_after_a_kill(world, WANTED)
    assert await states(world, case_id) == [("accepted", 1, 1)] * 3


async def test_killed_after_it_a_notice_is_flagged_as_unknown_and_shown_to_a_person(
    world: World,
) -> None:
    case_id = await case_after_a_kill(world, TRIED.setting)
    assert await states(world, case_id) == [("accepted", 1, 1)] * 2 + [("outcome_unknown", 1, 0)]
    shown = await asyncio.to_thread(_notices_list, world)
    waiting = [row for row in shown if row["case_id"] == str(case_id)]
    assert [row["state"] for row in waiting] == ["outcome_unknown"]


def _notices_list(world: World) -> list[dict[str, object]]:
    """What the operator's command shows."""
    done = subprocess.run(
        [sys.executable, "-m", f"services.{PANEL}", "notices", "list"],
        cwd=REPOSITORY,
        env=child_environment(world.four.processes.environment_of(PANEL, 1)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-500:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
