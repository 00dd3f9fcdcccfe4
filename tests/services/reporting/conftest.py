"""Reporting with two regions to tell, for the tests of what a region hears."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.messaging.clock import SetClock
from tests.conftest import OpenStore
from tests.services.reporting.region_world import LONDON, MERSEYSIDE, RegionWorld, regions
from tests.support.local_stack import Infrastructure


@pytest.fixture
def begins() -> datetime:
    """What the world's clock says at first; a test file may have its own."""
    return datetime(2020, 1, 10, 9, tzinfo=UTC)


@pytest.fixture
def told_regions() -> Sequence[str]:
    """Whom reporting tells; a test file may have its own."""
    return (MERSEYSIDE, LONDON)


@pytest.fixture
async def world(
    infrastructure: Infrastructure,
    open_store: OpenStore,
    tmp_path: Path,
    begins: datetime,
    told_regions: Sequence[str],
) -> AsyncIterator[RegionWorld]:
    clock = SetClock(begins)
    with regions(tmp_path, shared=told_regions):
        yield RegionWorld(infrastructure, await open_store("reporting", clock=clock), clock)
