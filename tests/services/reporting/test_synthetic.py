"""Synthetic cases at reporting: counted nowhere, plainly said, and how old the last arrival is."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from services.reporting.canary_age import ALLOWED, EVERY, CanaryAge, expected_by
from services.reporting.canary_http import arrived as arrived_last
from services.reporting.journey_store import StoredCases
from services.reporting.reader_http import Reader
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics
from tests.conftest import OpenStore
from tests.services.reporting.sample_case import notified_case
from tests.services.reporting.sample_events import CASE, MERGED, at
from tests.services.reporting.test_journey_store import apply

NOW = at(14)
REGION = "pan-merseyside"


async def told(store: Store, *synthetic: UUID) -> None:
    for fact in notified_case().facts:
        await apply(store, fact)
    async with store.reading() as connection:
        for case_id in synthetic:
            await connection.execute("insert into synthetic_case (case_id) values ($1)", case_id)


async def test_a_synthetic_case_is_in_no_list_and_its_journey_says_what_it_is(
    open_store: OpenStore,
) -> None:
    store = await open_store("reporting", clock=SetClock(NOW))
    await told(store, CASE, MERGED)
    cases = StoredCases(store)
    listed = await cases.listed(None, page=1, size=10)
    assert (listed.cases, listed.total) == ((), 0)
    journey = await cases.journey(CASE)
    assert journey is not None
    assert journey.heading.synthetic


async def test_a_real_case_is_listed_and_does_not_exist_for_a_synthetic_system(
    open_store: OpenStore,
) -> None:
    store = await open_store("reporting", clock=SetClock(NOW))
    await told(store)
    cases = StoredCases(store)
    assert (await cases.listed(None, page=1, size=10)).total > 0
    journey = await cases.journey(CASE)
    assert journey is not None
    assert not journey.heading.synthetic
    assert not Reader(None, synthetic=True).may_read(journey.heading)
    assert Reader(None).may_read(journey.heading)


async def arrived(store: Store, confirmed_at: datetime, subscriber: str) -> None:
    """A copy for the region was told, and somebody says that it was processed."""
    async with store.reading() as connection:
        await connection.execute(
            """insert into region_copy (event_id, region, topic, case_id, cycle, epoch, area, about,
                   rank, source_event, recorded_at, said, closes, synthetic, reference, state,
                   waits_since, settled_at)
               values ($1, $2, 'incident.notified', $3, 1, 0, 'E08000012', 'case', 1, $1, $4, '{}',
                       false, true, $1, 'told', $4, $4)
               on conflict do nothing""",
            MERGED,
            REGION,
            CASE,
            confirmed_at,
        )
        await connection.execute(
            """insert into delivery (event_id, subscriber, topic, received_at, processed_at,
                                     confirmed_at)
               values ($1, $2, 'shared.pan-merseyside.incident.notified', $3, $3, $3)""",
            MERGED,
            subscriber,
            confirmed_at,
        )


def gauges(metrics: Metrics) -> tuple[float | None, ...]:
    names = ("vigil_canary_age_seconds", "vigil_canary_seconds", "vigil_canary_overdue_seconds")
    return tuple(metrics.registry.get_sample_value(name) for name in names)


async def test_without_a_canary_nothing_is_overdue(open_store: OpenStore) -> None:
    store, metrics = await open_store("reporting", clock=SetClock(NOW)), Metrics()
    await told(store)
    await CanaryAge(store, metrics).look()
    assert gauges(metrics) == (0, 0, 0)
    last = await arrived_last(store)
    assert (last.case_id, last.confirmed_at, last.overdue) == (None, None, False)
    assert last.expected_by is None, "none has set out"


async def test_a_canary_counts_once_its_own_region_confirmed_it(open_store: OpenStore) -> None:
    store, metrics = await open_store("reporting", clock=SetClock(NOW)), Metrics()
    await told(store, CASE, MERGED)
    facts = [f for f in notified_case().facts if f.type == "uk.vigil.incident.reported.v1"]
    sent = min(fact.recorded_at for fact in facts if fact.case_id == CASE)
    first = min(fact.recorded_at for fact in facts)
    look = CanaryAge(store, metrics).look
    await look()
    age, took, overdue = gauges(metrics)
    assert (age, took) == ((NOW - first).total_seconds(), 0)
    assert overdue, "one set out and none arrived"
    await arrived(store, sent + timedelta(seconds=9), "la-cases")
    await look()
    assert gauges(metrics)[1] == 0, "another system's word counts for nothing"
    await arrived(store, sent + timedelta(seconds=9), f"region-{REGION}")
    await look()
    assert gauges(metrics)[:2] == ((NOW - sent).total_seconds(), 9)
    confirmed_at = sent + timedelta(seconds=9)
    when = metrics.registry.get_sample_value("vigil_canary_arrived_timestamp_seconds")
    assert when == confirmed_at.timestamp()
    last = await arrived_last(store)
    assert (last.case_id, last.region, last.set_out_at) == (CASE, REGION, sent)
    assert (last.confirmed_at, last.as_of) == (confirmed_at, NOW)
    assert last.overdue == (expected_by(sent, REGION) < NOW)


@pytest.mark.parametrize("region", [REGION, None])
def test_the_next_is_expected_after_an_hour_and_the_regions_next_release(
    region: str | None,
) -> None:
    """The regions that come with the code hear once a day, at six in London."""
    left = at(14, 12)
    assert expected_by(left, region) == at(15, 5) + ALLOWED
    assert timedelta(hours=1) == EVERY
