"""Which clocks the steps of a review start, meet, move and cancel. Pure.

Limits without a number of days ("promptly") are no clocks: the review itself shows since when they
are open. The Panel's days stop while it waits for what it asked for, and are counted anew from the
answer; its reply also counts as come once the partners decide for a local review on it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from uuid import UUID

from services.rapid_review_timer.clocks import Clock, Cycle
from services.rapid_review_timer.fulfilment import Done, notified, told_to_partners
from services.rapid_review_timer.limits import (
    COPIES,
    EARLY_FINDINGS,
    INFORM_OF_LOCAL_REVIEW,
    NOT_CALLED_FOR,
    PANEL_REPLY,
    PUBLISH_LOCAL_REVIEW,
    RAPID_REVIEW,
    Reason,
)
from services.rapid_review_timer.panel_replies import Replies
from services.rapid_review_timer.review import Review
from shared.calendar.london import london_instant
from shared.contracts.event_codes import Decision, NotificationKind
from shared.messaging.facts import Fact

ORIGINAL = "ORIGINAL"
"""Beside an agreed date: the due date as it was counted."""


def clocks_of_review(
    case_id: UUID, cycle: Cycle, told: Sequence[Fact], number: int, review: Review | None
) -> dict[str, Clock]:
    """By rule. A rapid review runs from the sending to the Panel, if the decision calls for one;
    the first findings from when the partners heard, or else from the same sending."""
    sent = notified(told, number, {NotificationKind.PANEL})
    if cycle.decision is None or sent is None or not cycle.rapid_review_once:
        return {}
    heard = told_to_partners(told, case_id, number, cycle.decision) or sent
    clocks = {
        RAPID_REVIEW: _unless_not_called_for(cycle, sent),
        EARLY_FINDINGS: _unless_not_called_for(cycle, heard),
    }
    return {**clocks, **(_after_submission(review) if review else {})}


def _unless_not_called_for(cycle: Cycle, start: Done) -> Clock:
    if cycle.decision is None or cycle.decision.rapid_review:
        return Clock(start.at, start.by)
    decided = cycle.decision.decision
    notifiable = decided is Decision.NOTIFIABLE
    reason = Reason.NO_RAPID_REVIEW if notifiable else NOT_CALLED_FOR[decided]
    return Clock(start.at, start.by, reason, cycle.decided_by)


def _after_submission(review: Review) -> dict[str, Clock]:
    clocks: dict[str, Clock] = {}
    if review.submitted:
        clocks[PANEL_REPLY] = _of_the_panel(
            review.replies, Done(review.submitted.said.submitted_at, review.submitted.by)
        )
    local = review.local
    if local.commissioned:
        commissioned, by = local.commissioned
        decided = Clock(_begin_of(commissioned.decided_on), by)
        clocks |= {INFORM_OF_LOCAL_REVIEW: decided, PUBLISH_LOCAL_REVIEW: decided}
        if national := review.replies.national:
            clocks[PUBLISH_LOCAL_REVIEW] = _stopped(decided, Reason.NATIONAL_REVIEW, national)
    if local.drafted:
        drafted, by = local.drafted
        withheld = local.withheld[1] if local.withheld else None
        reason = Reason.PUBLICATION_WITHHELD if withheld else None
        planned = _begin_of(drafted.planned_publication)
        clocks[COPIES] = Clock(planned, by, reason, withheld)
    return clocks


def _of_the_panel(replies: Replies, submitted: Done) -> Clock:
    start, waiting = replies.counted_from(submitted), replies.open_request
    clock = Clock(start.at, start.by)
    return _stopped(clock, Reason.INFORMATION_AWAITED, waiting.asked) if waiting else clock


def _stopped(clock: Clock, reason: Reason, since: Done) -> Clock:
    return replace(clock, reason=reason, ended_by=since.by, stopped_at=since.at)


def done_in_review(rule: str, review: Review | None) -> Done | None:
    """What met one of these clocks. Days without a time of day count from their beginning."""
    return _met(review).get(rule) if review else None


def _met(review: Review) -> dict[str, Done]:
    """A review that was sent holds the first findings, if nobody recorded them before."""
    local, met = review.local, dict[str, Done]()
    if review.submitted:
        whole = Done(review.submitted.said.submitted_at, review.submitted.by)
        met = {RAPID_REVIEW: whole, EARLY_FINDINGS: whole}
    if review.findings:
        met[EARLY_FINDINGS] = Done(review.findings.said.recorded_at, review.findings.by)
    if local.commissioned:
        met[PANEL_REPLY] = Done(local.commissioned[0].commissioned_at, local.commissioned[1])
    if review.replies.decided:
        met[PANEL_REPLY] = min(review.replies.decided, met.get(PANEL_REPLY, review.replies.decided))
    if local.decision_told:
        told, by = local.decision_told
        met[INFORM_OF_LOCAL_REVIEW] = Done(_begin_of(told.told_on), by)
    if local.withheld:
        met[PUBLISH_LOCAL_REVIEW] = Done(local.withheld[0].withheld_at, local.withheld[1])
    if local.published:
        published, by = local.published
        met[PUBLISH_LOCAL_REVIEW] = Done(_begin_of(published.published_on), by)
    if local.sent:
        met[COPIES] = Done(_begin_of(local.sent[0].sent_on), local.sent[1])
    return met


def agreed_dates(rule: str, review: Review | None) -> tuple[date, date] | None:
    """The date that was agreed on in place of the counted one, and that one as it was when it was
    asked for. Only a rapid review is ever extended."""
    granted = review.granted_extension if review and rule == RAPID_REVIEW else None
    if granted is None or granted.agreed_date is None:
        return None
    return granted.agreed_date, granted.asked.original_due_date


def _begin_of(day: date) -> datetime:
    return london_instant(day, time())
