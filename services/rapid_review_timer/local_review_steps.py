"""What each command makes of a local review, and of the actions that follow from it: the steps
that follow, or why it is refused. Pure."""

from uuid import uuid5

from services.rapid_review_timer.calculation import calculate, earliest_publication
from services.rapid_review_timer.circumstances import Circumstances, Refused, refuse_future, step_of
from services.rapid_review_timer.limits import COPIES as COPIES_LIMIT
from services.rapid_review_timer.limits import KEPT_AVAILABLE
from services.rapid_review_timer.review import Review
from services.rapid_review_timer.review_obligations import COPIES, DFE, OFSTED, PANEL, owed_to
from services.rapid_review_timer.review_said import (
    CloseAction,
    CommissionLocalReview,
    DelayLocalReview,
    DraftLocalReview,
    OpenAction,
    PublishLocalReview,
    SendCopies,
    TellOfLocalReview,
    WithholdLocalReview,
)
from services.rapid_review_timer.rules import rule_book
from shared.contracts.envelope import NAMESPACE
from shared.contracts.lcspr_events import (
    LcsprCommissioned,
    LcsprDelayed,
    LcsprDrafted,
    LcsprPublished,
    LcsprSent,
    LcsprTold,
    LcsprWithheld,
    LearningActionClosed,
    LearningActionOpened,
)
from shared.contracts.review_codes import CopyFor, ToldOf
from shared.contracts.review_events import ReviewStep

MUST_HAVE_COPIES = frozenset({CopyFor.PANEL, CopyFor.SECRETARY_OF_STATE})


def commission(review: Review, said: CommissionLocalReview, met: Circumstances) -> list[ReviewStep]:
    """Raises Refused: `not_submitted`, `already_commissioned`, `in_the_future`."""
    if review.submitted is None:
        raise Refused("not_submitted")
    if review.local.commissioned:
        raise Refused("already_commissioned")
    refuse_future(said.decided_on, met)
    return [
        LcsprCommissioned(
            **step_of(review),
            local_review_id=uuid5(NAMESPACE, f"local review|{review.review_id}"),
            decided_on=said.decided_on,
            reviewers=len(said.reviewers),
            commissioned_at=met.now,
            obligations=owed_to(
                (PANEL, OFSTED, DFE),
                "commissioned",
                "DL10",
                met.case_id,
                review.cycle,
                met.owner_area,
            ),
        )
    ]


def tell(review: Review, said: TellOfLocalReview, met: Circumstances) -> list[ReviewStep]:
    """Raises Refused: `not_commissioned`, `already_told`, `nothing_to_tell`, `in_the_future`."""
    local = review.local
    commissioned = _commissioned(review)
    if said.of is ToldOf.DECISION and local.decision_told:
        raise Refused("already_told")
    if said.of is ToldOf.REASONS and not local.owes_reasons:
        raise Refused("nothing_to_tell")
    refuse_future(said.told_on, met)
    if said.told_on < commissioned.decided_on:
        raise Refused("before_it_was_decided")
    return [
        LcsprTold(
            **step_of(review),
            local_review_id=commissioned.local_review_id,
            of=said.of,
            told_on=said.told_on,
            recorded_at=met.now,
        )
    ]


def draft(review: Review, said: DraftLocalReview, met: Circumstances) -> list[ReviewStep]:
    """Raises Refused: `not_commissioned`, `review_ended`, `in_the_past`."""
    commissioned = _under_way(review)
    if said.planned_publication < met.today:
        raise Refused("in_the_past")
    return [
        LcsprDrafted(
            **step_of(review),
            local_review_id=commissioned.local_review_id,
            planned_publication=said.planned_publication,
            drafted_at=met.now,
            obligations=owed_to(
                COPIES, "copies", COPIES_LIMIT, met.case_id, review.cycle, met.owner_area
            ),
        )
    ]


def send_copies(review: Review, said: SendCopies, met: Circumstances) -> list[ReviewStep]:
    """Raises Refused: `not_commissioned`, `review_ended`, `not_drafted`, `must_have_copies`,
    `in_the_future`."""
    commissioned = _under_way(review)
    if review.local.drafted is None:
        raise Refused("not_drafted")
    lacking = sorted(MUST_HAVE_COPIES - set(said.sent_to))
    if lacking:
        raise Refused("must_have_copies", [(f"/sent_to/{one}", "required") for one in lacking])
    refuse_future(said.sent_on, met)
    rule = rule_book().rule(COPIES_LIMIT, said.sent_on)
    return [
        LcsprSent(
            **step_of(review),
            local_review_id=commissioned.local_review_id,
            sent_to=list(dict.fromkeys(said.sent_to)),
            sent_on=said.sent_on,
            earliest_publication=earliest_publication(rule, met.calendar, said.sent_on),
            recorded_at=met.now,
        )
    ]


def delay(review: Review, said: DelayLocalReview, met: Circumstances) -> list[ReviewStep]:
    """Reasons are owed then. Raises Refused: `not_commissioned`, `review_ended`."""
    commissioned = _under_way(review)
    number = len(review.local.delays) + 1
    return [
        LcsprDelayed(
            **step_of(review),
            local_review_id=commissioned.local_review_id,
            reason=said.reason,
            delayed_at=met.now,
            obligations=owed_to(
                (PANEL, DFE),
                f"delayed {number}",
                "DL15",
                met.case_id,
                review.cycle,
                met.owner_area,
            ),
        )
    ]


def publish(review: Review, said: PublishLocalReview, met: Circumstances) -> list[ReviewStep]:
    """Not before the copies have been out for as long as the limit says, unless a reason overrides
    it. Raises Refused: `not_commissioned`, `review_ended`, `copies_not_sent`,
    `too_soon_after_copies`, `in_the_future`."""
    commissioned = _under_way(review)
    if review.local.sent is None:
        raise Refused("copies_not_sent")
    refuse_future(said.published_on, met)
    early = said.published_on < review.local.sent[0].earliest_publication
    if early and said.early_because is None:
        raise Refused("too_soon_after_copies")
    rule = rule_book().rule(KEPT_AVAILABLE, said.published_on)
    kept = calculate(rule, met.calendar, said.published_on)
    return [
        LcsprPublished(
            **step_of(review),
            local_review_id=commissioned.local_review_id,
            publication=said.publication,
            published_on=said.published_on,
            available_until=kept.due_date,
            early_because=said.early_because if early else None,
            recorded_at=met.now,
        )
    ]


def withhold(review: Review, said: WithholdLocalReview, met: Circumstances) -> list[ReviewStep]:
    """Reasons are owed then. Raises Refused: `not_commissioned`, `review_ended`,
    `copies_not_sent`."""
    commissioned = _under_way(review)
    if review.local.sent is None:
        raise Refused("copies_not_sent")
    return [
        LcsprWithheld(
            **step_of(review),
            local_review_id=commissioned.local_review_id,
            reason=said.reason,
            withheld_at=met.now,
            obligations=owed_to(
                (PANEL, DFE), "withheld", "DL15", met.case_id, review.cycle, met.owner_area
            ),
        )
    ]


def open_action(review: Review, said: OpenAction, met: Circumstances) -> list[ReviewStep]:
    """Once it is settled what follows from the review; a national review takes the place of a
    local one. Raises Refused: `not_submitted`, `local_review_under_way`."""
    if review.submitted is None:
        raise Refused("not_submitted")
    if review.local.commissioned and not (review.local.ended or review.replies.national):
        raise Refused("local_review_under_way")
    number = len(review.actions) + 1
    return [
        LearningActionOpened(
            **step_of(review),
            action_id=uuid5(NAMESPACE, f"action|{review.review_id}|{number}"),
            owner=said.owner,
            due_date=said.due_date,
            theme=said.theme,
            together=said.together,
            opened_at=met.now,
        )
    ]


def close_action(review: Review, said: CloseAction, met: Circumstances) -> list[ReviewStep]:
    """Raises Refused: `unknown_action`, `already_closed`, `in_the_future`."""
    action = review.actions.get(said.action_id)
    if action is None:
        raise Refused("unknown_action")
    if action.closed:
        raise Refused("already_closed")
    refuse_future(said.closed_on, met)
    return [
        LearningActionClosed(
            **step_of(review),
            action_id=said.action_id,
            outcome=said.outcome,
            closed_on=said.closed_on,
            recorded_at=met.now,
        )
    ]


def _commissioned(review: Review) -> LcsprCommissioned:
    if review.local.commissioned is None:
        raise Refused("not_commissioned")
    return review.local.commissioned[0]


def _under_way(review: Review) -> LcsprCommissioned:
    commissioned = _commissioned(review)
    if review.local.ended:
        raise Refused("review_ended")
    return commissioned
