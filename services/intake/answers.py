"""What intake answers over HTTP, as its document says it: ids, codes and instants."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.event_codes import Decision, PartnerKind, Stage
from shared.contracts.intake_events import (
    CaseClosed,
    IncidentCorrected,
    IncidentReopened,
    IncidentWithdrawn,
    ObligationOwed,
    RecipientSought,
)
from shared.contracts.report import Report


class Answer(BaseModel):
    """Instants are in UTC."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ReportEvent(BaseModel):
    """A CloudEvent 1.0 in structured mode. `id` is the sender's own, new for each report; the same
    id and content again get the same receipt. `source` is `/org/<organisation>/<system>`."""

    model_config = ConfigDict(extra="forbid")

    specversion: Literal["1.0"]
    id: UUID
    source: Annotated[str, Field(pattern="^/org/[a-zA-Z0-9-]+/[a-z0-9-]+$")]
    type: Literal["uk.vigil.report.submitted.v1"]
    time: datetime | None = None
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str | None = None
    subject: str | None = None
    traceparent: str | None = None
    data: Report


class ReportReceipt(Answer):
    """`call_999`: the report speaks of danger now, and this is no way to call for help."""

    receipt_id: UUID
    report_id: UUID
    organisation: str
    sender_report_id: UUID
    received_at: datetime
    content_sha256: str
    call_999: bool


class ReportShown(Answer):
    status: Literal["accepted"]
    report_id: UUID
    sender_report_id: UUID
    receipt_id: UUID
    received_at: datetime
    content_sha256: str


class CandidateShown(Answer):
    """A case that may be the same incident, and why it looks like it."""

    case_id: UUID
    reasons: list[str]


class ReportOfCase(Answer):
    report_id: UUID
    organisation: str
    system: str
    sender_report_id: UUID
    received_at: datetime


class CaseShown(Answer):
    """`version` is what commands send back as If-Match. `survivor`: the case that this one was
    linked to, and that goes on. `decision`: of the present cycle. `synthetic`: nobody is
    behind it."""

    case_id: UUID
    version: int
    cycle: int
    synthetic: bool
    stage: Stage | None
    owner_area: str
    survivor: UUID | None
    decision: Decision | None
    open_candidates: list[CandidateShown]
    reports: list[ReportOfCase]


class CasesShown(Answer):
    """Oldest first."""

    cases: list[CaseShown]


class TransferShown(Answer):
    case_id: UUID
    from_area: str
    to_area: str
    reason: str
    proposed_at: datetime


class TransfersShown(Answer):
    """Oldest first."""

    transfers: list[TransferShown]


class CaseChanged(Answer):
    """`version` is the case's after it."""

    case_id: UUID
    version: int


class CaseDecided(CaseChanged):
    """What follows from the decision. `unconfirmed_recipients`: named by the directory and not
    confirmed to hold the seat; `recipients_sought`: whom a person has to find. `local_policies`
    ask for more than the law does."""

    rows: list[str]
    rapid_review: bool
    obligations: list[ObligationOwed]
    unconfirmed_recipients: list[str]
    recipients_sought: list[RecipientSought]
    notifications: int
    learning_review_possible: bool
    dissenting: list[PartnerKind]
    escalated_to: list[str]
    local_policies: list[str]


class CaseCorrected(CaseChanged, IncidentCorrected):
    """What was published, with the version of the case after it."""


class CaseWithdrawn(CaseChanged, IncidentWithdrawn):
    """What was published, with the version of the case after it."""


class CaseIsClosed(CaseChanged, CaseClosed):
    """What was published, with the version of the case after it."""


class CaseReopened(CaseChanged, IncidentReopened):
    """What was published, with the version of the case after it."""
