"""What a subscriber confirms on its own ingress topic, on a real Kafka and Postgres."""

import json
from typing import Any
from uuid import uuid4

import pytest

from services.intake.delivery_store import known_delivery
from shared.contracts.catalogue import DELIVERY_CONFIRMED
from tests.services.intake.bus_door import POLICE, Sender, attributes, kept, open_door, sender
from tests.services.intake.conftest import Intake
from tests.support.local_stack import Infrastructure
from tests.support.waiting import eventually

TOPIC = "shared.pan-merseyside.incident.notified"
RECEIVED, PROCESSED = "2026-03-12T06:03:59+00:00", "2026-03-12T06:04:10+00:00"


def confirmation(**changes: object) -> dict[str, Any]:
    said = {"event_id": str(uuid4()), "topic": TOPIC, "received_at": RECEIVED}
    return said | {"processed_at": PROCESSED} | changes


async def confirm(police: Sender, said: dict[str, Any], sender_id: object = None) -> None:
    await police.send(
        police.sealed(said), attributes(str(sender_id or uuid4()), type_=DELIVERY_CONFIRMED)
    )


async def arrived(intake: Intake) -> list[dict[str, Any]]:
    return [
        json.loads(event["payload"]) | {"stream": event["stream"], "headers": event["headers"]}
        for event in await intake.events()
        if event["topic"] == "delivery.arrived"
    ]


async def eventually_arrived(intake: Intake, count: int) -> list[dict[str, Any]]:
    async def enough() -> bool:
        return len(await arrived(intake)) >= count

    await eventually(enough, f"{count} confirmations were taken in")
    return await arrived(intake)


async def test_a_confirmation_is_told_to_reporting_and_gets_no_answer(
    infrastructure: Infrastructure, intake: Intake
) -> None:
    said = confirmation()
    async with open_door(infrastructure, intake), sender(infrastructure, intake) as police:
        await confirm(police, said)
        (told,) = await eventually_arrived(intake, 1)
        assert await kept(intake) == []
        replies = [e for e in await intake.events() if e["stream"].startswith("reply/")]
        assert replies == []
    assert (told["event_id"], told["topic"]) == (said["event_id"], TOPIC)
    assert told["stream"] == f"delivery/{said['event_id']}"
    assert told["headers"]["ce_sequence"] == "000000000001"


async def test_whose_word_it_is_says_the_topic_and_nothing_in_the_record(
    infrastructure: Infrastructure, intake: Intake
) -> None:
    """A system that signs in as itself cannot confirm for another: not by the source it claims,
    nor by a member of the body."""
    other = [
        (name, b"/org/la-E08000012/la-cases" if name == "ce_source" else value)
        for name, value in attributes(uuid4(), type_=DELIVERY_CONFIRMED)
    ]
    async with open_door(infrastructure, intake), sender(infrastructure, intake) as police:
        await police.send(police.sealed(confirmation()), other)
        await confirm(police, confirmation(subscriber="la-cases"))
        await confirm(police, confirmation())
        (told,) = await eventually_arrived(intake, 1)
        refused = await police.answers(2)
    assert told["subscriber"] == POLICE
    assert [answer["reason"] for answer in refused] == ["source_mismatch", "not_valid"]
    assert refused[1]["faults"] == [{"pointer": "/*", "code": "unknown_field"}]


async def test_the_same_confirmation_again_changes_nothing_and_another_under_its_id_is_refused(
    infrastructure: Infrastructure, intake: Intake
) -> None:
    said, sender_id = confirmation(), uuid4()
    async with open_door(infrastructure, intake), sender(infrastructure, intake) as police:
        for _ in range(3):
            await confirm(police, said, sender_id)
        await confirm(police, confirmation(), sender_id)
        (refused,) = await police.answers(1)
        assert len(await arrived(intake)) == 1
        async with intake.store.transaction(uuid4(), "test") as tx:
            assert await known_delivery(tx, POLICE, sender_id) is not None
            assert await known_delivery(tx, "la-cases", sender_id) is None
    assert refused["reason"] == "id_reused"


async def test_received_and_processed_may_be_said_apart_and_in_either_order(
    infrastructure: Infrastructure, intake: Intake
) -> None:
    event_id = str(uuid4())
    async with open_door(infrastructure, intake), sender(infrastructure, intake) as police:
        await confirm(police, confirmation(event_id=event_id))
        await confirm(police, confirmation(event_id=event_id, processed_at=None))
        told = await eventually_arrived(intake, 2)
    assert [one["processed_at"] is None for one in told] == [False, True]
    assert [one["headers"]["ce_sequence"][-1] for one in told] == ["1", "2"]


FAULTY: dict[str, tuple[dict[str, object], dict[str, str]]] = {
    "processed before it was received": (
        {"received_at": PROCESSED, "processed_at": RECEIVED},
        {"pointer": "", "code": "processed_before_received"},
    ),
    "received tomorrow": (
        {"received_at": "2199-01-01T00:00:00+00:00", "processed_at": None},
        {"pointer": "/received_at", "code": "in_the_future"},
    ),
    "an event without an id": (
        {"event_id": "the first one"},
        {"pointer": "/event_id", "code": "not_a_uuid"},
    ),
    "a topic in prose": (
        {"topic": "What you told us"},
        {"pointer": "/topic", "code": "wrong_form"},
    ),
}


@pytest.mark.parametrize("name", FAULTY)
async def test_a_confirmation_that_cannot_be_is_refused_with_its_code_and_kept(
    infrastructure: Infrastructure, intake: Intake, name: str
) -> None:
    changes, fault = FAULTY[name]
    async with open_door(infrastructure, intake), sender(infrastructure, intake) as police:
        await confirm(police, confirmation(**changes))
        (refused,) = await police.answers(1)
        assert await kept(intake) == ["not_valid"]
        assert await arrived(intake) == []
    assert refused["faults"] == [fault]
