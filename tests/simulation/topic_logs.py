"""What Kafka keeps: records per topic and partition, and the offsets each group committed."""

from dataclasses import dataclass, field

from shared.contracts.catalogue import EVENT_TYPES, PARTITIONS, VOIDED
from shared.messaging.facts import Fact

Partition = tuple[str, int]
"""Topic and number."""

TOPIC_OF = {event.type: event.topic for event in EVENT_TYPES}
PRODUCER_OF = {event.topic: event.producer for event in EVENT_TYPES}


@dataclass
class TopicLogs:
    logs: dict[Partition, list[Fact]] = field(default_factory=dict)
    committed: dict[tuple[str, Partition], int] = field(default_factory=dict)
    by_producer: dict[str, list[Fact]] = field(default_factory=dict)
    """All records in the order of their arrival."""
    partitions: dict[str, list[Partition]] = field(default_factory=dict)
    """Those with records, by producer."""

    def append(self, fact: Fact, producer: str) -> Partition:
        """The topic is that of the event's type; all events of a case share a partition."""
        topic = TOPIC_OF.get(fact.type) or _voided_topic(producer)
        partition = (topic, fact.case_id.int % PARTITIONS)
        if partition not in self.logs:
            self.logs[partition] = []
            self.partitions.setdefault(producer, []).append(partition)
        self.logs[partition].append(fact)
        self.by_producer.setdefault(producer, []).append(fact)
        return partition


def _voided_topic(producer: str) -> str:
    return min(topic for topic, owner in PRODUCER_OF.items() if owner == producer)


def is_voided(fact: Fact) -> bool:
    return fact.type == VOIDED
