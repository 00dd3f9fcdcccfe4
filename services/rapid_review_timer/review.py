"""Where a rapid review stands: a pure function of the steps that were recorded of it.

A step is an event of this service. What people wrote is not in it and is not needed to know how
far the review has come.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid5

from services.rapid_review_timer.local_review import Action, LocalReview, local_step
from services.rapid_review_timer.panel_replies import NONE, Replies, replies_of
from shared.contracts.envelope import NAMESPACE
from shared.contracts.event_codes import PartnerKind
from shared.contracts.review_codes import Aim, Approval, ExtensionAnswer
from shared.contracts.review_events import (
    AimsRecorded,
    ApprovalRecorded,
    ExtensionDecided,
    ExtensionRequested,
    FindingsRecorded,
    PartnerApproval,
    ReviewOpened,
    ReviewStep,
    ReviewSubmitted,
    SummaryChased,
    SummaryReceived,
    SummaryRequested,
)
from shared.messaging.facts import Fact, of_type

S = TypeVar("S", bound=ReviewStep, covariant=True)


@dataclass(frozen=True)
class Noted(Generic[S]):
    """What a step said, and the event that said it."""

    said: S
    by: UUID


@dataclass(frozen=True)
class Summary:
    """What one agency was asked for. A nil return is complete like any other answer."""

    request_id: UUID
    agency: str
    requested_at: datetime
    due_date: date
    chased: tuple[datetime, ...] = ()
    received: SummaryReceived | None = None


@dataclass(frozen=True)
class Extension:
    """Asked, and then granted or refused: `decided` is None until the Panel's reply is known."""

    asked: ExtensionRequested
    decided: Noted[ExtensionDecided] | None = None

    @property
    def agreed_date(self) -> date | None:
        return self.decided.said.agreed_date if self.decided else None


@dataclass
class Review:
    """The review of one cycle. `approvals` are of the aims as they stand now."""

    review_id: UUID
    cycle: int
    opened: Noted[ReviewOpened] | None = None
    findings: Noted[FindingsRecorded] | None = None
    summaries: dict[str, Summary] = field(default_factory=dict)
    aims: AimsRecorded | None = None
    approvals: dict[str, ApprovalRecorded] = field(default_factory=dict)
    submitted: Noted[ReviewSubmitted] | None = None
    extensions: list[Extension] = field(default_factory=list)
    local: LocalReview = field(default_factory=LocalReview)
    actions: dict[UUID, Action] = field(default_factory=dict)
    replies: Replies = NONE

    @property
    def pending_extension(self) -> Extension | None:
        return next((one for one in self.extensions if one.decided is None), None)

    @property
    def granted_extension(self) -> Extension | None:
        """The last one: it agreed on the date that holds."""
        granted = [
            one
            for one in self.extensions
            if one.decided and one.decided.said.answer is ExtensionAnswer.GRANTED
        ]
        return granted[-1] if granted else None


def review_id_of(case_id: UUID, cycle: int) -> UUID:
    return uuid5(NAMESPACE, f"review|{case_id}|{cycle}")


def reviews_of(facts: Iterable[Fact], case_id: UUID) -> dict[int, Review]:
    """By cycle. `facts` are those of a case and of the cases linked to it, in any order: steps of
    a linked case come before those of the case that stands for it."""
    facts = list(facts)
    steps = {fact.event_id: fact for fact in facts if isinstance(fact.data, ReviewStep)}
    reviews: dict[int, Review] = {}
    for fact in sorted(
        steps.values(),
        key=lambda step: (step.case_id == case_id, str(step.case_id), step.sequence),
    ):
        said = fact.data
        if isinstance(said, ReviewStep):
            review = reviews.setdefault(
                said.cycle, Review(review_id_of(case_id, said.cycle), said.cycle)
            )
            take(review, said, fact.event_id)
    for number, review in reviews.items():
        review.replies = replies_of(facts, number)
    return reviews


def steps_in(facts: Iterable[Fact]) -> int:
    """How many steps were recorded: what a caller must have seen to add another."""
    return len({fact.event_id for fact, _ in of_type(list(facts), ReviewStep)})


def take(review: Review, said: ReviewStep, by: UUID) -> None:
    """Takes one step further. A step that is not of the review itself is the local review's."""
    taken = _TAKES.get(type(said))
    if taken is not None:
        taken(review, said, by)
    else:
        review.local = local_step(review.local, review.actions, said, by)


def missing_summaries(review: Review) -> list[Summary]:
    return [summary for summary in review.summaries.values() if summary.received is None]


def missing_aims(review: Review) -> list[Aim]:
    filled = review.aims.filled if review.aims else []
    return [aim for aim in Aim if aim not in filled]


def approval_of(review: Review, kind: PartnerKind) -> Approval | None:
    """Of a kind of partner: approved once one of its bodies has and none rejects; None: pending."""
    answers = {given.answer for given in review.approvals.values() if given.kind is kind}
    if Approval.REJECTED in answers:
        return Approval.REJECTED
    return Approval.APPROVED if answers else None


def approvals_given(review: Review) -> list[PartnerApproval]:
    return [
        PartnerApproval(
            kind=given.kind, organisation=given.organisation, approved_at=given.answered_at
        )
        for given in review.approvals.values()
        if given.answer is Approval.APPROVED
    ]


def _opened(review: Review, said: ReviewOpened, by: UUID) -> None:
    review.opened = review.opened or Noted(said, by)


def _findings(review: Review, said: FindingsRecorded, by: UUID) -> None:
    review.findings = review.findings or Noted(said, by)


def _requested(review: Review, said: SummaryRequested, by: UUID) -> None:
    asked = Summary(said.request_id, said.agency, said.requested_at, said.due_date)
    review.summaries.setdefault(said.agency, asked)


def _chased(review: Review, said: SummaryChased, by: UUID) -> None:
    asked = review.summaries[said.agency]
    review.summaries[said.agency] = replace(asked, chased=(*asked.chased, said.chased_at))


def _received(review: Review, said: SummaryReceived, by: UUID) -> None:
    asked = review.summaries[said.agency]
    review.summaries[said.agency] = replace(asked, received=said)


def _aims(review: Review, said: AimsRecorded, by: UUID) -> None:
    review.aims, review.approvals = said, {}


def _approval(review: Review, said: ApprovalRecorded, by: UUID) -> None:
    if review.aims and said.content_version == review.aims.content_version:
        review.approvals[said.organisation] = said


def _submitted(review: Review, said: ReviewSubmitted, by: UUID) -> None:
    review.submitted = review.submitted or Noted(said, by)


def _asked(review: Review, said: ExtensionRequested, by: UUID) -> None:
    review.extensions.append(Extension(said))


def _decided(review: Review, said: ExtensionDecided, by: UUID) -> None:
    review.extensions = [
        replace(one, decided=Noted(said, by))
        if one.asked.extension_id == said.extension_id
        else one
        for one in review.extensions
    ]


_TAKES: Mapping[type[ReviewStep], Callable[[Review, Any, UUID], None]] = MappingProxyType(
    {
        ReviewOpened: _opened,
        FindingsRecorded: _findings,
        SummaryRequested: _requested,
        SummaryChased: _chased,
        SummaryReceived: _received,
        AimsRecorded: _aims,
        ApprovalRecorded: _approval,
        ReviewSubmitted: _submitted,
        ExtensionRequested: _asked,
        ExtensionDecided: _decided,
    }
)
