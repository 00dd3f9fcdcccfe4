"""What the Panel replies to a rapid review, as panel notification's rules have it."""

from typing import Any
from uuid import UUID, uuid5

from services.panel_notification.panel_replies import considered, instant_of, reply
from shared.contracts.panel_said import PanelSays
from tests.simulation.work import Work

REPLIES = (
    "received",
    "more_information_required",
    "more_information_required",
    "agree_lcspr",
    "agree_no_lcspr",
    "national_review",
)


def says(work: Work, case_id: UUID, what: str) -> None:
    """Raises ReplyRefused where that cannot be said of the review as it stands."""
    written = work.written
    head, group = written.group(case_id)
    found = considered([*written.facts_of(group), *written.own_facts_of(group)])
    said: dict[str, Any] = {"reply": "received"}
    if what == "more_information_required":
        said = {"reply": "decided", "decision": what, "information_requested": "Invented."}
    elif what != "received":
        said = {"reply": "decided", "decision": what, "rationale": "Invented."}
        if what == "national_review":
            said["national_review_id"] = "N-1"
    event = reply(found, PanelSays.model_validate(said), uuid5(work.cause, "reply"), work.now)
    work.emit(event, head, instant_of(event))
