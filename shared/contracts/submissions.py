"""What sending systems may submit on the bus beside reports."""

from collections.abc import Mapping

from shared.contracts.catalogue import type_of
from shared.contracts.event_codes import Submission
from shared.contracts.panel_said import PanelReplySubmitted
from shared.contracts.summary_said import SummarySubmitted

MODEL_OF: Mapping[Submission, type[PanelReplySubmitted] | type[SummarySubmitted]] = {
    Submission.PANEL_REPLY: PanelReplySubmitted,
    Submission.SUMMARY: SummarySubmitted,
}
KIND_OF = {
    type_of("panel.reply.submitted"): Submission.PANEL_REPLY,
    type_of("summary.submitted"): Submission.SUMMARY,
}
"""By the type that the sender writes."""
ASKED_FOR_BY = {
    Submission.PANEL_REPLY: "panel_notification",
    Submission.SUMMARY: "rapid_review_timer",
}
"""The service that acts on it, and that alone may read its content."""


def notice_stream(notice_id: object) -> str:
    """The stream of what is said about one notice by those who know it and not its case."""
    return f"notice/{notice_id}"


def caller_of_service(service: str) -> str:
    """As what a service of ours calls another: system and organisation in one."""
    return f"vigil-{service.replace('_', '-')}"
