"""Postgres, or a connection to it, is killed while reports come in."""

import asyncio
import os
import signal
import time
from pathlib import Path
from random import Random
from uuid import uuid4

import asyncpg
import pytest

from shared.contracts.catalogue import REPORT_SUBMITTED
from tests.contracts.sample_report import sample_body
from tests.faults.under_load import SEED, kill_postgres, new_work, nothing_lost, vigil
from tests.soak.scene import Scene, beside
from tests.support.waiting import eventually

MINUTES = 10
BETWEEN_KILLS = (5.0, 40.0)

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]


async def test_a_postgres_killed_again_and_again_loses_nothing_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    random, back = Random(SEED), []
    async with vigil(tmp_path, doors=("http", "bus")) as scene:
        async with beside(scene.load.run()):
            await new_work(scene, "postgres")
            end = time.monotonic() + MINUTES * 60
            while time.monotonic() < end:
                await kill_postgres(scene)
                await scene.world.restart_postgres()
                back.append(await new_work(scene, "postgres"))
                await asyncio.sleep(random.uniform(*BETWEEN_KILLS))
        judged, drain = await nothing_lost(scene)
        counts, ended = scene.load.ledger.counts, list(scene.world.ended_unasked)
    print(
        f"F40: {len(back)} cycles in {MINUTES} min, acknowledged {counts['reports acknowledged']}, "
        f"lost {judged.found.lost}, doubled {judged.found.doubled}, back after p50 "
        f"{sorted(back)[len(back) // 2]:.1f} s max {max(back):.1f} s, drain {drain:.1f} s, "
        f"{judged.found.topics.duplicates} duplicates on topics"
    )
    assert ended == [], "a running service waits for its store"


async def test_one_killed_backend_is_a_short_burst_of_errors_and_no_loss(tmp_path: Path) -> None:
    async with vigil(tmp_path, rate=6.0) as scene:
        async with beside(scene.load.run()):
            await new_work(scene, "intake")
            connection = await scene.world.connect("intake")
            backend = await connection.fetchval(
                "select pid from pg_stat_activity where usename = 'intake_app' limit 1"
            )
            await connection.close()
            began = time.monotonic()
            os.kill(backend, signal.SIGKILL)
            await new_work(scene, "intake")
            back = time.monotonic() - began
            await asyncio.sleep(5)
        judged, drain = await nothing_lost(scene)
        trouble, last = dict(scene.load.signed.trouble), scene.load.signed.last_trouble
        ended = list(scene.world.ended_unasked)
    burst = max(0.0, last - began)
    print(
        f"F41: error burst {burst:.1f} s ({trouble or 'no errors'}), accepting again after "
        f"{back:.1f} s, lost {judged.found.lost}, drain {drain:.1f} s"
    )
    assert burst < 30
    assert "500" not in trouble
    assert ended == []


async def test_without_a_free_connection_intake_says_when_to_come_back_and_consumers_wait(
    tmp_path: Path,
) -> None:
    async with vigil(tmp_path, doors=("http", "bus")) as scene:
        async with beside(scene.load.run()):
            await new_work(scene, "postgres")
            held = await _every_connection(scene)
            await eventually(lambda: _says_later(scene), "intake answers 503", within=60)
            consumed = scene.observer.progress("kafka")
            running = {name: child.pid for name, child in scene.world.services.items()}
            await asyncio.sleep(10)
            assert scene.observer.progress("kafka") == consumed, "consumers wait"
            for connection in held:
                connection.terminate()
            began = time.monotonic()
            await new_work(scene, "intake")
            back = time.monotonic() - began
        judged, drain = await nothing_lost(scene)
        same = {name: child.pid for name, child in scene.world.services.items()} == running
    print(
        f"F43: {len(held)} connections held, accepting again {back:.1f} s after they were free, "
        f"lost {judged.found.lost}, drain {drain:.1f} s"
    )
    assert same, "nobody crashed and came back"


async def _every_connection(scene: Scene) -> list[asyncpg.Connection]:
    """Takes what is left, sends the services' own away, and takes their places too."""
    held = []
    while True:
        try:
            held.append(await scene.world.connect("postgres"))
        except asyncpg.TooManyConnectionsError:
            services_left = await held[0].fetchval(
                """select count(pg_terminate_backend(pid)) from pg_stat_activity
                   where usename like '%\\_app'"""
            )
            if not services_left:
                return held


async def _says_later(scene: Scene) -> bool:
    """One report, sent once."""
    headers = scene.world.systems.bearer("police-records", "police-merseyside", "intake")
    answer = await scene.load.client.post(
        f"{scene.world.url('intake')}/v1/reports",
        headers=headers | {"Content-Type": "application/cloudevents+json"},
        timeout=30,
        json={
            "specversion": "1.0",
            "id": str(uuid4()),
            "source": "/org/police-merseyside/police-records",
            "type": REPORT_SUBMITTED,
            "data": sample_body(),
        },
    )
    return answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
