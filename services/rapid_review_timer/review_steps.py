"""What each command makes of a rapid review: the steps that follow, or why it is refused. Pure.

A review is submitted once all four aims are filled and all three partners approved them as they
stand (Working Together 2018, chapter 4: the partners share the duty equally).
"""

from uuid import uuid5

from services.rapid_review_timer.circumstances import (
    Circumstances,
    Refused,
    refuse_submitted,
    step_of,
)
from services.rapid_review_timer.review import (
    Review,
    approval_of,
    approvals_given,
    missing_aims,
)
from services.rapid_review_timer.review_obligations import PANEL, owed_to
from services.rapid_review_timer.review_said import (
    ChaseSummary,
    GiveApproval,
    ReceiveSummary,
    RecordAims,
    RecordFindings,
    RequestSummaries,
    Submit,
)
from shared.calendar.london import london_date
from shared.calendar.working_days import add_working_days
from shared.contracts.envelope import NAMESPACE
from shared.contracts.event_codes import PartnerKind
from shared.contracts.review_codes import Approval
from shared.contracts.review_events import (
    AimsRecorded,
    ApprovalRecorded,
    FindingsRecorded,
    ReviewStep,
    ReviewSubmitted,
    SummaryChased,
    SummaryReceived,
    SummaryRequested,
)

SUMMARY_WORKING_DAYS = 10
"""Local practice asks agencies to answer by the tenth working day of the review, which leaves five
to write it (Devon children and families partnership, rapid review timetable); a setting of ours."""


def request_summaries(
    review: Review, said: RequestSummaries, met: Circumstances
) -> list[ReviewStep]:
    """One step for each agency. Raises Refused: `already_submitted`, `already_requested`."""
    refuse_submitted(review)
    again = [
        (f"/agencies/{place}", "already_requested")
        for place, agency in enumerate(said.agencies)
        if agency in review.summaries or agency in said.agencies[:place]
    ]
    if again:
        raise Refused("already_requested", again)
    asked_from = london_date(review.opened.said.notified_at) if review.opened else met.today
    wanted = add_working_days(met.calendar, asked_from, SUMMARY_WORKING_DAYS)
    due = max(wanted, met.today)
    return [
        SummaryRequested(
            **step_of(review),
            request_id=uuid5(NAMESPACE, f"summary|{review.review_id}|{agency}"),
            agency=agency,
            requested_at=met.now,
            due_date=due,
        )
        for agency in said.agencies
    ]


def chase_summary(review: Review, said: ChaseSummary, met: Circumstances) -> list[ReviewStep]:
    """Raises Refused: `not_requested`, `already_received`, `already_submitted`."""
    refuse_submitted(review)
    asked = review.summaries.get(said.agency)
    if asked is None:
        raise Refused("not_requested")
    if asked.received:
        raise Refused("already_received")
    return [
        SummaryChased(
            **step_of(review),
            request_id=asked.request_id,
            agency=asked.agency,
            number=len(asked.chased) + 1,
            chased_at=met.now,
        )
    ]


def receive_summary(review: Review, said: ReceiveSummary, met: Circumstances) -> list[ReviewStep]:
    """Also after submission: what comes late is kept. Raises Refused: `not_requested`,
    `already_received`, `in_the_future`, `before_it_was_asked_for`."""
    asked = review.summaries.get(said.agency)
    if asked is None:
        raise Refused("not_requested")
    if asked.received:
        raise Refused("already_received")
    received_at = said.received_at or met.now
    if received_at > met.now:
        raise Refused("in_the_future")
    if received_at < asked.requested_at:
        raise Refused("before_it_was_asked_for")
    return [
        SummaryReceived(
            **step_of(review),
            request_id=asked.request_id,
            agency=asked.agency,
            nil_return=said.nil_return,
            received_at=received_at,
            late=london_date(received_at) > asked.due_date,
        )
    ]


def record_findings(review: Review, said: RecordFindings, met: Circumstances) -> list[ReviewStep]:
    """Raises Refused: `already_recorded`, `already_submitted`."""
    refuse_submitted(review)
    if review.findings:
        raise Refused("already_recorded")
    return [
        FindingsRecorded(
            **step_of(review),
            recorded_at=met.now,
            immediate_action_needed=said.immediate_action_needed,
        )
    ]


def record_aims(review: Review, said: RecordAims, met: Circumstances) -> list[ReviewStep]:
    """A new version of the aims, which nobody has approved yet. Raises Refused:
    `already_submitted`."""
    refuse_submitted(review)
    return [
        AimsRecorded(
            **step_of(review),
            content_version=(review.aims.content_version if review.aims else 0) + 1,
            filled=said.filled,
            immediate_action_needed=said.immediate_action_needed,
            themes=list(dict.fromkeys(point.theme for point in said.learning)),
            local_criteria=list(dict.fromkeys(said.local_criteria or ())),
            national_criteria=list(dict.fromkeys(said.national_criteria or ())),
            next_step=said.next_step,
            recorded_at=met.now,
        )
    ]


def give_approval(review: Review, said: GiveApproval, met: Circumstances) -> list[ReviewStep]:
    """By a body that holds a seat of the area that day. Raises Refused: `already_submitted`,
    `no_seat`, `nothing_to_approve`, `other_version`."""
    refuse_submitted(review)
    if met.partner is None:
        raise Refused("no_seat")
    if review.aims is None:
        raise Refused("nothing_to_approve")
    if said.content_version != review.aims.content_version:
        raise Refused("other_version")
    return [
        ApprovalRecorded(
            **step_of(review),
            content_version=said.content_version,
            kind=met.partner,
            organisation=met.organisation,
            answer=said.answer,
            answered_at=met.now,
        )
    ]


def not_ready(review: Review) -> list[tuple[str, str]]:
    """What stands between the review and the Panel: places with a code each; empty: nothing."""
    aims = [(f"/aims/{aim.value}", "aim_not_filled") for aim in missing_aims(review)]
    partners = [
        (f"/approvals/{kind.value}", "rejected" if answer else "approval_missing")
        for kind in PartnerKind
        if (answer := approval_of(review, kind)) is not Approval.APPROVED
    ]
    return aims + partners


def submit(review: Review, said: Submit, met: Circumstances) -> list[ReviewStep]:
    """Raises Refused: `already_submitted`, `not_ready` with each thing that is missing."""
    refuse_submitted(review)
    missing = not_ready(review)
    aims = review.aims
    if missing or aims is None or aims.next_step is None:
        raise Refused("not_ready", missing)
    approvals = approvals_given(review)
    return [
        ReviewSubmitted(
            **step_of(review),
            content_version=aims.content_version,
            next_step=aims.next_step,
            local_criteria=aims.local_criteria,
            national_criteria=aims.national_criteria,
            approvals=approvals,
            signed_off_at=max(given.approved_at for given in approvals),
            submitted_at=met.now,
            obligations=owed_to(
                [PANEL], "submitted", "DL08", met.case_id, review.cycle, met.owner_area
            ),
        )
    ]
