"""What an organisation says when it decides to share information or not: strict and bounded.

Information is described, never copied in. What one member asks of another is in
`sharing_conditions`.
"""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.intake.stated_facts import Command
from shared.contracts.report_text import Day, Instant, Line, Name, Organisation, Outline
from shared.contracts.sharing_codes import (
    CriminalCondition,
    DataCategory,
    LawfulBasis,
    NotSoughtReason,
    RecipientRole,
    SecurityMethod,
    SharedTopic,
    SharingAnswer,
    SpecialCondition,
    WithholdGround,
)

RegionId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]


class DecidedBy(Command):
    """The person who decided, and as what."""

    name: Name
    role: Line


class Recipient(Command):
    """`person` where it is told to one person and not to a body."""

    organisation: Organisation
    role: RecipientRole
    person: Name | None = None


class Standing(Command):
    """For all that a shared topic of a region tells this recipient, until the end of a date."""

    topic: SharedTopic
    region: RegionId
    expires_on: Day


class Consent(Command):
    sought: bool
    given: bool | None = None
    not_sought_reason: NotSoughtReason | None = None


class SubjectInformed(Command):
    """Whether the child or family was told that it is shared."""

    informed: bool
    reason: Outline | None = None


class RuleFollowed(Command):
    followed: bool
    reason: Outline | None = None


class SevenRules(Command):
    """The golden rules of the advice for practitioners, each answered."""

    law_is_no_barrier: RuleFollowed
    open_and_honest: RuleFollowed
    advice_sought: RuleFollowed
    consent_or_basis: RuleFollowed
    safety_considered: RuleFollowed
    necessary_and_proportionate: RuleFollowed
    decision_recorded: RuleFollowed


class DecideSharing(Command):
    """About one case, or standing for a topic. `replaces` names the decision that this one
    corrects, renews or ends: nothing is ever changed in place."""

    case_id: UUID | None = None
    standing: Standing | None = None
    replaces: UUID | None = None
    decided_at: Instant
    decided_by: DecidedBy
    decision: SharingAnswer
    withhold_ground: WithholdGround | None = None
    recipient: Recipient
    information: Outline
    information_withheld: Outline | None = None
    data_categories: Annotated[tuple[DataCategory, ...], Field(min_length=1, max_length=13)]
    purpose: Outline
    reasons: Outline
    lawful_basis: LawfulBasis | None = None
    special_category_condition: SpecialCondition | None = None
    criminal_data_condition: CriminalCondition | None = None
    consent: Consent
    subject_informed: SubjectInformed
    rules: SevenRules
    detriment_assessment: Outline | None = None
    security_method: SecurityMethod | None = None
    retention_until: Day | None = None
    review_on: Day
