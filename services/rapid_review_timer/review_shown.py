"""What is shown of a review to those who take part in it. Codes, dates and instants only."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.rapid_review_timer.circumstances import Circumstances
from services.rapid_review_timer.review import (
    Extension,
    Review,
    Summary,
    approval_of,
    missing_summaries,
)
from services.rapid_review_timer.review_risk import band_of
from services.rapid_review_timer.review_steps import not_ready
from shared.calendar.bank_holidays import Calendar
from shared.calendar.errors import CalendarOutOfRange
from shared.calendar.working_days import working_days_between
from shared.contracts.event_codes import PartnerKind
from shared.contracts.review_codes import Aim
from shared.contracts.review_events import ReviewStep


def shown(review: Review, met: Circumstances, version: int) -> dict[str, Any]:
    """`due_date` is the one that holds; where an extension was granted that is the agreed one, and
    `original_due_date` stands beside it."""
    missing = not_ready(review)
    left = working_days_left(met.calendar, met.today, met.due_date)
    return {
        "case_id": met.case_id,
        "review_id": review.review_id,
        "cycle": review.cycle,
        "version": version,
        "phase": phase_of(review),
        "opened": _said(review.opened.said) if review.opened else None,
        "due_date": met.due_date,
        "original_due_date": met.original_due_date,
        "working_days_left": left,
        "risk": None
        if left is None
        else band_of(
            left,
            len(missing_summaries(review)),
            submitted=review.submitted is not None,
            ready=not missing,
        ),
        "not_ready": [{"pointer": place, "code": code} for place, code in missing],
        "findings": _said(review.findings.said) if review.findings else None,
        "summaries": [_summary(one, met.today) for one in review.summaries.values()],
        "aims": {aim.value: bool(review.aims and aim in review.aims.filled) for aim in Aim},
        "aims_recorded": _said(review.aims) if review.aims else None,
        "approvals": {kind.value: approval_of(review, kind) or "pending" for kind in PartnerKind},
        "approvals_given": [_said(given) for given in review.approvals.values()],
        "submitted": _said(review.submitted.said) if review.submitted else None,
        "panel": _panel(review),
        "extensions": [_extension(one) for one in review.extensions],
        "local_review": _local(review),
        "actions": [
            {**_said(one.opened), "closed": _said(one.closed) if one.closed else None}
            for one in review.actions.values()
        ],
        "open_without_a_number": open_without_a_number(review),
    }


def phase_of(review: Review) -> str:
    """The furthest that was reached."""
    local = review.local
    reached: Mapping[str, object] = {
        "withheld": local.withheld,
        "published": local.published,
        "copies_sent": local.sent,
        "local_review_drafted": local.drafted,
        "local_review_commissioned": local.commissioned,
        "submitted": review.submitted,
    }
    return next((name for name, step in reached.items() if step), "under_way")


def open_without_a_number(review: Review) -> list[dict[str, Any]]:
    """What is to be done promptly: since when, and by rule. No source gives days for these."""
    local, found = review.local, []
    if review.aims and not review.submitted and not not_ready(review):
        signed = max(given.answered_at for given in review.approvals.values())
        found.append({"rule": "DL08", "since": signed})
    if local.owes_reasons:
        last = local.withheld[0].withheld_at if local.withheld else local.delays[-1].delayed_at
        found.append({"rule": "DL15", "since": last})
    return found


def working_days_left(calendar: Calendar, today: date, due: date | None) -> int | None:
    """0 on the due date, negative after it; None where it is not known or the calendar ends."""
    if due is None:
        return None
    try:
        if today <= due:
            return working_days_between(calendar, today, due)
        return -max(1, working_days_between(calendar, due, today))
    except CalendarOutOfRange:
        return None


def _summary(one: Summary, today: date) -> dict[str, Any]:
    answer = one.received
    return {
        "request_id": one.request_id,
        "agency": one.agency,
        "requested_at": one.requested_at,
        "due_date": one.due_date,
        "chased": list(one.chased),
        "received_at": answer.received_at if answer else None,
        "nil_return": answer.nil_return if answer else None,
        "late": answer.late if answer else today > one.due_date,
    }


def _extension(one: Extension) -> dict[str, Any]:
    decided = one.decided.said if one.decided else None
    return {
        **_said(one.asked),
        "answer": decided.answer if decided else "pending",
        "agreed_date": decided.agreed_date if decided else None,
        "decided_at": decided.decided_at if decided else None,
    }


def _panel(review: Review) -> dict[str, Any] | None:
    if review.submitted is None:
        return None
    replies = review.replies
    waiting = replies.open_request
    return {
        "received_at": replies.received.at if replies.received else None,
        "waits_for": waiting.request_id if waiting else None,
        "asked_at": waiting.asked.at if waiting else None,
        "decision": replies.decision,
        "decided_at": replies.decided.at if replies.decided else None,
    }


def _local(review: Review) -> dict[str, Any] | None:
    local = review.local
    if local.commissioned is None:
        return None
    named = {
        "commissioned": local.commissioned,
        "decision_told": local.decision_told,
        "drafted": local.drafted,
        "copies_sent": local.sent,
        "published": local.published,
        "withheld": local.withheld,
    }
    return {
        **{name: _said(step[0]) if step else None for name, step in named.items()},
        "delays": [_said(delay) for delay in local.delays],
        "reasons_told": [_said(told) for told in local.reasons_told],
        "owes_reasons": local.owes_reasons,
    }


def _said(step: ReviewStep) -> dict[str, Any]:
    return step.model_dump(mode="json", exclude={"review_id", "cycle", "obligations"})
