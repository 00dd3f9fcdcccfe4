"""Facts kept in a real Postgres, and the rows that lists are made from."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.reporting.handlers import keep, registry
from services.reporting.journey import journey, seen
from services.reporting.journey_store import StoredCases
from shared.contracts.catalogue import EVENT_TYPES
from shared.contracts.envelope import Envelope, case_stream
from shared.contracts.intake_events import IncidentLinked
from shared.contracts.messaging_events import CaseHeld
from shared.messaging.clock import SetClock
from shared.messaging.facts import Fact
from shared.messaging.order import CannotBeApplied
from shared.messaging.registry import Event
from shared.messaging.store import Store
from tests.services.reporting.sample_case import notified_case
from tests.services.reporting.sample_events import CASE, MERGED, Story, at

OpenStore = Callable[..., Awaitable[Store]]
NOW = at(14)


async def apply(store: Store, fact: Fact) -> None:
    """As a consumer does it: one transaction for one event."""
    envelope = Envelope(
        id=fact.event_id,
        source=fact.source,
        type=fact.type,
        time=fact.happened_at,
        recordedtime=fact.recorded_at,
        subject=case_stream(fact.case_id),
        correlationid=fact.case_id,
        sequence=fact.sequence,
    )
    async with store.transaction(fact.event_id, "test", caused_by_event=True) as tx:
        await keep(Event(envelope, fact.data), tx)


async def rows(store: Store) -> dict[UUID, dict[str, object]]:
    async with store.reading() as connection:
        found = await connection.fetch("select * from case_seen")
    return {row["case_id"]: dict(row) | {"areas": tuple(row["areas"])} for row in found}


def in_another_order(facts: Sequence[Fact], seed: int) -> list[Fact]:
    """Each source keeps its own order; between sources there is none."""
    chooser = random.Random(seed)
    queues: dict[tuple[str, UUID], list[Fact]] = {}
    for fact in facts:
        queues.setdefault((fact.source, fact.case_id), []).append(fact)
    mixed: list[Fact] = []
    while queues:
        chosen = chooser.choice(sorted(queues, key=str))
        mixed.append(queues[chosen].pop(0))
        if not queues[chosen]:
            del queues[chosen]
    return mixed


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_stored_cases_are_the_same_for_every_order_between_sources(
    open_store: OpenStore, seed: int
) -> None:
    print("seed", seed)
    store = await open_store("reporting", clock=SetClock(NOW))
    facts = notified_case().facts
    for fact in in_another_order(facts, seed):
        await apply(store, fact)
    stored = await rows(store)
    assert stored == {case_id: asdict(seen(case_id, facts)) for case_id in (CASE, MERGED)}
    for case_id in (CASE, MERGED):
        assert await StoredCases(store).journey(case_id) == journey(case_id, facts, (), NOW)


async def test_events_of_linked_cases_applied_at_once_neither_deadlock_nor_get_lost(
    open_store: OpenStore,
) -> None:
    store = await open_store("reporting", clock=SetClock(NOW))
    facts = notified_case().facts
    await asyncio.gather(*(apply(store, fact) for fact in facts))
    stored = await rows(store)
    assert stored == {case_id: asdict(seen(case_id, facts)) for case_id in (CASE, MERGED)}


async def test_what_is_told_about_a_merged_case_renews_the_survivor(open_store: OpenStore) -> None:
    store = await open_store("reporting", clock=SetClock(NOW))
    story = Story()
    link = IncidentLinked(survivor=CASE, reason="same_incident")
    story.tell("intake", link, at(6), case_id=MERGED)
    held = CaseHeld(source="intake", quarantine_id=uuid4(), reason="value_null")
    topic = "panel_notification.case.held"
    story.tell("panel_notification", held, at(7), case_id=MERGED, topic=topic)
    for fact in story.facts:
        await apply(store, fact)
    assert (await rows(store))[CASE]["needs_attention"]


async def test_an_event_kept_twice_is_known_once(open_store: OpenStore) -> None:
    store = await open_store("reporting", clock=SetClock(NOW))
    fact = notified_case().facts[0]
    await apply(store, fact)
    await apply(store, fact)
    found = await StoredCases(store).journey(CASE)
    assert found is not None
    assert len(found.steps) == 1


async def test_a_change_of_a_row_is_audited_with_it(open_store: OpenStore) -> None:
    store = await open_store("reporting", clock=SetClock(NOW))
    fact = notified_case().facts[0]
    await apply(store, fact)
    async with store.reading() as connection:
        audited = await connection.fetch("select action, object, cause from audit")
    assert [tuple(row.values()) for row in audited] == [
        ("case_seen.renewed", str(CASE), fact.event_id)
    ]


async def test_a_case_linked_with_itself_cannot_be_applied(open_store: OpenStore) -> None:
    store = await open_store("reporting", clock=SetClock(NOW))
    story = Story()
    story.tell("intake", IncidentLinked(survivor=CASE, reason="same_incident"), at(6))
    with pytest.raises(CannotBeApplied, match="linked_with_itself"):
        await apply(store, story.facts[0])


async def test_the_list_is_by_what_is_late_first_and_by_area(open_store: OpenStore) -> None:
    store = await open_store("reporting", clock=SetClock(NOW))
    for fact in notified_case().facts:
        await apply(store, fact)
    cases = StoredCases(store)
    listed = await cases.listed(None, page=1, size=10)
    assert [row.case_id for row in listed.cases] == [CASE, MERGED]
    assert (listed.total, listed.cases[0].overdue) == (2, True)
    assert (await cases.listed(["E09000003"], page=1, size=10)).cases == ()
    wirral = await cases.listed(["E08000015"], page=1, size=10)
    assert [row.case_id for row in wirral.cases] == [CASE]
    second = await cases.listed(None, page=2, size=1)
    assert [row.case_id for row in second.cases] == [MERGED]


async def test_a_record_that_reporting_stopped_is_shown_with_its_case(
    open_store: OpenStore,
) -> None:
    store = await open_store("reporting", clock=SetClock(NOW))
    await apply(store, notified_case().facts[0])
    async with store.reading() as connection:
        await connection.execute(
            """insert into quarantine (quarantine_id, source, stream, sequence, event_id, topic,
                   kafka_partition, kafka_offset, kind, reason, payload_sha256, sealed_record,
                   kek_id, wrapped_key, quarantined_at)
               values ($1, '/vigil/intake', $2, 2, $1, 'incident.assessed', 0, 5, 'in_place',
                       'data_not_of_schema', 'x', 'x', 'test', 'x', $3)""",
            uuid4(),
            case_stream(CASE),
            at(6),
        )
    cases = StoredCases(store)
    found = await cases.journey(CASE)
    assert found is not None
    assert [item.kind for item in found.attention] == ["held"]
    assert (await cases.listed(None, page=1, size=5)).cases[0].needs_attention


async def test_a_case_of_which_nothing_is_known_has_no_journey(open_store: OpenStore) -> None:
    store = await open_store("reporting", clock=SetClock(NOW))
    assert await StoredCases(store).journey(CASE) is None


async def test_a_token_is_remembered_until_it_expires(open_store: OpenStore) -> None:
    clock = SetClock(NOW)
    cases = StoredCases(await open_store("reporting", clock=clock))
    assert await cases.remember_token("police-records", "a", at(14, 9, 5))
    assert not await cases.remember_token("police-records", "a", at(14, 9, 5))
    clock.instant = at(14, 9, 6)
    assert await cases.remember_token("police-records", "a", at(14, 9, 10))


async def test_the_service_may_not_remove_a_case(open_store: OpenStore) -> None:
    store = await open_store("reporting", clock=SetClock(NOW))
    async with store.reading() as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("delete from case_seen")


def test_reporting_keeps_every_event_that_it_acts_on() -> None:
    acted_on = {event.type for event in EVENT_TYPES if "reporting" in event.acted_on_by}
    assert registry.types() == acted_on
