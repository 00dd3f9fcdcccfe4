"""Every service killed at every point that it passes, on a real Kafka and a real Postgres."""

import pytest

from tests.faults.crash.balance import Balance
from tests.faults.crash.combinations import PLACES, rounds
from tests.faults.crash.conftest import World
from tests.faults.crash.outcome import summary, table
from tests.faults.crash.rounds import Death, run_round

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

ROUNDS = rounds()
deaths: list[Death] = []
books: list[Balance] = []


@pytest.mark.parametrize("number", range(len(ROUNDS)), ids=lambda n: "+".join(map(str, ROUNDS[n])))
async def test_killed_there_nothing_is_lost_doubled_or_out_of_order(
    world: World, number: int
) -> None:
    following = ROUNDS[number + 1] if number + 1 < len(ROUNDS) else ()
    begun = world.work.half_answered.copy()
    died, found = await run_round(world, ROUNDS[number], following)
    for place in ROUNDS[number]:
        if place.point.name == "http.response_begun":
            assert world.work.half_answered[place.service] > begun[place.service]
    deaths.extend(died)
    books.append(found)
    for death in died:
        print(f"{death.place}: new work after {death.seconds:.1f} s, copies {death.duplicates}")
    assert found, found


def test_every_place_was_hit() -> None:
    print(f"\n{table(deaths)}\n{summary(deaths, books)}")
    missing = sorted(map(str, {*PLACES} - {death.place for death in deaths}))
    assert missing == [], "not hit; run the whole module"
