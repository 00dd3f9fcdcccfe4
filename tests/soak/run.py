"""One run: a world under load and faults, then quiet, then everything is checked."""

import asyncio
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from shared.messaging import crash_points
from tests.soak.faults import Faults
from tests.soak.judged import JUDGE_SECONDS, NotJudged, judge
from tests.soak.load import Load
from tests.soak.observer import Observer
from tests.soak.quiet import until_quiet
from tests.soak.scene import Scene, beside, opened
from tests.soak.schedule import Fault, counted, schedule
from tests.soak.summary import summary

PROGRESS_SECONDS = 10.0
QUIET_SECONDS = 600.0
AROUND_SECONDS = 900.0
"""For start and end, and for faults that a slow machine takes back late."""
REPOSITORY = Path(__file__).parents[2]
Say = Callable[[str], None]

_PARTS = {
    "intake": ("consumer", "relay", "http"),
    "rapid_review_timer": ("consumer", "relay", "watcher"),
    "panel_notification": ("consumer", "relay", "notice", "http"),
    "reporting": ("consumer",),
}


def points_passed() -> dict[str, list[str]]:
    """By service, the crash points it comes by."""
    names = [point.name for point in crash_points.CRASH_POINTS]
    return {
        service: [name for name in names if name.partition(".")[0] in parts]
        for service, parts in _PARTS.items()
    }


def longest(seconds: float) -> float:
    """No run takes longer, counted in seconds; one that does hangs."""
    return 1.5 * seconds + QUIET_SECONDS + 2 * JUDGE_SECONDS + AROUND_SECONDS


async def soak(
    *, directory: Path, seconds: float, seed: int, rate: float, kinds: Sequence[str], say: Say
) -> bool:
    """Whether everything held. All it started has ended when it returns or raises."""
    faults_to_come = schedule(seed, seconds, points_passed(), kinds)
    _announce(faults_to_come, directory, seconds, seed, rate, say)
    async with opened(directory, seed=seed, rate=rate) as scene:
        say("every service is ready; load and faults begin")
        faults = Faults(scene.world, scene.observer, say)
        async with beside(_progress(scene.load, scene.observer, faults, say)):
            began = time.monotonic()
            async with beside(scene.load.run()):
                await faults.run(faults_to_come, began)
                await asyncio.sleep(max(0.0, began + seconds - time.monotonic()))
            say("load and faults are over; waiting until it is quiet")
            drain = await until_quiet(scene, QUIET_SECONDS, say)
        return await _told(scene, faults, drain, say)


async def _told(scene: Scene, faults: Faults, drain: float | None, say: Say) -> bool:
    try:
        judged = await judge(scene, say)
    except NotJudged as error:
        say(f"NOT JUDGED: {error}")
        return False
    for line in (*judged.lines(), *summary(judged.found, scene, faults, drain)):
        say(line)
    held = not judged.breaches and drain is not None and not faults.never_recovered
    say("everything held" if held else "SOMETHING DID NOT HOLD")
    return held


async def _progress(load: Load, observer: Observer, faults: Faults, say: Say) -> None:
    while True:
        await asyncio.sleep(PROGRESS_SECONDS)
        counts = load.ledger.counts
        waiting = sum(seen.waiting for seen in observer.seen.values())
        parked = sum(seen.parked for seen in observer.seen.values())
        say(
            f"sent {counts['intended']}, acknowledged {counts['reports acknowledged']}, "
            f"under way {len(load.under_way)}, decided and linked {counts['command done']}, "
            f"outboxes {waiting}, parked {parked}, faults {len(faults.done)}"
        )


def _announce(
    faults: Sequence[Fault], directory: Path, seconds: float, seed: int, rate: float, say: Say
) -> None:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    say(f"seed {seed}, commit {commit or 'unknown'}, {seconds:.0f} s at {rate:g} reports/s")
    say(f"logs and ledgers in {directory}")
    say(f"schedule: {counted(faults)}")
    for fault in faults:
        say(f"  {fault}")
