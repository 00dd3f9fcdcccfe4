"""Who writes what, who acts on what, and that what goes round does not come round again."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.contracts.catalogue import (
    EVENT_TYPES,
    FOLLOWS,
    SERVICES,
    VOIDED,
    event_type,
    topics,
    topics_of,
    type_of,
)
from shared.messaging.registry import Registry
from tests.contracts.derived_events import COMES_BACK, DERIVED

REPOSITORY = Path(__file__).parents[2]
PUBLISHING = tuple(service for service in SERVICES if service != "reporting")
SAYS_NOTHING = {
    "completed",
    "finished",
    "updated",
    "changed",
    "processed",
    "handled",
    "started",
    "failed",
}
TOPIC = re.compile(r"[a-z_]+(\.[a-z_]+)+")


def _registry(service: str) -> Registry:
    registry = importlib.import_module(f"services.{service}.handlers").registry
    assert isinstance(registry, Registry)
    return registry


def _types_acted_on(service: str) -> set[str]:
    return {row.type for row in EVENT_TYPES if service in row.acted_on_by}


@pytest.mark.parametrize("topic", sorted({spec.name for spec in topics(())}))
def test_a_topic_says_in_lower_case_what_happened_to_what(topic: str) -> None:
    assert TOPIC.fullmatch(topic)
    assert not SAYS_NOTHING & set(topic.split(".")), "say what happened, in the domain's word"
    assert event_type(type_of(topic)) is not None


def test_a_topic_has_one_producer_and_one_type() -> None:
    names = [row.topic for row in EVENT_TYPES]
    assert len(names) == len(set(names))
    assert {row.producer for row in EVENT_TYPES} == set(PUBLISHING)
    assert not topics_of("reporting")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_handles_exactly_what_the_catalogue_says_it_acts_on(service: str) -> None:
    assert _registry(service).service == service
    assert _registry(service).types() == _types_acted_on(service)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_acts_only_on_what_it_follows_and_never_on_its_own(service: str) -> None:
    producers = {row.producer for row in EVENT_TYPES if service in row.acted_on_by}
    assert producers <= set(FOLLOWS[service])
    assert service not in FOLLOWS[service]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_follows_every_service_that_publishes(service: str) -> None:
    """All topics of each: a topic left out would leave gaps in the numbers of its streams."""
    assert set(FOLLOWS[service]) == set(PUBLISHING) - {service}


def test_a_handler_outside_the_catalogue_is_refused() -> None:
    stage = event_type(type_of("case.stage.entered"))
    assert stage is not None
    with pytest.raises(LookupError):
        Registry("rapid_review_timer").on(stage.model)


def test_only_reporting_acts_on_a_stage() -> None:
    row = event_type(type_of("case.stage.entered"))
    assert row is not None
    assert row.acted_on_by == {"reporting"}


def test_that_a_case_is_held_is_news_for_reporting_alone() -> None:
    news = [row for row in EVENT_TYPES if row.topic.endswith((".case.held", ".case.released"))]
    assert len(news) == 2 * len(PUBLISHING)
    assert all(row.acted_on_by == {"reporting"} for row in news)
    assert event_type(VOIDED) is None, "applied as nothing, so nobody can act on it"


def test_that_a_case_was_erased_is_news_for_nobody_and_the_order_for_all_others() -> None:
    erased = [row for row in EVENT_TYPES if row.topic.endswith(".case.erased")]
    assert {row.producer for row in erased} == set(PUBLISHING)
    assert not any(row.acted_on_by for row in erased)
    ordered = event_type(type_of("case.erasure.ordered"))
    assert ordered is not None
    assert ordered.acted_on_by == set(SERVICES) - {"intake"}


def test_the_table_of_what_derives_from_what_is_whole() -> None:
    acted_on = {(s, row.topic) for row in EVENT_TYPES for s in row.acted_on_by if s != "reporting"}
    assert DERIVED.keys() == acted_on, "say here what the service publishes because of it"
    for (service, _), published in DERIVED.items():
        assert set(published) <= set(topics_of(service))


def test_nothing_that_is_published_brings_about_itself() -> None:
    for topic in _edges():
        assert topic not in _follow_from(topic), f"{topic} leads to {topic} again, without end"


def test_a_service_acts_on_what_derives_from_its_own_only_where_that_ends() -> None:
    own = {
        (row.producer, derived)
        for row in EVENT_TYPES
        for derived in _follow_from(row.topic)
        if (row.producer, derived) in DERIVED
    }
    assert own == COMES_BACK
    for service, topic in own:
        for published in DERIVED[service, topic]:
            again = {each for each in _follow_from(published) if (service, each) in DERIVED}
            assert not again, f"{topic} comes back to {service} and again by {published}"


@pytest.mark.parametrize("service", PUBLISHING)
def test_the_code_of_a_service_names_only_events_it_writes_or_acts_on(service: str) -> None:
    known = {
        row.model.__name__
        for row in EVENT_TYPES
        if row.producer == service or service in row.acted_on_by
    }
    events = {row.model.__name__ for row in EVENT_TYPES}
    named = {name for path in _code_of(service) for name in _imported(path)}
    assert named & events <= known


def _edges() -> dict[str, set[str]]:
    edges: dict[str, set[str]] = {}
    for (_, consumed), published in DERIVED.items():
        edges.setdefault(consumed, set()).update(published)
    return edges


def _follow_from(topic: str) -> set[str]:
    """Everything that may come about because of it, however indirectly."""
    edges, reached, open_ = _edges(), set[str](), [topic]
    while open_:
        for derived in edges.get(open_.pop(), set()) - reached:
            reached.add(derived)
            open_.append(derived)
    return reached


def _code_of(service: str) -> Iterator[Path]:
    return (REPOSITORY / "services" / service).rglob("*.py")


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("shared.contracts"):
            yield from (name.name for name in node.names)
