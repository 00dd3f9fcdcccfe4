"""What is heard of a case after it has left does nothing, in whatever order it comes."""

import json
import random
from uuid import uuid4

import asyncpg
import pytest

from services.intake.front_door import FrontDoor
from services.reporting.journey_store import lock_group, renew
from shared.contracts.catalogue import FOLLOWS
from shared.contracts.envelope import case_stream
from shared.contracts.wire import Record
from shared.messaging.stream_rows import lock_stream
from shared.operator_commands.record_shown import kept_record
from shared.operator_commands.running import NotDone
from tests.contracts.sample_report import sample_body
from tests.erasure.canary import (
    CANARY,
    REPORTER,
    a_week_passes,
    ids_of,
    left_of,
    reported,
    told_and_reviewed,
)
from tests.services.intake.bus_door import attributes
from tests.two_owners.callers import INTAKE, PANEL, REPORTING, TIMER
from tests.two_owners.conftest import _EMPTY, Stores
from tests.two_owners.estate import Estate

FOLLOWERS = (TIMER, PANEL, REPORTING)


async def forgotten(estate: Estate, stores: Stores, service: str) -> None:
    """The store is new, and its service has heard nothing."""
    await stores.owners[service].execute(_EMPTY)
    for source in FOLLOWS[service]:
        estate.heard.pop((service, source), None)


@pytest.mark.parametrize(
    ("service", "seed"),
    [
        (REPORTING, 1),
        *(
            pytest.param(service, seed, marks=pytest.mark.long)
            for service in FOLLOWERS
            for seed in (1, 2)
            if (service, seed) != (REPORTING, 1)
        ),
    ],
)
async def test_a_store_that_is_built_anew_ends_without_the_case(
    estate: Estate, stores: Stores, service: str, seed: int
) -> None:
    """In one order or another of its sources, from the first event on."""
    case_id = await reported(estate)
    await told_and_reviewed(estate, case_id)
    ids = await ids_of(estate, [case_id])
    await a_week_passes(estate)
    await estate.everybody_hears()
    await forgotten(estate, stores, service)
    sources = list(FOLLOWS[service])
    random.Random(seed).shuffle(sources)
    for source in sources:
        await estate.hears(service, source)
    assert (await left_of(stores, ids)).get(service, set()) == set()
    numbers = await estate.rows(
        service,
        """select source, count(*) as n, max(sequence) as high from inbox where stream = $1
           group by source""",
        case_stream(case_id),
    )
    assert len(numbers) >= len(sources) - 1
    assert all(row["n"] == row["high"] for row in numbers), "each number is used up"
    assert await estate.rows(service, "select 1 from parked") == []
    assert await estate.rows(service, "select 1 from quarantine") == []


@pytest.mark.parametrize(
    "service", [TIMER, *(pytest.param(one, marks=pytest.mark.long) for one in FOLLOWERS[1:])]
)
async def test_what_another_service_says_after_the_order_has_no_effect(
    estate: Estate, stores: Stores, service: str
) -> None:
    case_id = await reported(estate)
    await told_and_reviewed(estate, case_id)
    ids = await ids_of(estate, [case_id])
    await forgotten(estate, stores, service)
    await a_week_passes(estate)
    await estate.hears(service, INTAKE)
    late = await estate.hears(service, *(s for s in FOLLOWS[service] if s != INTAKE))
    assert late
    assert (await left_of(stores, ids)).get(service, set()) == set()
    outcomes = await estate.rows(
        service,
        "select distinct outcome from inbox where stream = $1 and source <> '/vigil/intake'",
        case_stream(case_id),
    )
    assert [row["outcome"] for row in outcomes] == ["not_used"]


@pytest.mark.long
async def test_one_event_by_one_ends_like_many_together(estate: Estate, stores: Stores) -> None:
    """The order may come in the same batch as what was told before it."""
    case_id = await reported(estate)
    await told_and_reviewed(estate, case_id)
    ids = await ids_of(estate, [case_id])
    await a_week_passes(estate)
    for together in (True, False):
        await forgotten(estate, stores, REPORTING)
        for source in FOLLOWS[REPORTING]:
            rows = await estate.rows(
                source,
                """select position, topic, key, headers, payload from outbox
                   where sequence is not null order by position""",
            )
            records = [
                Record(
                    row["topic"],
                    0,
                    row["position"],
                    row["key"].encode(),
                    [(name, value.encode()) for name, value in row["headers"].items()],
                    row["payload"],
                )
                for row in rows
            ]
            receiver = estate.receivers[REPORTING, source]
            if together:
                await receiver.consume(*records)
            else:
                for record in records:
                    await receiver.consume(record)
        assert REPORTING not in await left_of(stores, ids)
        assert await estate.rows(REPORTING, "select 1 from quarantine") == []


async def test_a_held_stream_and_what_is_parked_behind_it_go_with_the_case(
    estate: Estate, stores: Stores
) -> None:
    case_id = await reported(estate)
    assert (await estate.decide(case_id)).status_code == 201
    await estate.hears(TIMER)
    await estate.hears(PANEL)
    await estate.send_due()
    await stores.owners[PANEL].execute("update outbox set payload = '{' where sequence = 1")
    await estate.hears(TIMER, PANEL)
    held = await estate.rows(TIMER, "select status, reason from quarantine")
    assert [row["status"] for row in held] == ["open"]
    assert await estate.rows(TIMER, "select 1 from parked")
    ids = await ids_of(estate, [case_id])

    await a_week_passes(estate)
    await estate.hears(TIMER, INTAKE)
    (row,) = await estate.rows(
        TIMER,
        """select status, closed_by, sealed_record, wrapped_key, sealed_because, payload_sha256
           from quarantine""",
    )
    assert (row["status"], row["closed_by"]) == ("discarded", "erasure")
    assert (row["sealed_record"], row["wrapped_key"], row["sealed_because"]) == (b"", b"", b"")
    assert row["payload_sha256"]
    with pytest.raises(NotDone, match="erased with its case"):
        kept_record(estate.stores[TIMER], row)
    assert await estate.rows(TIMER, "select 1 from parked") == []
    await estate.send_due()
    await estate.hears(TIMER, PANEL)
    assert TIMER not in await left_of(stores, ids)


async def test_the_order_of_a_case_that_is_not_synthetic_stands_before_a_person(
    estate: Estate, stores: Stores
) -> None:
    """Intake does not give one: somebody made a synthetic case of it there."""
    case_id = await estate.report()
    assert (await estate.decide(case_id)).status_code == 201
    await estate.everybody_hears()
    await stores.owners[INTAKE].execute("update incident_case set synthetic = true")
    await a_week_passes(estate)
    for service in FOLLOWERS:
        await estate.hears(service)
        stopped = await estate.rows(service, "select reason, status from quarantine")
        assert [tuple(row) for row in stopped] == [("case_not_synthetic", "open")], service
        assert await estate.rows(service, "select 1 from erased_case") == []
        known = await estate.rows(service, "select 1 from fact where case_id = $1", case_id)
        assert known, "nothing of it was taken out"


async def test_a_transaction_that_began_before_finds_the_case_gone_and_is_tried_again(
    estate: Estate,
) -> None:
    case_id = await reported(estate)
    await estate.everybody_hears()
    store = estate.stores[REPORTING]
    await a_week_passes(estate)
    async with store.transaction(uuid4(), "test") as tx:
        await lock_stream(tx, "/vigil/elsewhere", "case/elsewhere")
        assert tx.erased == set()
    await estate.everybody_hears()
    with pytest.raises(asyncpg.SerializationError):
        async with store.transaction(uuid4(), "test") as tx:
            await renew(tx, await lock_group(tx, [case_id]))


@pytest.mark.parametrize("kept", [True, False], ids=["known", "lost with a restored store"])
async def test_a_record_of_the_report_that_is_delivered_again_is_answered_and_opens_nothing(
    estate: Estate, stores: Stores, kept: bool
) -> None:
    sender_id = uuid4()
    await reported(estate, sender_id)
    await a_week_passes(estate)
    if not kept:
        await stores.owners[INTAKE].execute("delete from erased_sending")
    door = FrontDoor(estate.desk)
    value = door.sealed(_report())
    headers = attributes(sender_id, CANARY[1], system=CANARY[0])
    for offset in (4, 4, 5):
        await door.consume(Record(f"ingress.{CANARY[0]}", 0, offset, None, tuple(headers), value))
    assert await estate.rows(INTAKE, "select 1 from incident_case") == []
    assert await estate.rows(INTAKE, "select 1 from quarantine") == []
    (known,) = await estate.rows(INTAKE, "select system, sender_id from erased_sending")
    assert tuple(known) == (CANARY[0], sender_id)
    answers = await estate.rows(
        INTAKE,
        """select convert_from(payload, 'utf8')::jsonb as said from outbox
           where type = 'uk.vigil.report.refused.v1'""",
    )
    assert len(answers) == 2, "one for each place at which it stands"
    assert {(a["said"]["reason"], a["said"]["held_for_a_person"]) for a in answers} == {
        ("report_erased", False)
    }


def _report() -> bytes:
    return json.dumps(sample_body() | {"reporter": REPORTER}).encode()
