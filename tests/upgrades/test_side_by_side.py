"""The version before runs beside this one, on this one's schema, in both directions."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.contracts.catalogue import SERVICES
from tests.faults.crash.balance import balance, quiet
from tests.faults.crash.conftest import World

RELEASED = {"0.1.0": "c807f05a13a9bc1c4ff28323971aaaefded47644"}
WAVES = 2
INTAKE, TIMER, PANEL, REPORTING = SERVICES

pytestmark = pytest.mark.long


async def run_from(world: World, before: Path, old: set[str]) -> None:
    """Stops all four, then starts these from the version before and the others from this one."""
    for service in world.four.running.values():
        await asyncio.to_thread(service.child.stop)
    world.four.running.clear()
    world.four.processes.tree_of = dict.fromkeys(old, before)
    await world.four.all_run({})


@pytest.mark.parametrize("version", RELEASED)
async def test_old_and_new_understand_each_other_whoever_publishes(
    world: World, tree_of: Callable[[str], Path], version: str
) -> None:
    """All of the version before at first, then one side after the other, and back."""
    before = tree_of(RELEASED[version])
    for old in (
        set(SERVICES),
        {TIMER, PANEL, REPORTING},
        {INTAKE},
        {TIMER, PANEL},
        {INTAKE, PANEL},
        set(),
    ):
        await run_from(world, before, old)
        for _ in range(WAVES):
            await world.work.wave()
        await quiet(world.four)
        found = await balance(world.four, world.work)
        for service in SERVICES:
            stopped = await world.four.rows(service, "select reason from quarantine")
            assert [tuple(row) for row in stopped] == [], f"{service} stopped nothing, old: {old}"
        print(f"{version} runs {sorted(old) or 'nothing'}: {found}")
        assert found, "nothing lost, twice or out of order"
