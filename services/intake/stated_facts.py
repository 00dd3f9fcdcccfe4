"""What the authority says in its commands: strict, bounded, each field with a code when refused."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.intake.case_facts import Birth
from services.intake.serious_harm import Certainty, HarmDomain, Qualifier, SeriousHarm
from shared.contracts.event_codes import AgeBand, Decision, PartnerKind, Position
from shared.contracts.report_codes import AbuseNeglectStatus, Outcome
from shared.contracts.report_text import AuthorityArea, Instant, Organisation, Outline, refusal


class Command(BaseModel):
    """Unknown fields are refused; values are never printed."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False
    )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    __str__ = __repr__


class StatedFacts(Command):
    """Facts as the authority holds them. What is left out stays as reported. `sibling_group`: the
    children of the incident are siblings of each other, all of them."""

    la_incident_aware_at: Instant | None = None
    la_criteria_known_at: Instant | None = None
    age_band: AgeBand | None = None
    abuse_neglect: AbuseNeglectStatus | None = None
    outcome: Outcome | None = None
    serious_harm: SeriousHarm | None = None
    looked_after: bool | None = None
    care_leaver: bool | None = None
    incident_area: AuthorityArea | None = None
    residence_area: AuthorityArea | None = None
    placing_area: AuthorityArea | None = None
    responsible_area: AuthorityArea | None = None
    lives_outside_england: bool | None = None
    regulated_setting: bool | None = None
    birth: Birth | None = None
    unborn_counted_as_child: bool | None = None
    sibling_group: Literal["all"] | None = None


class Assess(Command):
    facts: StatedFacts


class AnswerCandidate(Command):
    """`same` is said by linking, with a survivor; this only says that two are not the same."""

    answer: Literal["not_the_same"]


class Link(Command):
    loser: UUID


class Judgement(Command):
    """A person's judgement of serious harm. Reasons are kept sealed."""

    decision: SeriousHarm
    domains: Annotated[tuple[HarmDomain, ...], Field(max_length=6)] = ()
    qualifiers: Annotated[tuple[Qualifier, ...], Field(max_length=2)] = ()
    certainty: Certainty = Certainty.UNKNOWN
    recovered: bool | None = None
    life_threatening: bool | None = None
    reasons: Outline

    @model_validator(mode="after")
    def _says_what_is_impaired(self) -> "Judgement":
        if self.decision is SeriousHarm.MET and not self.domains:
            raise refusal("domain_required")
        return self


class PartnersPosition(Command):
    kind: PartnerKind
    organisation: Organisation
    position: Position
    reasons: Outline | None = None


LateReason = Literal[
    "not_recognised",
    "awaiting_pm_medical",
    "partner_disagreement",
    "system_outage",
    "holiday_cover",
    "other",
]


class Decide(Command):
    """The decision with each partner's position; a decision not to notify is one like any other."""

    decision: Decision
    facts: StatedFacts = StatedFacts()
    serious_harm: Judgement | None = None
    positions: Annotated[tuple[PartnersPosition, ...], Field(min_length=3, max_length=12)]
    reasons: Outline
    late_reason: LateReason | None = None

    @model_validator(mode="after")
    def _each_partner_has_a_position(self) -> "Decide":
        if {position.kind for position in self.positions} != set(PartnerKind):
            raise refusal("position_of_each_partner_required")
        return self
