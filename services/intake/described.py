"""What intake's document says of each of its routes."""

from services.intake import answers, sharing_answers
from services.intake.stated_changes import (
    AnswerTransfer,
    Close,
    Correct,
    Reopen,
    Transfer,
    Withdraw,
)
from services.intake.stated_facts import AnswerCandidate, Assess, Command, Decide, Link
from services.intake.stated_sharing import DecideSharing
from shared.contracts.panel_said import PanelReplySubmitted
from shared.contracts.sharing_events import SharingDecided
from shared.contracts.summary_said import SummarySubmitted
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

CLOUDEVENTS = "application/cloudevents+json"
_CASE: Codes = {404: ["case_not_found"], **GONE}
_OF_ALL_COMMANDS: Codes = {
    404: ["case_not_found"],
    **GONE,
    409: ["merged", "idempotency_key_reused", "successor_to_be_chosen"],
}
_READS_ALL: Codes = {409: ["report_awaited"]}
_EVALUATES: Codes = {422: ["before_the_criteria"]}
_CHANGES: Codes = {409: ["not_in_this_stage"]}

SUBMIT = described(
    "Report a serious incident",
    BODY,
    WRITES,
    {
        403: ["organisation_mismatch"],
        409: ["report_id_reused"],
        410: ["report_erased"],
        422: [*JSON_OBJECT[400], "not_a_report_event", "not_valid", "area_not_served"],
    },
    gives=answers.ReportReceipt,
    status=202,
    reads=answers.ReportEvent,
    content_type=CLOUDEVENTS,
    location=True,
)
REPORT = described(
    "What became of a report of your own",
    PARAMETERS,
    {404: ["report_not_found"], 410: ["report_erased"]},
    gives=answers.ReportShown,
)
TRANSFERS = described("Cases that other authorities propose to you", gives=answers.TransfersShown)
CASES = described(
    "The cases of your area",
    PARAMETERS,
    {403: ["area_not_yours"]},
    gives=answers.CasesShown,
)
CASE = described("One case of yours", PARAMETERS, _CASE, gives=answers.CaseShown, etag=True)


def _command(
    summary: str,
    *groups: Codes,
    reads: type[Command],
    gives: type[answers.Answer] = answers.CaseChanged,
    status: int = 200,
    seen: bool = True,
) -> Part:
    groups = (PARAMETERS, BODY, JSON_OBJECT, WRITES, _OF_ALL_COMMANDS, *groups)
    return described(
        summary,
        *groups,
        gives=gives,
        status=status,
        reads=reads,
        once=True,
        seen=seen,
        etag=True,
    )


ASSESSMENT = _command(
    "State facts of a case, as you hold them", _READS_ALL, _EVALUATES, _CHANGES, reads=Assess
)
CANDIDATE = _command(
    "Say that a case that looks alike is another incident",
    {404: ["candidate_not_found"]},
    reads=AnswerCandidate,
)
LINK = _command(
    "Link a case about the same incident to this one",
    {409: ["loser_is_merged", "loser_has_losers", "loser_decided"], 422: ["same_case"]},
    _READS_ALL,
    _EVALUATES,
    reads=Link,
)
DECISION = _command(
    "Decide whether the incident is notified, with the position of each partner",
    _READS_ALL,
    {
        409: ["already_decided", "open_candidates", "facts_unknown"],
        422: ["judgement_required", "not_a_partner", "decision_contradicts_facts"],
    },
    _EVALUATES,
    status=201,
    reads=Decide,
    gives=answers.CaseDecided,
)
OF_CHANGES = {
    "corrections": _command(
        "Correct what is held of a case",
        _READS_ALL,
        _EVALUATES,
        _CHANGES,
        {422: ["nothing_changes", "transfer_required"]},
        reads=Correct,
        gives=answers.CaseCorrected,
    ),
    "withdrawals": _command(
        "End this cycle of a case because its criteria proved unmet",
        _CHANGES,
        {422: ["not_a_partner"]},
        reads=Withdraw,
        gives=answers.CaseWithdrawn,
    ),
    "closings": _command(
        "Close a case of which nothing is left to do",
        _CHANGES,
        {409: ["still_open"], 422: ["not_a_partner", "partner_disagrees"]},
        reads=Close,
        gives=answers.CaseIsClosed,
    ),
    "reopenings": _command(
        "Open a case again, as a new cycle with a clock of its own",
        _READS_ALL,
        _EVALUATES,
        _CHANGES,
        {422: ["la_criteria_known_at_required", "in_the_future"]},
        reads=Reopen,
        gives=answers.CaseReopened,
    ),
    "transfers": _command(
        "Propose a case to another authority",
        _CHANGES,
        {409: ["already_proposed"], 422: ["same_area", "unknown_area", "area_stands"]},
        status=202,
        reads=Transfer,
    ),
    "transfers/answers": _command(
        "Accept or refuse a case that was proposed to you",
        _READS_ALL,
        _EVALUATES,
        _CHANGES,
        {404: ["transfer_not_found"], 422: ["unknown_area"]},
        reads=AnswerTransfer,
        seen=False,
    ),
}
"""By the path below a case."""

SHARING = described(
    "Decide to share information or not, about a case or standing for a shared topic",
    PARAMETERS,
    BODY,
    JSON_OBJECT,
    WRITES,
    {
        404: ["case_not_found", "sharing_decision_not_found"],
        **GONE,
        409: ["merged", "already_replaced", "standing_decision_held", "idempotency_key_reused"],
        422: ["not_valid", "replaces_another_matter"],
    },
    gives=SharingDecided,
    status=201,
    reads=DecideSharing,
    once=True,
    location=True,
)
SHARING_ONE = described(
    "One decision to share, with its texts",
    PARAMETERS,
    {404: ["sharing_decision_not_found"]},
    gives=sharing_answers.SharingShown,
)
SHARING_OF_CASE = described(
    "The decisions to share about one case",
    PARAMETERS,
    _CASE,
    gives=sharing_answers.SharingList,
)
SHARING_DUE = described(
    "Your decisions to share whose review date has come",
    gives=sharing_answers.SharingList,
)
SHARING_STANDING = described(
    "Whether a shared topic may be told to a recipient now, and by which decision of yours",
    PARAMETERS,
    gives=sharing_answers.StandingAnswer,
)
CONTENT = described(
    "What was submitted by the bus, for the service that acts on it",
    PARAMETERS,
    {404: ["content_not_found"]},
    gives=PanelReplySubmitted | SummarySubmitted,
)
