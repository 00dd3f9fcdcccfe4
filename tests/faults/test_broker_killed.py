"""Kafka is killed or stays away while reports come in: accepted all the same, delivered later."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.faults.under_load import kill_kafka, new_work, nothing_lost, outboxes_empty, vigil
from tests.soak.scene import beside
from tests.soak.world import World

BOUNCES = 5
AWAY_SECONDS = 60.0

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]


async def test_a_broker_killed_five_times_under_load_loses_nothing_that_was_acknowledged(
    tmp_path: Path,
) -> None:
    away = []
    async with vigil(tmp_path) as scene:
        async with beside(scene.load.run()):
            await new_work(scene, "kafka")
            for _ in range(BOUNCES):
                began = time.monotonic()
                await kill_kafka(scene)
                await scene.world.restart_kafka()
                await new_work(scene, "kafka")
                away.append(time.monotonic() - began)
        judged, drain = await nothing_lost(scene)
        accepted = scene.load.ledger.counts["reports acknowledged"]
        trouble = dict(scene.load.signed.trouble)
        ended = list(scene.world.ended_unasked)
    print(
        f"F20: {BOUNCES} kills, unavailable p50 {sorted(away)[2]:.1f} s max {max(away):.1f} s, "
        f"acknowledged {accepted}, lost {judged.found.lost}, drain {drain:.1f} s, "
        f"{judged.found.topics.duplicates} duplicates in {judged.found.topics.records} records"
    )
    assert trouble == {}, "intake accepts by HTTP while the broker is away"
    assert ended == []


async def test_reports_by_http_are_all_accepted_while_kafka_is_away_and_all_delivered_after(
    tmp_path: Path,
) -> None:
    async with vigil(tmp_path, rate=6.0) as scene:
        async with beside(scene.load.run()):
            await new_work(scene, "kafka")
            before = scene.load.ledger.counts["reports acknowledged"]
            await kill_kafka(scene)
            await asyncio.sleep(AWAY_SECONDS)
            meanwhile = scene.load.ledger.counts["reports acknowledged"] - before
            waiting = sum(seen.waiting for seen in scene.observer.seen.values())
            size = await _bytes_waiting(scene.world)
            await scene.world.restart_kafka()
            seconds = await outboxes_empty(scene)
        judged, drain = await nothing_lost(scene)
        trouble = dict(scene.load.signed.trouble)
    print(
        f"F24: away {AWAY_SECONDS:.0f} s, {meanwhile} reports accepted meanwhile, outboxes "
        f"{waiting} rows ({waiting / AWAY_SECONDS:.1f} rows/s, {size / waiting:.0f} bytes a "
        f"row), empty {seconds:.1f} s after the broker was back ({waiting / seconds:.0f} rows/s), "
        f"quiet {drain:.1f} s after the last report, lost {judged.found.lost}"
    )
    assert trouble == {}, "every report was accepted at once"
    assert meanwhile > AWAY_SECONDS
    assert waiting > meanwhile, "each accepted report leaves more than one event to publish"


async def _bytes_waiting(world: World) -> int:
    connection = await world.connect("intake")
    try:
        return int(
            await connection.fetchval(
                """select coalesce(sum(length(payload) + length(headers::text)), 0)
                   from outbox where published_at is null"""
            )
        )
    finally:
        await connection.close()
