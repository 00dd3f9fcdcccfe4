"""A month of a region: counted once it is over, small counts suppressed, told once."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from services.reporting.region_figures import months_over
from services.reporting.region_held_store import held_back
from shared.contracts.event_codes import Decision, NotificationKind
from shared.contracts.sharing_codes import SharedTopic, SharingAnswer
from tests.conftest import OpenStore
from tests.services.reporting.region_story import notified, of_case, told_to_a_region
from tests.services.reporting.region_world import RegionWorld
from tests.services.reporting.sample_events import LIVERPOOL, Story, an_id, assessed, at, decided

AREAS = [f"E0800001{number}" for number in range(1, 6)]
MONTHLY = SharedTopic.METRICS_MONTHLY


@pytest.fixture
def begins() -> datetime:
    return at(2, month=7)


async def hear_cases(world: RegionWorld, number: int, *, synthetic: bool = False) -> None:
    facts = [fact for fact in told_to_a_region().facts if fact.recorded_at < at(26)]
    for one in range(number):
        case_id = an_id("case", synthetic, one)
        await world.hear([of_case(fact, case_id) for fact in facts], synthetic=synthetic)


async def hear_deaths_in_care(world: RegionWorld, number: int) -> None:
    story = Story()
    story.tell("intake", assessed(at(5)), at(5))
    said = decided(at(6), decision=Decision.SIMPLE, rows=["N5"], nature="died")
    story.tell("intake", said, at(6))
    simple = notified(at(7), kind=NotificationKind.SIMPLE)
    story.tell("panel_notification", simple, at(7))
    for one in range(number):
        await world.hear([of_case(fact, an_id("care", one)) for fact in story.facts])


async def a_day_later(world: RegionWorld) -> None:
    world.clock.instant = world.clock.instant.replace(day=world.clock.instant.day + 1)
    await world.batch()


async def months(world: RegionWorld) -> list[dict[str, Any]]:
    rows = await world.rows("select payload from outbox where type like '%metrics.monthly%'")
    return [json.loads(row["payload"]) for row in rows]


def figure(month: dict[str, Any], measure: str, area: str | None = None) -> str:
    (found,) = [
        f["value"] for f in month["figures"] if (f["measure"], f["area"]) == (measure, area)
    ]
    return str(found)


async def test_a_month_is_told_once_it_is_over_and_settled(world: RegionWorld) -> None:
    for area in AREAS:
        await world.decide(area, MONTHLY)
    await hear_cases(world, 4)
    await hear_deaths_in_care(world, 2)
    await hear_cases(world, 9, synthetic=True)
    await world.batch()
    assert await months(world) == [], "what was said late may still come in"
    world.at(2019, 7, 5, 9)
    await world.batch()
    (june,) = await months(world)
    assert (june["region"], june["month"]) == ("pan-merseyside", "2019-06")
    assert figure(june, "notified", LIVERPOOL) == figure(june, "notified") == "4"
    assert figure(june, "died", LIVERPOOL) == "4"
    assert figure(june, "seriously_harmed") == "0", "a true zero"
    assert figure(june, "died_looked_after") == "c", "two deaths in care"
    assert figure(june, "died_looked_after", "E08000011") == "0"
    assert {f["area"] for f in june["figures"]} == {None, *AREAS}


async def test_a_month_is_not_told_again_whatever_comes_later(
    world: RegionWorld, open_store: OpenStore
) -> None:
    for area in AREAS:
        await world.decide(area, MONTHLY)
    await hear_cases(world, 3)
    await world.batch()
    world.at(2019, 7, 5, 9)
    await world.batch()
    first = await months(world)
    await hear_deaths_in_care(world, 3)
    await a_day_later(world)
    assert await months(world) == first
    kept = await world.rows("select figures from region_month where region = 'pan-merseyside'")
    assert kept == [{"figures": first[0]["figures"]}]


async def test_a_month_waits_for_every_authority_that_has_not_decided(world: RegionWorld) -> None:
    *most, last = AREAS
    for area in most:
        await world.decide(area, MONTHLY)
    await hear_cases(world, 3)
    await world.batch()
    world.at(2019, 7, 5, 9)
    await world.batch()
    assert await months(world) == []
    async with world.store.transaction(an_id("look"), "reader") as tx:
        held = [row for row in await held_back(tx, [last]) if row.topic == "metrics.monthly"]
    assert [(row.area, row.because, row.number) for row in held] == [(last, "missing", 1)]
    labels = {"region": "pan-merseyside", "topic": "metrics.monthly", "because": "missing"}
    assert world.metrics.registry.get_sample_value("vigil_region_waits", labels) == 1
    await world.decide(last, MONTHLY)
    await a_day_later(world)
    assert [month["month"] for month in await months(world)] == ["2019-06"]


async def test_an_area_whose_authority_withholds_is_left_out(world: RegionWorld) -> None:
    *most, last = AREAS
    for area in most:
        await world.decide(area, MONTHLY)
    await world.decide(last, MONTHLY, answer=SharingAnswer.WITHHOLD)
    await hear_cases(world, 3)
    await world.batch()
    world.at(2019, 7, 5, 9)
    await world.batch()
    (june,) = await months(world)
    assert {f["area"] for f in june["figures"]} == {None, *most}


def test_months_are_counted_in_london_and_not_before_anything_was_heard() -> None:
    now = datetime(2020, 4, 4, 1, tzinfo=UTC)
    found = months_over(now, datetime(2020, 1, 15, tzinfo=UTC))
    assert [month.name for month in found] == ["2020-01", "2020-02", "2020-03"]
    assert found[-1].end == datetime(2020, 3, 31, 23, tzinfo=UTC), "summer time has begun"
    assert len(months_over(now, datetime(2010, 1, 1, tzinfo=UTC))) == 12
    assert months_over(datetime(2020, 4, 3, 22, tzinfo=UTC), now.replace(month=3, day=1))[-1:] == []
