"""A month that was told is told again where what it shows was corrected, and gives nothing away."""

import random
from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from services.reporting.region_figures import figures
from shared.contracts.event_codes import NotificationKind
from shared.contracts.region_events import Measure
from shared.contracts.sharing_codes import SharedTopic, SharingAnswer
from tests.services.reporting.region_story import (
    corrected,
    notified,
    of_case,
    passed_on,
    told_to_a_region,
    withdrawn,
)
from tests.services.reporting.region_world import RegionWorld
from tests.services.reporting.sample_events import LIVERPOOL, WIRRAL, Story, an_id, at
from tests.services.reporting.test_region_months import AREAS, figure, months

MONTHLY = SharedTopic.METRICS_MONTHLY


@pytest.fixture
def begins() -> datetime:
    return at(2, month=7)


@pytest.fixture
async def world(world: RegionWorld) -> RegionWorld:
    for area in AREAS:
        await world.decide(area, MONTHLY)
    await world.batch()
    return world


def story() -> Story:
    """Until the notification of June."""
    told = told_to_a_region()
    told.facts = [fact for fact in told.facts if fact.recorded_at < at(26)]
    return told


async def june_is_told(world: RegionWorld, cases: int) -> dict[str, Any]:
    for number in range(cases):
        await world.hear([of_case(fact, an_id("case", number)) for fact in story().facts])
    world.at(2019, 7, 5, 9)
    await world.batch()
    (june,) = await months(world)
    return june


async def hear_last(world: RegionWorld, number: int, said: Any) -> None:
    """In July, of one of the cases of June."""
    told = story()
    told.tell("intake", said, at(20, month=7))
    await world.hear([of_case(told.facts[-1], an_id("case", number))])


async def july_is_told(world: RegionWorld) -> list[dict[str, Any]]:
    world.at(2019, 8, 5, 9)
    await world.batch()
    return await months(world)


async def test_what_was_corrected_and_withdrawn_since_is_a_revision(world: RegionWorld) -> None:
    june = await june_is_told(world, 9)
    assert (june["revision"], figure(june, "notified"), figure(june, "died")) == (1, "9", "9")
    for number in range(4):
        await hear_last(world, number, corrected(at(20, month=7), outcome="seriously_harmed"))
    await hear_last(world, 8, withdrawn(at(20, month=7)))
    world.at(2019, 7, 22, 9)
    await world.batch()
    assert await months(world) == [june], "not before another month is told"
    _, *later = await july_is_told(world)
    assert [(m["month"], m["revision"]) for m in later] == [("2019-07", 1), ("2019-06", 2)]
    revised = later[-1]
    assert figure(revised, "notified") == figure(revised, "notified", LIVERPOOL) == "8"
    assert (figure(revised, "died"), figure(revised, "seriously_harmed")) == ("4", "4")
    world.at(2019, 9, 5, 9)
    await world.batch()
    assert [(m["month"], m["revision"]) for m in await months(world)][3:] == [("2019-08", 1)]


async def test_what_was_hidden_stays_hidden_whatever_it_has_become(world: RegionWorld) -> None:
    june = await june_is_told(world, 2)
    assert figure(june, "notified") == "c"
    for number in range(2):
        await hear_last(world, number, withdrawn(at(20, month=7)))
    assert [m["month"] for m in await july_is_told(world)] == ["2019-06", "2019-07"]


async def test_a_case_that_was_handed_on_since_counts_where_it_was(world: RegionWorld) -> None:
    """A revision would say that a family moved; an area that was wrong is put right."""
    june = await june_is_told(world, 8)
    for number in range(3):
        await hear_last(world, number, passed_on(at(20, month=7)))
    assert [m["month"] for m in await july_is_told(world)] == ["2019-06", "2019-07"]
    for number in range(3, 7):
        wrong = passed_on(at(21, month=7)).model_copy(update={"reason": "area_corrected"})
        await hear_last(world, number, wrong)
    world.at(2019, 9, 5, 9)
    await world.batch()
    revised = [m for m in await months(world) if m["revision"] == 2]
    assert [m["month"] for m in revised] == ["2019-06"]
    assert figure(june, "notified", WIRRAL) == "0"
    assert figure(revised[0], "notified", WIRRAL) == "4"
    assert figure(revised[0], "notified") == "8"


async def test_without_the_decision_of_one_area_nothing_is_revised(world: RegionWorld) -> None:
    await june_is_told(world, 9)
    for number in range(4):
        await hear_last(world, number, corrected(at(20, month=7), outcome="seriously_harmed"))
    await world.decide(WIRRAL, MONTHLY, answer=SharingAnswer.WITHHOLD)
    july = (await july_is_told(world))[-1]
    assert [(m["month"], m["revision"]) for m in await months(world)] == [
        ("2019-06", 1),
        ("2019-07", 1),
    ]
    assert WIRRAL not in {one["area"] for one in july["figures"]}


async def test_who_was_no_child_in_care_is_taken_out_of_those_deaths(world: RegionWorld) -> None:
    told = told_to_a_region(decision="simple", rows=["N5"])
    told.facts = [f for f in told.facts if f.source == "/vigil/intake" and f.recorded_at < at(26)]
    told.tell("panel_notification", notified(at(11), kind=NotificationKind.SIMPLE), at(11))
    for number in range(4):
        await world.hear([of_case(fact, an_id("care", number)) for fact in told.facts])
    world.at(2019, 7, 5, 9)
    await world.batch()
    (june,) = await months(world)
    assert figure(june, "died_looked_after", LIVERPOOL) == "4"
    said = corrected(at(20, month=7), rows=["N9"], looked_after="false")
    told.tell("intake", said, at(20, month=7))
    await world.hear([of_case(told.facts[-1], an_id("care", 0))])
    revised = (await july_is_told(world))[-1]
    assert (revised["month"], figure(revised, "died_looked_after", LIVERPOOL)) == ("2019-06", "3")


@pytest.mark.parametrize("seed", range(30))
def test_no_revision_shows_what_an_earlier_one_hid(seed: int) -> None:
    print("seed", seed)
    chance = random.Random(seed)
    areas = AREAS[:3]

    def some(number: int) -> list[tuple[Measure, str]]:
        found = []
        for _ in range(number):
            outcome = chance.choice([Measure.DIED, Measure.SERIOUSLY_HARMED])
            area = chance.choice(areas)
            found += [(Measure.NOTIFIED, area), (outcome, area)]
        return found

    counted = some(chance.randrange(2, 14))
    shown = figures(counted, areas)
    for _ in range(4):
        del counted[: 2 * chance.randrange(3)]
        counted += some(chance.randrange(3))
        revised = figures(counted, areas, shown)
        was = {(one.measure, one.area) for one in shown if one.value == "c"}
        now = {(one.measure, one.area) for one in revised if one.value == "c"}
        assert was <= now
        true = Counter((measure, area) for measure, area in counted)
        for one in revised:
            count = (
                true[one.measure, one.area]
                if one.area
                else sum(true[one.measure, area] for area in areas)
            )
            assert one.value in ("c", str(count))
            assert one.value == "c" or count == 0 or count >= 3
        shown = revised
