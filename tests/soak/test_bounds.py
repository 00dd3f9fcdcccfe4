"""A run ends by itself, and holds against Vigil only what is Vigil's."""

import asyncio
from typing import Any, cast

import pytest

from tests.soak import judged
from tests.soak.faults import SETTLING_SECONDS, Faults
from tests.soak.judged import NotJudged, judge
from tests.soak.observer import Observer, Seen

SCENE: Any = None


async def never_ends() -> None:
    await asyncio.Event().wait()


async def test_a_look_that_hangs_is_given_up_and_says_where(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def check(_scene: object) -> None:
        await never_ends()

    monkeypatch.setattr(judged, "JUDGE_SECONDS", 0.05)
    monkeypatch.setattr(judged, "check", check)
    with pytest.raises(NotJudged, match=r"no end within .* never_ends"):
        await judge(SCENE)


async def test_a_service_has_its_time_to_recover_without_that_in_which_the_broker_is_away() -> None:
    broker = {"is there": False}
    observer = Observer(cast(Any, None), {"intake": Seen(1, 1, 0, 0, 0, 0)}, {"intake": 1e12})
    waiting = asyncio.create_task(observer.recovery("intake", 0.2, lambda: broker["is there"]))
    done, _ = await asyncio.wait([waiting], timeout=0.6)
    assert not done
    broker["is there"] = True
    assert await asyncio.wait_for(waiting, 5) is None


def test_a_fault_of_the_broker_settles_before_a_service_is_measured() -> None:
    faults = Faults(SCENE, SCENE, print)
    assert faults.undisturbed("reporting", 1000.0)
    faults.in_hand["kafka"] += 1
    assert not faults.undisturbed("reporting", 1000.0)
    faults.in_hand["kafka"] -= 1
    faults.over_at["kafka"] = 1000.0
    assert not faults.undisturbed("reporting", 1000.0 + SETTLING_SECONDS / 2)
    assert faults.undisturbed("reporting", 1000.0 + 2 * SETTLING_SECONDS)
    faults.in_hand["panel_notification"] += 1
    assert faults.undisturbed("reporting", 1000.0 + 2 * SETTLING_SECONDS), "it stands on others"
