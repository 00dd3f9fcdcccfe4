"""What the tests of killed brokers and stores have in common: a whole Vigil under load."""

import logging
import os
import signal
import time
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from tests.soak.judged import Judged, judge
from tests.soak.quiet import until_quiet
from tests.soak.scene import Scene, opened
from tests.support.waiting import eventually

SEED = 20
BACK_SECONDS = 600.0


def vigil(directory: Path, **wishes: object) -> AbstractAsyncContextManager[Scene]:
    """Three reports a second, by HTTP alone, unless `wishes` say otherwise; says its seed."""
    print(f"seed {SEED}")
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    wanted: dict[str, object] = {"seed": SEED, "rate": 3.0, "doors": ("http",), **wishes}
    return opened(directory / "world", **wanted)  # type: ignore[arg-type]


async def new_work(scene: Scene, target: str) -> float:
    """Seconds until `target` has done something new."""
    seconds = await scene.observer.recovery(target, BACK_SECONDS)
    assert seconds is not None, f"{target} does nothing new"
    return seconds


async def outboxes_empty(scene: Scene) -> float:
    """Seconds until nothing waits to be published, in any store."""
    began = time.monotonic()

    async def empty() -> bool:
        fresh = all(at > began for at in scene.observer.seen_at.values())
        return fresh and not any(seen.waiting for seen in scene.observer.seen.values())

    await eventually(empty, "every outbox is empty", within=BACK_SECONDS)
    return time.monotonic() - began


async def kill_kafka(scene: Scene) -> None:
    kafka = scene.world.infrastructure.kafka
    os.kill(kafka.pid, signal.SIGKILL)
    assert await scene.world.gone(kafka, 20)


async def kill_postgres(scene: Scene) -> None:
    postgres = scene.world.infrastructure.postgres
    os.kill(postgres.pid, signal.SIGKILL)
    assert await scene.world.gone(postgres, 20)


async def nothing_lost(scene: Scene) -> tuple[Judged, float]:
    """The verdict on a world to which nobody reports any more, and the seconds it took to rest."""
    drain = await until_quiet(scene, BACK_SECONDS, print)
    assert drain is not None
    judged = await judge(scene)
    assert judged.breaches == []
    return judged, drain
