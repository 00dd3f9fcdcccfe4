"""The AsyncAPI documents say what the broker allows; every reference leads somewhere."""

from collections.abc import Iterator
from typing import Any

import pytest

from shared.contracts.catalogue import (
    EVENT_TYPES,
    FOLLOWS,
    SERVICES,
    acls,
    event_type,
    topics,
    topics_of,
)
from shared.contracts.generate import HERE
from shared.contracts.region_topics import region_acls, region_topics
from tests.contracts.committed import example, faults, read, writer_of

SYSTEM, REGION = "{system}", "{region}"
RIGHTS = acls([SYSTEM]) + region_acls([REGION])


def _document(service: str) -> dict[str, Any]:
    return dict(read(f"asyncapi/{service}.json"))


def _addresses(service: str, action: str) -> set[str]:
    document = _document(service)
    return {
        _followed(document, operation["channel"]["$ref"])["address"]
        for operation in document["operations"].values()
        if operation["action"] == action
    }


def _followed(document: dict[str, Any], reference: str) -> Any:
    at: Any = document
    for step in reference.removeprefix("#/").split("/"):
        at = at[step]
    return at


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_sends_to_the_topics_it_may_write(service: str) -> None:
    may = {r.name for r in RIGHTS if r.principal == service and r.operation == "WRITE"}
    assert _addresses(service, "send") == may


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_receives_all_topics_of_those_it_follows(service: str) -> None:
    followed = {topic for source in FOLLOWS[service] for topic in topics_of(source)}
    door = {f"ingress.{SYSTEM}"} if service == "intake" else set()
    assert _addresses(service, "receive") == followed | door
    may = {r.name for r in acls([SYSTEM]) if r.principal == service and r.operation == "READ"}
    assert _addresses(service, "receive") <= may


@pytest.mark.parametrize("service", SERVICES)
def test_it_is_said_which_events_change_something(service: str) -> None:
    operations = _document(service)["operations"]
    for row in EVENT_TYPES:
        if row.producer in FOLLOWS[service]:
            says = operations[f"receive.{row.topic}"]["description"]
            assert says.startswith("Changes what") == (service in row.acted_on_by)


@pytest.mark.parametrize("service", SERVICES)
def test_a_channel_is_a_topic_with_its_partitions_and_how_long_it_is_kept(service: str) -> None:
    specified = {spec.name: spec for spec in topics([SYSTEM]) + region_topics([REGION])}
    for channel in _document(service)["channels"].values():
        binding = channel["bindings"]["kafka"]
        spec = specified[channel["address"]]
        assert binding["partitions"] == spec.partitions
        assert binding["topicConfiguration"]["retention.ms"] == spec.retention_ms


@pytest.mark.parametrize("service", SERVICES)
def test_a_group_is_named_after_its_service_and_its_source(service: str) -> None:
    for name, operation in _document(service)["operations"].items():
        if operation["action"] == "send":
            continue
        group = operation["bindings"]["kafka"]["groupId"]["const"]
        row = event_type(f"uk.vigil.{name.removeprefix('receive.')}.v1")
        assert group == f"{service}.{row.producer if row else 'ingress'}"


@pytest.mark.parametrize("service", SERVICES)
def test_every_reference_leads_somewhere(service: str) -> None:
    document = _document(service)
    references = set(_references(document))
    assert references
    for reference in references:
        if reference.startswith("#/"):
            assert _followed(document, reference)
        else:
            assert (HERE / "asyncapi" / reference).resolve().is_file(), reference


@pytest.mark.parametrize("service", SERVICES)
def test_every_message_is_on_a_channel_and_fits_its_example(service: str) -> None:
    document = _document(service)
    on_channels = {
        reference["$ref"].rpartition("/")[2]
        for channel in document["channels"].values()
        for reference in channel["messages"].values()
    }
    messages = document["components"]["messages"]
    assert on_channels == messages.keys()
    for name, message in messages.items():
        written = example(message["name"])
        voided_by_another = name != message["name"] and not name.endswith(writer_of(written))
        if not voided_by_another:
            assert not faults(message["headers"], written["headers"])
