"""All four killed in one round, each at another place. Every place: `make crash-points`."""

import pytest

from tests.faults.crash.combinations import PANEL, PLACES, TIMER
from tests.faults.crash.conftest import World
from tests.faults.crash.rounds import run_round

AT_ONCE = {
    "intake:relay.acknowledged",
    f"{TIMER}.intake:consumer.committed",
    f"{PANEL}:notice.answered",
    "reporting.intake:consumer.effect_written",
}


@pytest.mark.long
async def test_four_services_killed_at_once_lose_double_and_disorder_nothing(world: World) -> None:
    places = [place for place in PLACES if str(place) in AT_ONCE]
    assert len(places) == len(AT_ONCE)
    deaths, found = await run_round(world, places)
    assert found, found
    (relay,) = [death for death in deaths if death.place.point.part == "relay"]
    assert relay.duplicates > 0, "the kill fell between the broker's yes and the mark"
