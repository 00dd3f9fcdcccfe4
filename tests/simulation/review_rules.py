"""What happens in a review and after it, and what the Panel replies, without stores: by the same
pure rules as in the services."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.panel_notification.panel_replies import ReplyRefused, considered, instant_of, reply
from services.rapid_review_timer.review import Review, reviews_of
from shared.contracts.event_codes import PanelDecision
from shared.contracts.lcspr_events import (
    LcsprCommissioned,
    LcsprDrafted,
    LcsprPublished,
    LcsprSent,
    LcsprWithheld,
    LearningActionClosed,
    LearningActionOpened,
)
from shared.contracts.panel_said import PanelSays
from shared.contracts.review_codes import (
    ActionOutcome,
    CopyFor,
    NextStep,
    Publication,
    Theme,
    WithheldReason,
)
from shared.contracts.review_events import InformationSupplied, ReviewStep, ReviewSubmitted
from shared.messaging.facts import Fact
from tests.simulation import panel_rules, timer_rules
from tests.simulation.work import Work

DAY = date(2026, 6, 1)
REPLIES = ("received", "more_information_required", *sorted(PanelDecision))


def open_reviews(work: Work) -> list[tuple[UUID, Review]]:
    """The cases whose review is open, each with its latest."""
    found = []
    for case_id in sorted({*work.written.facts, *work.written.own}):
        head, members = work.written.group(case_id)
        if head != case_id:
            continue
        reviews = reviews_of(timer_rules.known(work.written, members), case_id)
        opened = [review for review in reviews.values() if review.opened]
        if opened:
            found.append((case_id, max(opened, key=lambda review: review.cycle)))
    return found


def take_step(work: Work, case_id: UUID, review: Review, way: int) -> None:
    """The next step that is possible; `way` chooses where there are several."""
    step = _next(work, review, way)
    if step is None:
        return
    work.emit(step, case_id, work.now, about="0")
    _, members = work.written.group(case_id)
    timer_rules.bring_in_line(work, case_id, timer_rules.known(work.written, members), work.now)


def _next(work: Work, review: Review, way: int) -> ReviewStep | None:
    of: dict[str, Any] = {"review_id": review.review_id, "cycle": review.cycle}
    local, waiting = review.local, review.replies.open_request
    if review.submitted is None:
        return ReviewSubmitted(
            **of,
            content_version=1,
            next_step=NextStep.LCSPR_YES,
            local_criteria=[],
            national_criteria=[],
            approvals=[],
            signed_off_at=work.now,
            submitted_at=work.now,
        )
    if waiting is not None:
        at = max(work.now, waiting.asked.at)
        return InformationSupplied(
            **of, request_id=waiting.request_id, supplied_at=at, recorded_at=work.now
        )
    unfinished = sorted(key for key, action in review.actions.items() if not action.closed)
    if way % 2 and unfinished:
        return LearningActionClosed(
            **of,
            action_id=unfinished[0],
            outcome=ActionOutcome.DONE,
            closed_on=DAY,
            recorded_at=work.now,
        )
    if way % 3 == 0 and (local.commissioned is None or local.ended):
        return LearningActionOpened(
            **of,
            action_id=UUID(int=len(review.actions) + 1),
            owner="la-E08000012",
            due_date=DAY,
            theme=Theme.NEGLECT,
            together=False,
            opened_at=work.now,
        )
    return _of_local_review(work, review, of | {"local_review_id": review.review_id}, way)


def _of_local_review(work: Work, review: Review, of: dict[str, Any], way: int) -> ReviewStep | None:
    local = review.local
    told: list[ReviewStep] = [
        LcsprCommissioned(**of, decided_on=DAY, reviewers=1, commissioned_at=work.now),
        LcsprDrafted(**of, planned_publication=DAY, drafted_at=work.now),
        LcsprSent(
            **of,
            sent_to=[CopyFor.PANEL],
            sent_on=DAY,
            earliest_publication=DAY,
            recorded_at=work.now,
        ),
        LcsprWithheld(**of, reason=WithheldReason.OTHER, withheld_at=work.now)
        if way % 2
        else LcsprPublished(
            **of,
            publication=Publication.FULL_REPORT,
            published_on=DAY,
            available_until=DAY,
            recorded_at=work.now,
        ),
    ]
    done = (local.commissioned, local.drafted, local.sent, local.published or local.withheld)
    return next((step for step, there in zip(told, done, strict=True) if not there), None)


def panel_says(work: Work, case_id: UUID, which: str) -> None:
    """The Panel replies, as far as panel notification takes it in; it has the review first."""
    head, group = work.written.group(case_id)
    facts: Sequence[Fact] = [
        *work.written.facts_of(group),
        *work.written.own_facts_of(group),
    ]
    try:
        found = considered(facts)
        said = _said(which if found.received_at else "received")
        told = reply(found, said, work.cause, work.now)
    except ReplyRefused:
        return
    work.emit(told, head, instant_of(told))
    panel_rules.bring_in_line(work, head)


def _said(which: str) -> PanelSays:
    if which == "received":
        return PanelSays(reply="received")
    asks = which == "more_information_required"
    text = "information_requested" if asks else "rationale"
    return PanelSays.model_validate({"reply": "decided", "decision": which, text: "Invented."})
