"""What the broker lets each user do, and that it is no more than the catalogue needs."""

from shared.contracts.catalogue import (
    CHECKER,
    EVENT_TYPES,
    FOLLOWS,
    SERVICES,
    AclSpec,
    acls,
    ingress_topic,
    replies_topic,
    topics,
)

SYSTEMS = ("police-records", "health-incidents", "la-cases", "panel-desk")


def test_nobody_but_its_producer_writes_a_topic() -> None:
    rights = acls(SYSTEMS)
    writers = {r.name: {w.principal for w in rights if _writes(w, r.name)} for r in rights}
    for row in EVENT_TYPES:
        assert writers[row.topic] == {row.producer}
    for system in SYSTEMS:
        assert writers[ingress_topic(system)] == {system}
        assert writers[replies_topic(system)] == {"intake"}


def test_a_system_has_its_own_door_and_its_own_answers_and_nothing_else() -> None:
    for system in SYSTEMS:
        rights = {
            (r.resource, r.name, r.pattern, r.operation)
            for r in acls(SYSTEMS)
            if r.principal == system
        }
        assert rights == {
            ("topic", f"ingress.{system}", "literal", "WRITE"),
            ("topic", f"replies.{system}", "literal", "READ"),
            ("group", f"{system}.", "prefixed", "READ"),
        }


def test_a_service_reads_what_it_follows_and_its_own_and_only_intake_the_doors() -> None:
    inside = {row.topic: row.producer for row in EVENT_TYPES}
    for right in acls(SYSTEMS):
        if right.principal in SERVICES and right.resource == "topic" and right.operation == "READ":
            if right.name in inside:
                allowed = {right.principal, *FOLLOWS[right.principal]}
                assert inside[right.name] in allowed
            else:
                assert right.principal == "intake"


def test_no_right_is_a_wildcard() -> None:
    existing = {spec.name for spec in topics(SYSTEMS)}
    for right in acls(SYSTEMS):
        assert "*" not in right.name
        assert right.name
        assert "*" not in right.principal
        if right.resource == "topic":
            assert right.pattern == "literal"
            assert right.name in existing
        elif (right.resource, right.operation) == ("group", "READ"):
            assert right.name == f"{right.principal}.", "a group of its own"


def test_a_service_sees_how_far_the_groups_are_that_follow_it_and_no_others() -> None:
    seen = {
        (right.principal, right.name)
        for right in acls(SYSTEMS)
        if (right.resource, right.operation) == ("group", "DESCRIBE")
        and right.principal in SERVICES
    }
    assert seen == {
        (source, f"{follower}.{source}")
        for follower, sources in FOLLOWS.items()
        for source in sources
    }


def test_the_checker_reads_every_topic_and_where_groups_stand_and_nothing_else() -> None:
    rights = [right for right in acls(SYSTEMS) if right.principal == CHECKER]
    read = {r.name for r in rights if r.resource == "topic" and r.operation == "READ"}
    assert read == {spec.name for spec in topics(SYSTEMS)}
    assert {r.operation for r in rights} == {"READ", "DESCRIBE", "DESCRIBE_CONFIGS"}
    groups = {(r.name, r.operation) for r in rights if r.resource == "group"}
    assert groups == {(f"{service}.", "DESCRIBE") for service in SERVICES}
    assert [r.operation for r in rights if r.resource == "cluster"] == ["DESCRIBE_CONFIGS"]


def test_no_prefix_of_groups_reaches_into_anothers() -> None:
    """Names are checked as prefixes: `la.` would also be the groups of `la.cases`."""
    prefixes = {right.name for right in acls(SYSTEMS) if right.pattern == "prefixed"}
    assert not any(a != b and b.startswith(a) for a in prefixes for b in prefixes)


def _writes(right: AclSpec, topic: str) -> bool:
    return (right.resource, right.operation, right.name) == ("topic", "WRITE", topic)
