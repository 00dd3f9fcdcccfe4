"""One service's store in memory: what a transaction writes, what a backup holds."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any, Protocol, Self
from uuid import UUID

from shared.messaging.facts import Fact
from tests.simulation.stream import Stream
from tests.simulation.topic_logs import Partition


class Tables(Protocol):
    """The service's own tables."""

    def copy(self) -> Self: ...


class Flat:
    """Tables that hold what never changes in dictionaries of one level."""

    def copy(self) -> Self:
        return type(self)(**{f.name: getattr(self, f.name).copy() for f in fields(self)})  # type: ignore[arg-type]


@dataclass
class Written:
    """What handlers write; undone as a whole when one fails."""

    tables: Any
    outbox: dict[UUID, Fact] = field(default_factory=dict)
    """All events ever made here, by position."""
    unpublished: list[Fact] = field(default_factory=list)
    own: dict[UUID, list[Fact]] = field(default_factory=dict)
    last_number: dict[UUID, int] = field(default_factory=dict)
    facts: dict[UUID, list[Fact]] = field(default_factory=dict)
    fact_ids: set[UUID] = field(default_factory=set)
    survivor: dict[UUID, UUID] = field(default_factory=dict)

    def copy(self) -> "Written":
        return Written(
            self.tables.copy(),
            dict(self.outbox),
            list(self.unpublished),
            {case_id: list(own) for case_id, own in self.own.items()},
            dict(self.last_number),
            {case_id: list(facts) for case_id, facts in self.facts.items()},
            set(self.fact_ids),
            dict(self.survivor),
        )

    def record(self, fact: Fact) -> None:
        """Once per event, however often it is called."""
        if fact.event_id not in self.fact_ids:
            self.fact_ids.add(fact.event_id)
            self.facts.setdefault(fact.case_id, []).append(fact)

    def facts_of(self, case_ids: Iterable[UUID]) -> list[Fact]:
        """As they arrived, each source in its own order."""
        return [fact for case_id in case_ids for fact in self.facts.get(case_id, ())]

    def own_facts_of(self, case_ids: Iterable[UUID]) -> list[Fact]:
        return [fact for case_id in case_ids for fact in self.own.get(case_id, ())]

    def group(self, case_id: UUID) -> tuple[UUID, list[UUID]]:
        """The case it counts for, and all that count for that one, sorted."""
        head = self.survivor.get(case_id, case_id)
        losers = [loser for loser, kept in self.survivor.items() if kept == head]
        return head, sorted({case_id, head, *losers})

    def add(self, fact: Fact) -> None:
        """A new row of the outbox."""
        self.outbox[fact.event_id] = fact
        self.own.setdefault(fact.case_id, []).append(fact)
        self.unpublished.append(fact)


@dataclass
class ServiceStore:
    written: Written
    streams: dict[tuple[str, UUID], Stream] = field(default_factory=dict)
    offsets: dict[Partition, int] = field(default_factory=dict)

    def stream(self, source: str, case_id: UUID) -> Stream:
        key = (source, case_id)
        if key not in self.streams:
            self.streams[key] = Stream(source, case_id)
        return self.streams[key]

    def copy(self) -> "ServiceStore":
        return ServiceStore(
            self.written.copy(),
            {key: stream.copy() for key, stream in self.streams.items()},
            dict(self.offsets),
        )
