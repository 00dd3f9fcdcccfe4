"""What is owed to whom: by the decision, and by what changed the case after it."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.reporting.known import Known
from shared.contracts.intake_events import (
    IncidentCorrected,
    IncidentDecided,
    IncidentTransferred,
    IncidentWithdrawn,
    ObligationOwed,
)

About = Literal["incident", "transfer", "withdrawal"]
NO_LIMIT = "NONE"
Asks = IncidentDecided | IncidentCorrected | IncidentTransferred | IncidentWithdrawn


@dataclass(frozen=True)
class Owed:
    """`about`: what the recipient has to be told of."""

    cycle: int
    about: About
    obligation: ObligationOwed

    @property
    def limit_rule(self) -> str | None:
        """None where no limit is set."""
        rule = self.obligation.limit_rule
        return None if rule == NO_LIMIT else rule


def all_owed(case: Known) -> dict[UUID, Owed]:
    """Everything that anything ever asked for, by obligation, of merged cases too."""
    asked: list[Asks] = [
        *(said for _, said in case.of(IncidentDecided)),
        *(said for _, said in case.of(IncidentCorrected)),
        *(said for _, said in case.of(IncidentTransferred)),
        *(said for _, said in case.of(IncidentWithdrawn)),
    ]
    return {
        one.obligation_id: Owed(said.cycle, _about(said), one)
        for said in asked
        for one in said.obligations
    }


def still_owed(case: Known) -> list[Owed]:
    """What holds now in the cycle decided last: a withdrawn one owes what the withdrawal asks for
    alone; a merged case owes nothing, its survivor does."""
    decisions = case.own(IncidentDecided)
    if not decisions or case.survivor is not None:
        return []
    fact, last = decisions[-1]
    withdrawn = [said for _, said in case.own(IncidentWithdrawn) if said.cycle == last.cycle]
    standing: Asks = withdrawn[-1] if withdrawn else last
    asking: list[Asks] = [
        standing,
        *(
            said
            for later, said in case.own(IncidentCorrected)
            if not withdrawn and said.cycle == last.cycle and later.sequence > fact.sequence
        ),
        *(said for _, said in case.own(IncidentTransferred) if said.cycle == last.cycle),
    ]
    owed = [Owed(said.cycle, _about(said), one) for said in asking for one in said.obligations]
    return sorted(owed, key=lambda one: str(one.obligation.obligation_id))


def _about(said: Asks) -> About:
    if isinstance(said, IncidentTransferred):
        return "transfer"
    return "withdrawal" if isinstance(said, IncidentWithdrawn) else "incident"
