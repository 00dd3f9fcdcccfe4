"""The topics that leave Vigil for a region: their names, how long they are kept, who may what."""

from collections.abc import Iterable
from uuid import UUID, uuid5

from shared.contracts.catalogue import (
    CHECKER,
    DAY_MS,
    PARTITIONS,
    AclSpec,
    TopicSpec,
    source_of,
    type_of,
)
from shared.contracts.envelope import NAMESPACE
from shared.contracts.region_events import SHARED_MODELS, SharedPayload
from shared.contracts.sharing_codes import SharedTopic

PRODUCER = "reporting"
SHARED_SOURCE = source_of(PRODUCER)
SHARED_KEPT_MS = 396 * DAY_MS
"""Thirteen months."""


def shared_topic(region: str, topic: SharedTopic) -> str:
    """`shared.pan-merseyside.incident.notified`. `region` is an id of the reference data."""
    return f"shared.{region}.{topic}"


def shared_type(topic: SharedTopic) -> str:
    """The CloudEvents type, the same for every region."""
    return type_of(f"shared.{topic}")


SHARED_TYPES: dict[str, type[SharedPayload]] = {
    shared_type(topic): model for topic, model in SHARED_MODELS.items()
}


def shared_topics_of(region: str) -> tuple[str, ...]:
    """The topics of one region, in the order of the contract."""
    return tuple(shared_topic(region, topic) for topic in SharedTopic)


def subscriber_of(region: str) -> str:
    """Who reads a region's topics: the Kafka user, and the recipient that a standing decision
    names. Its consumer groups begin with this name and a dot."""
    return f"region-{region}"


def case_ref_subject(reference: UUID) -> str:
    """Subject and key of what is told of a case."""
    return f"caseref/{reference}"


def action_ref_subject(reference: UUID) -> str:
    """Subject and key of what is told of a learning action."""
    return f"actionref/{reference}"


def region_subject(region: str) -> str:
    """Subject and key of what is told of a whole region."""
    return f"region/{region}"


def correlation_of_subject(subject: str) -> UUID:
    """The reference in a subject; of a region, an id derived from it."""
    kind, _, name = subject.partition("/")
    return uuid5(NAMESPACE, subject) if kind == "region" else UUID(name)


def region_topics(regions: Iterable[str]) -> list[TopicSpec]:
    """Every topic that must exist for these regions, beside those of the catalogue."""
    return [
        TopicSpec(topic, PARTITIONS, SHARED_KEPT_MS)
        for region in sorted(regions)
        for topic in shared_topics_of(region)
    ]


def region_acls(regions: Iterable[str]) -> list[AclSpec]:
    """Reporting writes, and reads what it has written; a subscriber reads its own region's."""
    rights: list[AclSpec] = []
    for region in sorted(regions):
        subscriber = subscriber_of(region)
        rights.append(AclSpec(subscriber, "group", f"{subscriber}.", "prefixed", "READ"))
        for topic in shared_topics_of(region):
            rights += [
                AclSpec(PRODUCER, "topic", topic, "literal", "WRITE"),
                AclSpec(PRODUCER, "topic", topic, "literal", "READ"),
                AclSpec(subscriber, "topic", topic, "literal", "READ"),
                AclSpec(CHECKER, "topic", topic, "literal", "READ"),
                AclSpec(CHECKER, "topic", topic, "literal", "DESCRIBE_CONFIGS"),
            ]
    return rights
