"""What the timer's document says of each of its routes."""

from functools import reduce
from operator import or_

from services.rapid_review_timer import review_said
from services.rapid_review_timer.calendar_answers import CalendarAnswer
from services.rapid_review_timer.panel_answer import SupplyInformation
from services.rapid_review_timer.review_answers import ReviewShown
from shared.calendar.bank_holidays import CalendarDocument
from shared.web.described import (
    BODY,
    GONE,
    JSON_OBJECT,
    PARAMETERS,
    WRITES,
    Codes,
    Part,
    described,
)

_CASE: Codes = {404: ["case_not_found"], **GONE}
_OPENED: Codes = {409: ["review_not_opened"]}
_COMMAND: Codes = {
    404: ["case_not_found"],
    **GONE,
    409: [
        "merged",
        "review_not_opened",
        "review_not_called_for",
        "withdrawn",
        "case_closed",
        "idempotency_key_reused",
        "CALENDAR_OUT_OF_RANGE",
    ],
}
_BY_THE_AUTHORITY: Codes = {403: ["only_the_authority"]}

DEADLINES = described("The deadlines of a case of yours", PARAMETERS, _CASE)
EXPLANATION = described(
    "Why a deadline is when it is, day by day",
    PARAMETERS,
    {
        404: ["deadline_not_found"],
        409: ["unknown_rule", "CALENDAR_OUT_OF_RANGE"],
    },
)
CALCULATION = described(
    "What a rule gives for a start, without a case",
    PARAMETERS,
    {
        404: ["unknown_rule"],
        422: [
            "no_rule_set",
            "rule_off",
            "rule_not_in_force",
            "no_time_limit",
            "instant_needed",
            "CALENDAR_OUT_OF_RANGE",
            "NAIVE_INSTANT",
        ],
    },
)
CALENDARS = described("The versions of the bank holidays")
CALENDAR = described(
    "Send a version of the bank holidays",
    PARAMETERS,
    BODY,
    WRITES,
    {
        403: ["calendars_not_allowed"],
        409: ["CALENDAR_VERSION_CONFLICT"],
        422: [
            "CALENDAR_INVALID",
            "CALENDAR_CHECKSUM_MISMATCH",
            "CALENDAR_NAME_MISMATCH",
            "CALENDAR_COVERS_LESS",
        ],
    },
    gives=CalendarAnswer,
    also=201,
    reads=CalendarDocument,
)
REVIEW = described(
    "Where the review of a case stands", PARAMETERS, _CASE, _OPENED, gives=ReviewShown, etag=True
)

_OF_COMMANDS: dict[str, tuple[type[review_said.Command], str, list[str]]] = {
    "summaries": (
        review_said.RequestSummaries,
        "Ask agencies for what they know",
        ["already_submitted", "already_requested"],
    ),
    "summaries/chases": (
        review_said.ChaseSummary,
        "Chase an agency that has not answered",
        ["already_submitted", "not_requested", "already_received"],
    ),
    "summaries/answers": (
        review_said.ReceiveSummary,
        "Record what an agency answered, nil returns too",
        ["not_requested", "already_received", "in_the_future", "before_it_was_asked_for"],
    ),
    "findings": (
        review_said.RecordFindings,
        "Record the first findings",
        ["already_submitted", "already_recorded"],
    ),
    "aims": (
        review_said.RecordAims,
        "Record where the four aims stand, whole",
        ["already_submitted"],
    ),
    "approvals": (
        review_said.GiveApproval,
        "Approve or reject the aims, as a partner",
        ["already_submitted", "no_seat", "nothing_to_approve", "other_version"],
    ),
    "submission": (
        review_said.Submit,
        "Submit the review to the Panel",
        ["already_submitted", "not_ready"],
    ),
    "information": (
        SupplyInformation,
        "Supply what the Panel asked for",
        ["not_submitted", "nothing_asked", "in_the_future", "before_it_was_asked_for"],
    ),
    "extensions": (
        review_said.RequestExtension,
        "Record that more time was asked for",
        ["already_submitted", "extension_pending", "due_date_unknown", "not_later"],
    ),
    "extensions/answers": (
        review_said.DecideExtension,
        "Record the Panel's answer to that",
        ["already_submitted", "no_extension_asked", "due_date_unknown", "not_later"],
    ),
    "local-review": (
        review_said.CommissionLocalReview,
        "Commission a local review",
        ["not_submitted", "already_commissioned", "in_the_future"],
    ),
    "local-review/told": (
        review_said.TellOfLocalReview,
        "Record that a decision or reasons were told",
        [
            "not_commissioned",
            "already_told",
            "nothing_to_tell",
            "in_the_future",
            "before_it_was_decided",
        ],
    ),
    "local-review/drafts": (
        review_said.DraftLocalReview,
        "Plan the publication of a draft",
        ["not_commissioned", "review_ended", "in_the_past"],
    ),
    "local-review/copies": (
        review_said.SendCopies,
        "Record that copies went out ahead of publication",
        ["not_commissioned", "review_ended", "not_drafted", "must_have_copies", "in_the_future"],
    ),
    "local-review/delays": (
        review_said.DelayLocalReview,
        "Say why a local review takes longer",
        ["not_commissioned", "review_ended"],
    ),
    "local-review/publication": (
        review_said.PublishLocalReview,
        "Record the publication",
        [
            "not_commissioned",
            "review_ended",
            "copies_not_sent",
            "in_the_future",
            "too_soon_after_copies",
        ],
    ),
    "local-review/withholding": (
        review_said.WithholdLocalReview,
        "Record that a local review is not published, and why",
        ["not_commissioned", "review_ended", "copies_not_sent"],
    ),
    "actions": (
        review_said.OpenAction,
        "Open an action that follows from what was learnt",
        ["not_submitted", "local_review_under_way"],
    ),
    "actions/closures": (
        review_said.CloseAction,
        "Close an action with what came of it",
        ["unknown_action", "already_closed", "in_the_future"],
    ),
}

RECORD = described(
    "What was written in one step of a review",
    PARAMETERS,
    {404: ["case_not_found", "record_not_found"], **GONE},
    {
        403: [
            "sharing_decision_required",
            "sharing_decision_unknown",
            "sharing_decision_replaced",
            "not_shared_with_you",
        ]
    },
    _OPENED,
    gives=reduce(or_, [model for model, _, _ in _OF_COMMANDS.values()]),
)


def of_command(path: str, *, by_any_partner: bool) -> Part:
    """By the path below the review."""
    model, summary, refusals = _OF_COMMANDS[path]
    return described(
        summary,
        PARAMETERS,
        BODY,
        JSON_OBJECT,
        WRITES,
        _COMMAND,
        {409: refusals},
        *(() if by_any_partner else (_BY_THE_AUTHORITY,)),
        gives=ReviewShown,
        reads=model,
        once=True,
        seen=True,
        etag=True,
    )
