"""The record of an area in a real Postgres: it is kept as cases are, and is none."""

import asyncio
from dataclasses import astuple
from typing import Any
from uuid import uuid4

import pytest

from services.reporting.area_journey import area_journey
from services.reporting.delivery_store import deliveries_of
from services.reporting.journey import seen
from services.reporting.journey_store import StoredCases
from services.reporting.region_store import stale_cases
from shared.contracts.envelope import case_stream
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from tests.conftest import OpenStore
from tests.services.reporting.sample_area import (
    CENTRE,
    RECORD,
    liverpools_record,
    on,
    then_the_next,
)
from tests.services.reporting.sample_case import notified_case
from tests.services.reporting.sample_events import CASE, LIVERPOOL, MERGED, WIRRAL, at
from tests.services.reporting.test_journey_store import apply, in_another_order, rows

NOW = at(14)


async def area_rows(store: Store) -> list[tuple[Any, ...]]:
    async with store.reading() as connection:
        return [tuple(row.values()) for row in await connection.fetch("select * from area_seen")]


def expected_row(facts: list[Any]) -> tuple[Any, ...]:
    row = seen(RECORD, facts)
    listed = (row.next_rule, row.next_due, row.next_late_from, row.needs_attention)
    return (LIVERPOOL, row.last_event_at, *listed)


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_stored_record_is_the_same_for_every_order_between_sources(
    open_store: OpenStore, seed: int
) -> None:
    print("seed", seed)
    store = await open_store("reporting", clock=SetClock(NOW))
    story = liverpools_record()
    then_the_next(story)
    for fact in in_another_order(story.facts, seed):
        await apply(store, fact)
    assert await area_rows(store) == [expected_row(story.facts)]
    found = await StoredCases(store).area_journey(LIVERPOOL)
    assert found == area_journey(LIVERPOOL, story.facts, (), NOW)


async def test_a_record_among_cases_changes_nothing_of_them(open_store: OpenStore) -> None:
    """Applied at once, each in a transaction of its own: none is lost, and none waits for ever."""
    store = await open_store("reporting", clock=SetClock(NOW))
    cases, record = notified_case().facts, liverpools_record().facts
    await asyncio.gather(*(apply(store, fact) for fact in [*cases, *record]))
    assert (await rows(store)).keys() == {CASE, MERGED}
    assert await area_rows(store) == [expected_row(record)]
    listed = await StoredCases(store).listed(None, page=1, size=10)
    assert {row.case_id for row in listed.cases} == {CASE, MERGED}
    assert listed.total == 2
    async with store.reading() as connection:
        assert set(await stale_cases(connection, 10, [])) == {CASE, MERGED}, "what regions hear of"


async def test_a_record_is_no_case_whoever_asks_for_it(open_store: OpenStore) -> None:
    store = await open_store("reporting", clock=SetClock(NOW))
    for fact in liverpools_record().facts:
        await apply(store, fact)
    assert await StoredCases(store).journey(RECORD) is None
    assert await deliveries_of(store, RECORD) == ()
    async with store.reading() as connection:
        counted = [
            await connection.fetchval(f"select count(*) from {table}")  # noqa: S608
            for table in ("case_seen", "region_case", "region_copy", "synthetic_case")
        ]
    assert counted == [0, 0, 0, 0]


async def test_the_list_of_areas_says_what_is_past_its_day(open_store: OpenStore) -> None:
    clock = SetClock(at(10))
    store = await open_store("reporting", clock=clock)
    for fact in liverpools_record().facts[:-1]:
        await apply(store, fact)
    cases = StoredCases(store)
    (row,) = (await cases.areas_listed(None)).areas
    assert astuple(row)[0] == LIVERPOOL
    assert (row.next_rule, row.overdue, row.needs_attention) == ("DL17", False, False)
    clock.instant = NOW
    (row,) = (await cases.areas_listed([LIVERPOOL])).areas
    assert (row.overdue, row.needs_attention) == (True, True)
    assert (await cases.areas_listed([WIRRAL])).areas == ()


async def test_a_row_asks_for_nobody_once_the_report_of_its_undeliverable_copy_is_withdrawn(
    open_store: OpenStore,
) -> None:
    store = await open_store("reporting", clock=SetClock(on(2020, 6, 2)))
    story = liverpools_record()
    then_the_next(story, refused=CENTRE)
    *before, withdrawn, first_ended, second_ended = story.facts
    cases = StoredCases(store)
    for fact in before:
        await apply(store, fact)
    (row,) = (await cases.areas_listed(None)).areas
    assert (row.overdue, row.needs_attention) == (False, True)
    for fact in (withdrawn, first_ended, second_ended):
        await apply(store, fact)
    (row,) = (await cases.areas_listed(None)).areas
    assert (row.overdue, row.needs_attention) == (False, False)


async def test_a_record_that_reporting_stopped_is_shown_with_its_area(
    open_store: OpenStore,
) -> None:
    store = await open_store("reporting", clock=SetClock(at(5)))
    async with store.reading() as connection:
        await connection.execute(
            """insert into quarantine (quarantine_id, source, stream, sequence, event_id, topic,
                   kafka_partition, kafka_offset, kind, reason, payload_sha256, sealed_record,
                   kek_id, wrapped_key, quarantined_at)
               values ($1, '/vigil/rapid_review_timer', $2, 1, $1, 'yearly.report.published', 0, 5,
                       'in_place', 'data_not_of_schema', 'x', 'x', 'test', 'x', $3)""",
            uuid4(),
            case_stream(RECORD),
            at(4),
        )
    cases = StoredCases(store)
    assert [item.kind for item in (await cases.area_journey(LIVERPOOL)).attention] == ["held"]
    (row,) = (await cases.areas_listed(None)).areas
    assert (row.area, row.overdue, row.needs_attention) == (LIVERPOOL, False, True)
