"""What panel notification's document says of each of its routes."""

from services.panel_notification import answers
from services.panel_notification.receipt_given import ReceiptGiven
from services.panel_notification.status_told import StatusTold
from services.panel_notification.submission_given import SubmissionGiven
from shared.contracts.panel_said import PanelSays
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

_NOTICE: Codes = {404: ["unknown_notice"]}

NOTICES = described(
    "The notices of a case",
    PARAMETERS,
    {404: ["case_not_found"]},
    GONE,
    gives=answers.NoticesShown,
)
NOTICE = described(
    "One notice that was sent to you", PARAMETERS, _NOTICE, gives=answers.NoticeForRecipient
)
RECEIPT = described(
    "Confirm that you have a notice",
    PARAMETERS,
    BODY,
    JSON_OBJECT,
    WRITES,
    _NOTICE,
    {
        409: ["idempotency_conflict", "receipt_differs"],
        422: ["in_the_future", "before_it_was_sent"],
    },
    gives=answers.ReceiptKept,
    also=201,
    reads=ReceiptGiven,
    once=True,
)

PACK = described(
    "What a notice that you submit by hand asks for",
    PARAMETERS,
    _NOTICE,
    {409: ["nothing_to_submit"]},
    gives=answers.Pack,
)
PACK_PAGE = described(
    "The same as a page to read or print",
    PARAMETERS,
    _NOTICE,
    {409: ["nothing_to_submit"]},
    gives="A page of HTML.",
    gives_as="text/html",
)
PACK_FILE = described(
    "The same as a file to keep or send",
    PARAMETERS,
    _NOTICE,
    {409: ["nothing_to_submit"]},
    gives="A PDF file.",
    gives_as="application/pdf",
)
_SHOWN_AS = {kind: {"schema": {"type": "string"}} for kind in ("text/html", "application/pdf")}
PACK["responses"][200]["content"] |= _SHOWN_AS
SUBMISSION = described(
    "Record that you submitted a notice by hand",
    PARAMETERS,
    BODY,
    JSON_OBJECT,
    WRITES,
    _NOTICE,
    {409: ["nothing_to_submit", "idempotency_key_reused"], 422: ["in_the_future"]},
    gives=answers.SubmissionKept,
    status=201,
    reads=SubmissionGiven,
    once=True,
)
STATUS = described(
    "A provider says what became of a message",
    PARAMETERS,
    BODY,
    JSON_OBJECT,
    WRITES,
    gives=answers.StatusKept,
    reads=StatusTold,
)

_REPLY: Codes = {
    409: [
        "idempotency_key_reused",
        "not_submitted",
        "withdrawn",
        "case_closed",
        "already_received",
        "not_received",
        "already_decided",
        "information_outstanding",
    ],
    422: ["in_the_future", "before_it_was_sent", "before_the_last_reply"],
}


def _reply(summary: str, unknown: str, *groups: Codes) -> Part:
    return described(
        summary,
        PARAMETERS,
        BODY,
        JSON_OBJECT,
        WRITES,
        {404: [unknown]},
        _REPLY,
        *groups,
        gives=answers.ReplyKept,
        status=201,
        reads=PanelSays,
        once=True,
    )


REPLY_TO_A_NOTICE = _reply(
    "The Panel answers a rapid review of the incident of a notice", "unknown_notice"
)
REPLY_ON_A_CASE = _reply("The Panel answers the rapid review of a case", "case_not_found", GONE)
REPLIES = described(
    "What the Panel wrote of a case of yours",
    PARAMETERS,
    {404: ["case_not_found"]},
    GONE,
    gives=answers.RepliesShown,
)
