"""A region hears of cases; the yearly reports of its areas are none, and never go out to it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.messaging.clock import SetClock
from tests.conftest import OpenStore
from tests.services.reporting.region_story import told_to_a_region
from tests.services.reporting.region_world import RegionWorld, regions
from tests.services.reporting.sample_area import RECORD, liverpools_record
from tests.services.reporting.sample_events import CASE, at
from tests.services.reporting.test_region_months import AREAS, a_day_later
from tests.support.local_stack import Infrastructure


@pytest.fixture
async def world(
    infrastructure: Infrastructure, open_store: OpenStore, tmp_path: Path
) -> AsyncIterator[RegionWorld]:
    clock = SetClock(at(2, month=7))
    with regions(tmp_path):
        yield RegionWorld(infrastructure, await open_store("reporting", clock=clock), clock)


async def said(world: RegionWorld) -> list[dict[str, Any]]:
    rows = await world.rows("select payload from outbox order by type, payload")
    return [json.loads(row["payload"]) for row in rows]


async def test_the_clocks_of_a_yearly_report_go_to_no_region(world: RegionWorld) -> None:
    """Though its area shares everything, months too, and one of them is overdue."""
    for area in AREAS:
        await world.decide(area)
    await world.hear(liverpools_record().facts)
    await world.batch()
    assert await world.rows("select 1 from region_copy") == []
    await world.hear(told_to_a_region().facts)
    await world.batch()
    await a_day_later(world)
    cases = await world.rows("select distinct case_id from region_copy")
    assert [row["case_id"] for row in cases] == [CASE]
    told = json.dumps(await said(world))
    assert "DL07" in told, "the case's own clock"
    for of_the_record in (str(RECORD), RECORD.hex, "DL16", "DL17", "yearly"):
        assert of_the_record not in told
