"""Reporting's store is lost and built anew from the topics: what it knows again of regions, and
what no topic holds."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest

from services.reporting.region_held_store import resolved
from shared.contracts.sharing_codes import SharedTopic
from shared.messaging.facts import Fact
from shared.reference.shared_regions import spans
from tests.conftest import OpenStore
from tests.services.reporting.region_story import corrected, of_case
from tests.services.reporting.region_world import LONDON, RegionWorld
from tests.services.reporting.sample_events import an_id, at
from tests.services.reporting.test_region_copies import BARNET
from tests.services.reporting.test_region_month_revised import story
from tests.services.reporting.test_region_months import figure, months

COPIES = """
select event_id, topic, reference, rests_on, settled_at from region_copy
where state = 'told' and rests_on is not null order by event_id
"""
MONTHS = "select month, revision, figures, rests_on, told_at from region_month order by month"
RESOLVED = "select count(*) as n from audit where action = 'region_reference.resolved'"


@pytest.fixture
def begins() -> datetime:
    return at(2, month=7)


@pytest.fixture
def told_regions() -> Sequence[str]:
    """In London, whose months no other test tells: their ids follow from region and month."""
    return [LONDON]


def in_barnet(fact: Fact, case_number: int) -> Fact:
    owned = "owner_area" in type(fact.data).model_fields
    data = fact.data.model_copy(update={"owner_area": BARNET}) if owned else fact.data
    return of_case(replace(fact, data=data), an_id("anew", case_number))


async def correct(world: RegionWorld, cases: range, month: int) -> None:
    for number in cases:
        told = story()
        when = at(20, month=month)
        told.tell("intake", corrected(when, outcome="seriously_harmed"), when)
        fact = replace(told.facts[-1], sequence=90 + month)
        fact = replace(fact, event_id=an_id("corrected", number, month))
        await world.hear([in_barnet(fact, number)])


async def lived_through(world: RegionWorld) -> None:
    """June and July are told, June once more with four corrections."""
    areas = [a for a, of_area in spans(date(2019, 7, 1)).items() if _in_london(of_area)]
    for area in areas:
        await world.decide(area, SharedTopic.METRICS_MONTHLY, region=LONDON)
    await world.decide(BARNET, SharedTopic.INCIDENT_NOTIFIED, region=LONDON)
    for number in range(12):
        await world.hear([in_barnet(fact, number) for fact in story().facts])
    await world.batch()
    world.at(2019, 7, 5, 9)
    await world.batch()
    await correct(world, range(4), 7)
    world.at(2019, 8, 5, 9)
    await world.batch()
    await world.publish()


def _in_london(of_area: Any) -> bool:
    return any(span.region == LONDON and span.holds_on(date(2019, 6, 30)) for span in of_area)


async def test_what_was_told_when_by_which_decision_and_in_which_revision_is_known_again(
    world: RegionWorld, open_store: OpenStore
) -> None:
    await lived_through(world)
    (first, *_) = copies = await world.rows(COPIES)
    assert len(copies) == 12 + 4
    kept = await world.rows(MONTHS)
    assert [(row["month"], row["revision"]) for row in kept] == [("2019-06", 2), ("2019-07", 1)]
    owner = f"la-{BARNET}"
    async with world.store.transaction(uuid4(), owner) as tx:
        answer = await resolved(tx, first["reference"], owner)

    store = await open_store("reporting", clock=world.clock)
    anew = RegionWorld(world.infrastructure, store, world.clock, world.key, world.salt)
    await anew.hear_all_that(world)
    await anew.batch()
    assert await anew.rows("select 1 from outbox") == [], "nothing is told twice"
    assert await anew.rows(COPIES) == copies
    assert await anew.rows(MONTHS) == kept
    assert await world.rows(RESOLVED) == [{"n": 1}]
    assert await anew.rows(RESOLVED) == [{"n": 0}], "who resolved what stands on no topic"
    async with anew.store.transaction(uuid4(), owner) as tx:
        assert await resolved(tx, first["reference"], owner) == answer

    await correct(anew, range(4, 8), 8)
    anew.at(2019, 9, 5, 9)
    await anew.batch()
    revised = (await months(anew))[-1]
    assert (revised["month"], revised["revision"]) == ("2019-06", 3)
    assert (figure(revised, "died", BARNET), figure(revised, "notified")) == ("4", "12")
