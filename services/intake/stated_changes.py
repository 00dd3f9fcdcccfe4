"""What the authority says when it changes a case that stands: strict, bounded, with reasons."""

from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from services.intake.stated_facts import Command, PartnersPosition, StatedFacts
from shared.contracts.event_codes import PartnerKind, Position
from shared.contracts.report_text import AuthorityArea, Line, Outline, refusal

CorrectionReason = Literal["recorded_wrongly", "learnt_later", "child_died_later", "other"]
WithdrawalReason = Literal["criteria_not_met", "panel_says_not_serious", "entered_in_error"]
ReopeningReason = Literal["new_information", "decision_reviewed", "other"]
ClosingReason = Literal["learning_done", "nothing_to_learn", "other"]
TransferReason = Literal["area_corrected", "lead_agreed", "authority_abolished"]
AUTHORITY_ABOLISHED: Final = "authority_abolished"
PLACES_THE_INCIDENT = frozenset({"area_corrected", AUTHORITY_ABOLISHED})
"""Reasons of a transfer by which the incident happened in the area that the case goes to."""
Detail = Literal[
    "surname",
    "forenames",
    "other_names",
    "date_of_birth",
    "nhs_number",
    "la_child_id",
    "address",
    "outline",
]


class DetailCorrected(Command):
    """Something that names somebody or that was typed: kept sealed, told of without its value.
    `child` is its place in the report."""

    detail: Detail
    value: Line
    child: Annotated[int, Field(ge=0, le=3)] | None = None


class Correct(Command):
    """A corrected date of birth that changes the age states the `age_band` as well."""

    facts: StatedFacts = StatedFacts()
    details: Annotated[tuple[DetailCorrected, ...], Field(max_length=50)] = ()
    reason: CorrectionReason
    explanation: Outline

    @model_validator(mode="after")
    def _corrects_something(self) -> "Correct":
        if not self.details and not self.facts.model_dump(exclude_none=True):
            raise refusal("correction_required")
        return self


class Withdraw(Command):
    reason: WithdrawalReason
    positions: Annotated[tuple[PartnersPosition, ...], Field(min_length=3, max_length=12)]
    explanation: Outline

    @model_validator(mode="after")
    def _each_partner_has_a_position(self) -> "Withdraw":
        if {position.kind for position in self.positions} != set(PartnerKind):
            raise refusal("position_of_each_partner_required")
        return self


class Reopen(Command):
    """`facts.la_criteria_known_at` is when the new suspicion formed: it starts the new clock."""

    facts: StatedFacts
    reason: ReopeningReason
    explanation: Outline

    @model_validator(mode="after")
    def _says_when(self) -> "Reopen":
        if self.facts.la_criteria_known_at is None:
            raise refusal("la_criteria_known_at_required")
        return self


class Scrutiny(Command):
    """The independent scrutineer's view of the closing."""

    position: Position
    explanation: Line | None = None


class Close(Command):
    reason: ClosingReason
    positions: Annotated[tuple[PartnersPosition, ...], Field(min_length=3, max_length=12)]
    scrutineer: Scrutiny
    explanation: Outline

    @model_validator(mode="after")
    def _each_partner_has_a_position(self) -> "Close":
        if {position.kind for position in self.positions} != set(PartnerKind):
            raise refusal("position_of_each_partner_required")
        return self


class Transfer(Command):
    """Proposed by the owner; the other authority answers. The successor of an authority that is
    no more takes the case by proposing it to itself."""

    to_area: AuthorityArea
    reason: TransferReason
    explanation: Outline


class AnswerTransfer(Command):
    answer: Literal["accepted", "refused"]
    explanation: Outline | None = None
