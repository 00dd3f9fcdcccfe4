"""The wire is cut at the worst moment: what was done is known to nobody who asked for it."""

import asyncio
from pathlib import Path

import pytest

from tests.faults.under_load import new_work, nothing_lost, vigil
from tests.soak.scene import beside
from tests.support.waiting import eventually

CUTS = 25
DEAF_SECONDS = 25.0
COMMIT = b"COMMIT;"

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


async def test_acknowledgements_that_never_arrive_lose_nothing_and_nothing_is_applied_twice(
    tmp_path: Path,
) -> None:
    async with vigil(tmp_path, proxied=("kafka",)) as scene:
        wire = scene.proxies["kafka"]
        async with beside(scene.load.run()):
            await new_work(scene, "kafka")
            wire.deaf = True
            await asyncio.sleep(DEAF_SECONDS)
            wire.deaf = False
            wire.cut_all()
            await new_work(scene, "kafka")
        judged, drain = await nothing_lost(scene)
        trouble = dict(scene.load.signed.trouble)
    topics = judged.found.topics
    print(
        f"F25: {DEAF_SECONDS:.0f} s without the broker's answers, {topics.duplicates} duplicates "
        f"in {topics.records} records ({topics.duplicates / topics.records:.2%}), lost "
        f"{judged.found.lost}, doubled {judged.found.doubled}, drain {drain:.1f} s"
    )
    assert trouble == {}, "intake accepts by HTTP meanwhile"


async def test_a_commit_whose_answer_is_lost_is_applied_once_and_has_one_receipt(
    tmp_path: Path,
) -> None:
    async with vigil(tmp_path, proxied=("postgres",), doors=("http", "bus")) as scene:
        wire = scene.proxies["postgres"]
        async with beside(scene.load.run()):
            await new_work(scene, "postgres")
            for number in range(1, CUTS + 1):
                wire.cut_after = COMMIT

                async def cut(number: int = number) -> bool:
                    return wire.cuts == number

                await eventually(cut, "a connection is cut during COMMIT", within=60)
            await new_work(scene, "postgres")
        judged, drain = await nothing_lost(scene)
        trouble, ended = dict(scene.load.signed.trouble), list(scene.world.ended_unasked)
    print(
        f"F47: {wire.cuts} commits without an answer, callers met {trouble or 'nothing'}, wrong "
        f"outcomes {judged.found.lost + judged.found.doubled}, drain {drain:.1f} s"
    )
    assert "500" not in trouble
    assert ended == []
