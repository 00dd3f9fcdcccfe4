"""The Panel's replies to a rapid review: what each means, or why it is refused. Pure.

The Panel says that it has the review, may ask for more, and decides (Working Together 2018, chapter
4, guidance for the Panel). Once it advised a local review, new information may still lead it to a
national one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.contracts.event_codes import PanelDecision
from shared.contracts.intake_events import CaseClosed, IncidentWithdrawn
from shared.contracts.panel_events import (
    PanelDecided,
    PanelInformationRequested,
    PanelReceived,
    PanelReply,
)
from shared.contracts.panel_said import PanelSays
from shared.contracts.review_events import InformationSupplied, ReviewSubmitted
from shared.messaging.facts import Fact, of_type

CLOCK_TOLERANCE = timedelta(minutes=5)
MAY_BECOME_NATIONAL = frozenset(
    {PanelDecision.AGREE_LCSPR, PanelDecision.DISAGREE_RECOMMENDS_LCSPR}
)


class ReplyRefused(Exception):
    """Nothing changes. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Considered:
    """How far the Panel has come with the review of one cycle. `open_requests`: what it asked for
    and has not been given."""

    cycle: int
    submitted_at: datetime
    received_at: datetime | None
    open_requests: frozenset[UUID]
    decided: PanelDecision | None
    last_at: datetime
    withdrawn: bool
    closed: bool


def considered(facts: Sequence[Fact]) -> Considered:
    """The latest review that went to the Panel. `facts` are those told and published about one
    case and the cases linked to it, in any order. Raises ReplyRefused: `not_submitted`."""
    submitted = [said for _, said in of_type(facts, ReviewSubmitted)]
    if not submitted:
        raise ReplyRefused("not_submitted")
    review = max(submitted, key=lambda one: (one.cycle, one.submitted_at))
    cycle = review.cycle
    received = [s.received_at for _, s in of_type(facts, PanelReceived) if s.cycle == cycle]
    asked = [s for _, s in of_type(facts, PanelInformationRequested) if s.cycle == cycle]
    given = {s.request_id for _, s in of_type(facts, InformationSupplied) if s.cycle == cycle}
    decided = [
        (fact.sequence, said) for fact, said in of_type(facts, PanelDecided) if said.cycle == cycle
    ]
    last = max(decided, key=lambda each: each[0])[1] if decided else None
    instants = [
        review.submitted_at,
        *received,
        *(one.requested_at for one in asked),
        *(one.decided_at for _, one in decided),
    ]
    return Considered(
        cycle=cycle,
        submitted_at=review.submitted_at,
        received_at=min(received, default=None),
        open_requests=frozenset(one.reply_id for one in asked) - given,
        decided=last.decision if last else None,
        last_at=max(instants),
        withdrawn=any(s.cycle == cycle for _, s in of_type(facts, IncidentWithdrawn)),
        closed=any(s.cycle == cycle for _, s in of_type(facts, CaseClosed)),
    )


def reply(found: Considered, said: PanelSays, reply_id: UUID, now: datetime) -> PanelReply:
    """What to publish.

    Raises ReplyRefused: `withdrawn`, `case_closed`, `already_received`, `not_received`,
    `already_decided`, `information_outstanding`, `in_the_future`, `before_it_was_sent`,
    `before_the_last_reply`.
    """
    _refuse(found, said)
    at = _instant(found, said, now)
    common = {"reply_id": reply_id, "cycle": found.cycle, "recorded_at": now}
    if said.decision is None:
        return PanelReceived(**common, received_at=at, reference=said.reference)
    if said.decision == "more_information_required":
        return PanelInformationRequested(
            **common, requested_at=at, wanted_by=said.deadline_for_information
        )
    return PanelDecided(
        **common,
        decision=PanelDecision(said.decision),
        decided_at=at,
        met_on=said.meeting_date,
        national_review=said.national_review_id,
    )


def instant_of(said: PanelReply) -> datetime:
    """When the Panel did what it says."""
    match said:
        case PanelReceived():
            return said.received_at
        case PanelInformationRequested():
            return said.requested_at
        case PanelDecided():
            return said.decided_at
    return said.recorded_at


def _refuse(found: Considered, said: PanelSays) -> None:
    if found.withdrawn:
        raise ReplyRefused("withdrawn")
    if found.closed:
        raise ReplyRefused("case_closed")
    if said.decision is None:
        if found.received_at is not None:
            raise ReplyRefused("already_received")
        return
    if found.received_at is None:
        raise ReplyRefused("not_received")
    if found.decided is not None and not (
        said.decision == "national_review" and found.decided in MAY_BECOME_NATIONAL
    ):
        raise ReplyRefused("already_decided")
    if found.open_requests:
        raise ReplyRefused("information_outstanding")


def _instant(found: Considered, said: PanelSays, now: datetime) -> datetime:
    """What the Panel says, within what can be true; two clocks may differ by minutes."""
    at = said.at(now)
    if at > now + CLOCK_TOLERANCE:
        raise ReplyRefused("in_the_future")
    if at < found.submitted_at - CLOCK_TOLERANCE:
        raise ReplyRefused("before_it_was_sent")
    if at < found.last_at - CLOCK_TOLERANCE:
        raise ReplyRefused("before_the_last_reply")
    return min(max(at, found.last_at), max(now, found.last_at))
