"""All that is known about a case, put into one order whatever the order it arrived in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from shared.contracts.intake_events import IncidentLinked
from shared.contracts.payload import Payload
from shared.messaging.facts import Fact, of_type

P = TypeVar("P", bound=Payload)
SOURCES = ("/vigil/intake", "/vigil/panel_notification", "/vigil/rapid_review_timer")


@dataclass(frozen=True)
class Stopped:
    """A record about the case that this service itself put in quarantine and nobody settled."""

    quarantine_id: UUID
    case_id: UUID
    source: str
    """The service whose events wait."""
    reason: str
    since: datetime


@dataclass(frozen=True)
class Known:
    """The facts of a case and of those merged into it, each once, as each source numbered them.

    A merged case has a survivor and keeps its own facts alone. There are no chains: a survivor is
    never merged itself.
    """

    case_id: UUID
    survivor: UUID | None
    losers: tuple[UUID, ...]
    facts: tuple[Fact, ...]

    def of(self, model: type[P]) -> list[tuple[Fact, P]]:
        """Facts of one class, each source's in its own order."""
        return of_type(self.facts, model)

    def own(self, model: type[P]) -> list[tuple[Fact, P]]:
        """The same, of the case itself without those merged into it."""
        return [(fact, data) for fact, data in self.of(model) if fact.case_id == self.case_id]


def known(case_id: UUID, facts: Iterable[Fact]) -> Known:
    """Sorts out the facts of a link group for one of its cases."""
    ordered = sorted({fact.event_id: fact for fact in facts}.values(), key=_number)
    survivors = survivors_of(ordered)
    losers = tuple(sorted(loser for loser, kept in survivors.items() if kept == case_id))
    counting = {case_id, *losers}
    return Known(
        case_id=case_id,
        survivor=survivors.get(case_id),
        losers=losers,
        facts=tuple(fact for fact in ordered if fact.case_id in counting),
    )


def survivors_of(facts: Sequence[Fact]) -> dict[UUID, UUID]:
    """The survivor by merged case, as the last link of each says; facts in their order."""
    return {fact.case_id: linked.survivor for fact, linked in of_type(facts, IncidentLinked)}


def service_of(source: str) -> str:
    """The service's name in a CloudEvents source."""
    return source.rpartition("/")[2]


def _number(fact: Fact) -> tuple[str, str, int, str]:
    return (str(fact.case_id), fact.source, fact.sequence, str(fact.event_id))


def as_it_happened(fact: Fact) -> tuple[datetime, datetime, int, int, str]:
    """Sorts facts for reading: by when it happened, then by who must have said it first."""
    rank = SOURCES.index(fact.source) if fact.source in SOURCES else len(SOURCES)
    return (fact.happened_at, fact.recorded_at, rank, fact.sequence, str(fact.event_id))
