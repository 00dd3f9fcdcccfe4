"""Today's consumers read and apply what every released version wrote."""

import json

import pytest

from shared.contracts.catalogue import (
    FOLLOWS,
    REPLY_TYPES,
    SERVICES,
    VOIDED,
    event_type,
    topics_of,
)
from shared.contracts.messaging_events import EventVoided
from shared.contracts.wire import read_inside
from shared.messaging.receiving import Receiver
from shared.messaging.registry import decode
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.conftest import OpenStore
from tests.two_owners.estate import REGISTRIES
from tests.upgrades.corpus import VERSIONS, Recorded, recorded

REPLY_TYPES_OF = {
    "0.1.0": {"uk.vigil.report.acknowledged.v1", "uk.vigil.report.refused.v1"},
}
INSIDE = [each for each in recorded() if each.number is not None]
REPLIES = [each for each in recorded() if each.number is None]


def says_all_of(new: object, old: object) -> bool:
    """Whether everything that was said is there and the same; what was added since may be more."""
    if isinstance(new, dict) and isinstance(old, dict):
        return all(name in new and says_all_of(new[name], said) for name, said in old.items())
    if isinstance(new, list) and isinstance(old, list):
        pairs = zip(new, old, strict=False)
        return len(new) == len(old) and all(says_all_of(one, said) for one, said in pairs)
    return new == old


def test_a_field_lost_or_changed_at_any_depth_is_seen() -> None:
    said = {"rows": [{"row": "N1", "area": "E08000012"}]}
    assert says_all_of({"rows": [{"row": "N1", "area": "E08000012", "new": None}]}, said)
    assert not says_all_of({"rows": [{"row": "N1"}]}, said)
    assert not says_all_of({"rows": [{"row": "N2", "area": "E08000012"}]}, said)
    assert not says_all_of({"rows": []}, said)


@pytest.mark.parametrize("event", INSIDE, ids=str)
def test_an_inside_event_of_a_released_version_is_read_whole(event: Recorded) -> None:
    incoming = read_inside(event.record, event.source)
    assert incoming.fault is None
    assert (incoming.sequence, incoming.stream) == (event.number, event.key)
    row = event_type(event.type)
    assert row or event.type == VOIDED, "a type once released stays known"
    assert event.topic in topics_of(event.source)
    model = row.model if row else EventVoided
    read = json.loads(decode(model, event.record.value).model_dump_json())
    assert says_all_of(read, json.loads(event.value)), "no field is lost or means something else"


@pytest.mark.parametrize("reply", REPLIES, ids=str)
def test_an_answer_of_a_released_version_is_read_whole(reply: Recorded) -> None:
    model = REPLY_TYPES[reply.type]
    read = json.loads(decode(model, reply.record.value).model_dump_json())
    assert says_all_of(read, json.loads(reply.value))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("follower", SERVICES)
async def test_a_service_applies_every_event_of_a_released_version(
    open_store: OpenStore, follower: str, version: str
) -> None:
    store = await open_store(follower)
    events = [each for each in recorded(version) if each.source in FOLLOWS[follower]]
    for source in FOLLOWS[follower]:
        receiver = Receiver(source, store, REGISTRIES[follower], Tracing(follower, None), Metrics())
        for event in events:
            if event.source == source and event.number is not None:
                await receiver.consume(event.record)
    async with store.reading() as connection:
        stopped = await connection.fetch("select type, reason from quarantine")
        parked = await connection.fetch("select type from parked")
        applied = await connection.fetch("select type, outcome from inbox")
    assert [tuple(row) for row in stopped] == []
    assert parked == []
    assert {row["type"] for row in applied} == {e.type for e in events if e.number is not None}
    acted_on = {row["type"] for row in applied if row["outcome"] == "applied"}
    assert REGISTRIES[follower].types() & {e.type for e in events} <= acted_on


@pytest.mark.parametrize("version", VERSIONS)
def test_a_released_version_is_recorded_with_every_type_it_wrote(version: str) -> None:
    types = {each.type for each in recorded(version)}
    assert VOIDED in types
    assert types >= REPLY_TYPES_OF[version]
    for source in {each.source for each in recorded(version)}:
        numbers = [e.number for e in recorded(version) if e.source == source and e.number]
        assert numbers == list(range(1, len(numbers) + 1)), f"{source} numbered without a gap"
