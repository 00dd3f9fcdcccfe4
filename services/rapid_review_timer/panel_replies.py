"""What the Panel replied to a rapid review, and what of it waits for the partners. Pure.

The Panel's replies are panel notification's to tell, the answers to its requests this service's:
between the two there is no order, so that a request and its answer are matched by id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.rapid_review_timer.fulfilment import Done
from shared.contracts.event_codes import PanelDecision
from shared.contracts.panel_events import (
    PanelDecided,
    PanelInformationRequested,
    PanelReceived,
)
from shared.contracts.review_events import InformationSupplied
from shared.messaging.facts import Fact, of_type


@dataclass(frozen=True)
class Asked:
    """A request for more: `supplied` once the partners answered it."""

    request_id: UUID
    asked: Done
    supplied: Done | None


@dataclass(frozen=True)
class Replies:
    """Of one cycle. `decided` is the first decision, which is the reply that was waited for;
    `decision` the last, and `national` the one for a national review."""

    received: Done | None = None
    requests: tuple[Asked, ...] = ()
    decided: Done | None = None
    national: Done | None = None
    decision: PanelDecision | None = None

    @property
    def open_request(self) -> Asked | None:
        """The earliest that waits; none once the Panel decided."""
        waiting = [one for one in self.requests if one.supplied is None]
        return min(waiting, key=lambda one: one.asked) if waiting and not self.decided else None

    def counted_from(self, submitted: Done) -> Done:
        """From where the Panel's days are counted: its receipt of the review or, as long as that
        is not known, the submission; anew from each answer to a request."""
        answers = [one.supplied for one in self.requests if one.supplied]
        return max([self.received or submitted, *answers])


NONE = Replies()


def replies_of(facts: Sequence[Fact], cycle: int) -> Replies:
    """`facts` are those of a case and of the cases linked to it, in any order."""
    supplied = {
        said.request_id: Done(said.supplied_at, fact.event_id)
        for fact, said in of_type(facts, InformationSupplied)
    }
    decided = [
        (Done(said.decided_at, fact.event_id), said.decision)
        for fact, said in of_type(facts, PanelDecided)
        if said.cycle == cycle
    ]
    requests = {
        said.reply_id: Done(said.requested_at, fact.event_id)
        for fact, said in of_type(facts, PanelInformationRequested)
        if said.cycle == cycle
    }
    national = [done for done, decision in decided if decision is PanelDecision.NATIONAL_REVIEW]
    return Replies(
        received=min(
            (
                Done(said.received_at, fact.event_id)
                for fact, said in of_type(facts, PanelReceived)
                if said.cycle == cycle
            ),
            default=None,
        ),
        requests=tuple(
            Asked(request_id, asked, supplied.get(request_id))
            for request_id, asked in sorted(requests.items())
        ),
        decided=min((done for done, _ in decided), default=None),
        national=min(national, default=None),
        decision=max(decided)[1] if decided else None,
    )
