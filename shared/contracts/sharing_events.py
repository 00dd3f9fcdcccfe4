"""What intake publishes of decisions to share information or not."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.intake_events import Code
from shared.contracts.payload import Payload
from shared.contracts.sharing_codes import (
    CriminalCondition,
    DataCategory,
    FollowUp,
    LawfulBasis,
    NotSoughtReason,
    RecipientRole,
    SecurityMethod,
    SharedTopic,
    SharingAnswer,
    SharingRule,
    SpecialCondition,
    WithholdGround,
)


class StandingFor(Payload):
    """Which shared topic of which region a standing decision is about; `expires_on` is the last
    London date on which it holds."""

    topic: SharedTopic
    region: Code
    expires_on: date


class SharingDecided(Payload):
    """A decision to share, share partially, withhold or defer; without anything that was typed.

    About a case it stands in the case's stream; a standing one has a stream of its own, which it
    has in common with those that it replaces. `replaces`: that decision holds no longer. Dates are
    London dates.
    """

    decision_id: UUID
    case_id: UUID | None
    standing: StandingFor | None
    replaces: UUID | None
    decided_at: AwareDatetime
    organisation: Code
    decision: SharingAnswer
    withhold_ground: WithholdGround | None
    recipient: Code
    recipient_role: RecipientRole
    data_categories: Annotated[list[DataCategory], Field(min_length=1)]
    lawful_basis: LawfulBasis | None
    special_category_condition: SpecialCondition | None
    criminal_data_condition: CriminalCondition | None
    consent_sought: bool
    consent_given: bool | None
    consent_not_sought_reason: NotSoughtReason | None
    subject_informed: bool
    rules_not_followed: list[SharingRule]
    follow_ups: list[FollowUp]
    security_method: SecurityMethod | None
    retention_until: date | None
    review_on: date
    guidance: Code


def sharing_stream(first: UUID) -> str:
    """The stream of a standing decision and all that replace it, by the first one's id."""
    return f"sharing/{first}"
