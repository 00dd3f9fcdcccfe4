"""What is shown of a review, as the document of this service says it.

The steps are those that are published, without what the review around them says once for all."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import create_model

from services.rapid_review_timer.answers import Answer
from services.rapid_review_timer.review_risk import Band
from shared.contracts import lcspr_events as local
from shared.contracts import review_events as review
from shared.contracts.event_codes import PanelDecision, PartnerKind
from shared.contracts.review_codes import Aim, Approval, ExtensionAnswer
from shared.contracts.review_events import ReviewStep

SAID_BY_THE_REVIEW = {"review_id", "cycle", "obligations"}


def _step(model: type[ReviewStep], **more: Any) -> Any:
    fields: dict[str, Any] = {
        name: (field.annotation, field)
        for name, field in model.model_fields.items()
        if name not in SAID_BY_THE_REVIEW
    }
    return create_model(f"{model.__name__}Shown", __base__=Answer, **fields, **more)


def _shape(name: str, says: str, members: dict[str, Any]) -> Any:
    fields: dict[str, Any] = {member: (shape, ...) for member, shape in members.items()}
    return create_model(name, __base__=Answer, __doc__=says or None, **fields)


def _many(shape: Any) -> Any:
    return list.__class_getitem__(shape)


class PlaceAndCode(Answer):
    pointer: str
    code: str


class SummaryShown(Answer):
    """What one agency was asked for. A nil return is an answer like any other."""

    request_id: UUID
    agency: str
    requested_at: datetime
    due_date: date
    chased: list[datetime]
    received_at: datetime | None
    nil_return: bool | None
    late: bool


class OpenWithoutANumber(Answer):
    """To be done promptly: no source gives days for it."""

    rule: str
    since: datetime


Phase = Literal[
    "under_way",
    "submitted",
    "local_review_commissioned",
    "local_review_drafted",
    "copies_sent",
    "published",
    "withheld",
]


class PanelShown(Answer):
    """The Panel's replies. `waits_for`: its request that is open, since `asked_at`."""

    received_at: datetime | None
    waits_for: UUID | None
    asked_at: datetime | None
    decision: PanelDecision | None
    decided_at: datetime | None


_Told = _step(local.LcsprTold)
_LOCAL: dict[str, Any] = {
    "commissioned": _step(local.LcsprCommissioned) | None,
    "decision_told": _Told | None,
    "drafted": _step(local.LcsprDrafted) | None,
    "copies_sent": _step(local.LcsprSent) | None,
    "published": _step(local.LcsprPublished) | None,
    "withheld": _step(local.LcsprWithheld) | None,
    "delays": _many(_step(local.LcsprDelayed)),
    "reasons_told": _many(_Told),
    "owes_reasons": bool,
}
_EXTENSION: dict[str, Any] = {
    "answer": (ExtensionAnswer | Literal["pending"], ...),
    "agreed_date": (date | None, ...),
    "decided_at": (datetime | None, ...),
}
_ACTION: dict[str, Any] = {"closed": (_step(local.LearningActionClosed) | None, ...)}
_REVIEW: dict[str, Any] = {
    "case_id": UUID,
    "review_id": UUID,
    "cycle": int,
    "version": int,
    "phase": Phase,
    "opened": _step(review.ReviewOpened) | None,
    "due_date": date | None,
    "original_due_date": date | None,
    "working_days_left": int | None,
    "risk": Band | None,
    "not_ready": list[PlaceAndCode],
    "findings": _step(review.FindingsRecorded) | None,
    "summaries": list[SummaryShown],
    "aims": dict[Aim, bool],
    "aims_recorded": _step(review.AimsRecorded) | None,
    "approvals": dict[PartnerKind, Approval | Literal["pending"]],
    "approvals_given": _many(_step(review.ApprovalRecorded)),
    "submitted": _step(review.ReviewSubmitted) | None,
    "panel": PanelShown | None,
    "extensions": _many(_step(review.ExtensionRequested, **_EXTENSION)),
    "local_review": _shape("LocalReviewShown", "", _LOCAL) | None,
    "actions": _many(_step(local.LearningActionOpened, **_ACTION)),
    "open_without_a_number": list[OpenWithoutANumber],
}

ReviewShown = _shape(
    "ReviewShown",
    """`version` is what commands send back as If-Match. `due_date` is the one that holds: where an
    extension was granted the agreed one, with `original_due_date` beside it. `not_ready`: what
    stands between the review and its submission.""",
    _REVIEW,
)
