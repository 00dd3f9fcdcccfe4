"""The facts of one incident as a JSON object, with the names of the national report's fields.

Strict: a field that is not known is refused. Fields of a report that decide nothing (names,
addresses, outlines) are accepted, so that a whole record can be given, and not looked at.
"""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from services.intake.case_facts import Birth, Part
from services.intake.serious_harm import (
    Certainty,
    HarmAccount,
    HarmDomain,
    JudgementIncomplete,
    Qualifier,
    SeriousHarm,
    SeriousHarmJudgement,
)
from shared.calendar.london import london_date
from shared.contracts.event_codes import PartnerKind, Position
from shared.contracts.report import NOT_OUTSIDE_ENGLAND
from shared.contracts.report_codes import (
    AbuseNeglectStatus,
    LegalStatus,
    LocationType,
    NotificationReason,
    Outcome,
    PlacementType,
)
from shared.contracts.report_text import (
    AuthorityArea,
    Country,
    Day,
    Instant,
    Name,
    Organisation,
    Outline,
    refusal,
)
from shared.contracts.strict_json import validate

_NOT_LOOKED_AT: dict[str, list[str]] = json.loads(
    Path(__file__).with_name("criteria").joinpath("fields_not_looked_at.json").read_bytes()
)


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


Judged = Annotated[SeriousHarm, BeforeValidator(_lower)]


class Said(BaseModel):
    """Silent about its values wherever it is printed."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    __str__ = __repr__


class HarmSaid(Said):
    """A person's judgement, or, without `decision`, what it should be made from."""

    decision: Judged = SeriousHarm.UNDETERMINED
    decided_by: Name | None = None
    reasons: Outline | None = None
    domains: Annotated[tuple[HarmDomain, ...], Field(max_length=6)] = ()
    qualifiers: Annotated[tuple[Qualifier, ...], Field(max_length=2)] = ()
    certainty: Certainty = Certainty.UNKNOWN
    recovered: bool | None = None
    life_threatening: bool | None = None

    @model_validator(mode="after")
    def _is_a_persons(self) -> "HarmSaid":
        if self.decision is not SeriousHarm.UNDETERMINED:
            try:
                SeriousHarmJudgement(
                    self.decision,
                    self.decided_by or "",
                    self.reasons or "",
                    frozenset(self.domains),
                )
            except JudgementIncomplete as incomplete:
                raise refusal(incomplete.code) from None
        return self

    @property
    def account(self) -> HarmAccount:
        return HarmAccount(
            frozenset(self.domains),
            frozenset(self.qualifiers),
            self.certainty,
            self.recovered,
            self.life_threatening,
        )


class OfChild(Said):
    """What may be said of one child, or of all where it is said of the incident."""

    outcome: Outcome | None = None
    abuse_neglect_status: AbuseNeglectStatus | None = None
    serious_harm: HarmSaid | None = None
    residence_area_code: AuthorityArea | None = None
    lives_outside_england: bool | None = None
    responsible_la_code: AuthorityArea | None = None
    placing_la_code: AuthorityArea | None = None


class ChildSaid(OfChild):
    """Exactly one of date of birth, age in years at the harm, and unborn."""

    dob: Day | None = None
    estimated_age: Annotated[int, Field(ge=0, le=120)] | None = None
    unborn: bool = False
    birth: Birth | None = None
    unborn_counted_as_child: bool | None = None
    legal_status: LegalStatus = LegalStatus.UNKNOWN
    placement_type: PlacementType | None = None
    part: Part = Part.HARMED
    sibling_group: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,20}$")] | None = None
    main_child: bool = False

    @model_validator(mode="after")
    def _aged(self) -> "ChildSaid":
        never_born = self.birth in {Birth.STILLBIRTH, Birth.LAWFUL_TERMINATION}
        known = [self.dob is not None, self.estimated_age is not None, self.unborn]
        if sum(known) != 1 and not (never_born and not any(known)):
            raise refusal("exactly_one_age_required")
        if self.unborn_counted_as_child is not None and not self.unborn:
            raise refusal("only_of_an_unborn_child")
        return self


class DecisionMaker(Said):
    """A partner's position on what the authority decides."""

    kind: PartnerKind
    position: Position
    organisation: Organisation | None = None
    reasons: Outline | None = None
    name: Name | None = None


class FactsFile(OfChild):
    """One incident. `decided_on` is the London date of the decision; without it that on which
    the authority's clock started, or it came to know, or it happened."""

    case_id: UUID | None = None
    cycle: Annotated[int, Field(ge=1)] = 1
    decided_on: Day | None = None
    agency_aware_at: Instant | None = None
    la_incident_aware_at: Instant | None = None
    la_criteria_known_at: Instant | None = None
    incident_date: Day | None = None
    incident_area_code: AuthorityArea | None = None
    country: Country | None = None
    incident_location_type: LocationType = LocationType.UNKNOWN
    previous_la_codes: Annotated[tuple[AuthorityArea, ...], Field(max_length=10)] = ()
    notification_reasons: Annotated[tuple[NotificationReason, ...], Field(max_length=5)] = ()
    outcome: Outcome
    abuse_neglect_status: AbuseNeglectStatus
    children: Annotated[tuple[ChildSaid, ...], Field(min_length=1, max_length=200)]
    large_cse_operation: bool = False
    decision_makers: Annotated[tuple[DecisionMaker, ...], Field(max_length=12)] = ()
    immediate_danger: bool = False

    @model_validator(mode="after")
    def _placed_and_dated(self) -> "FactsFile":
        if (self.incident_area_code is None) == (self.country is None):
            raise refusal("area_or_country_required")
        if self.country in NOT_OUTSIDE_ENGLAND:
            raise refusal("country_not_outside_england")
        if all(child.part is Part.ALLEGED_PERPETRATOR for child in self.children):
            raise refusal("no_harmed_child")
        if self.day is None:
            raise refusal("decided_on_required")
        return self

    @property
    def clock_start(self) -> datetime | None:
        """The later of learning of the incident and of knowing or suspecting the criteria; None
        until it is known that the criteria may be met. A statement of both limbs with the first
        account counts from then."""
        aware = self.la_incident_aware_at
        known = self.la_criteria_known_at or (aware if self._states_both_limbs else None)
        return max(aware, known) if aware and known else None

    @property
    def day(self) -> date | None:
        from_clock = next((at for at in (self.clock_start, self.la_incident_aware_at) if at), None)
        return self.decided_on or (london_date(from_clock) if from_clock else self.incident_date)

    @property
    def _states_both_limbs(self) -> bool:
        suspected = {AbuseNeglectStatus.KNOWN, AbuseNeglectStatus.SUSPECTED}
        grave = {Outcome.DIED, Outcome.SERIOUSLY_HARMED}
        said = [self, *self.children]
        return any(one.abuse_neglect_status in suspected for one in said) and any(
            one.outcome in grave for one in said
        )


def read_facts(value: dict[str, Any]) -> FactsFile:
    """The facts, without the fields that are not looked at. Raises Invalid."""
    kept = _without(value, _NOT_LOOKED_AT["incident"])
    if isinstance(children := kept.get("children"), list):
        unused = _NOT_LOOKED_AT["child"]
        kept["children"] = [
            _without(child, unused) if isinstance(child, dict) else child for child in children
        ]
    return validate(FactsFile, kept)


def _without(value: dict[str, Any], unused: list[str]) -> dict[str, Any]:
    return {name: member for name, member in value.items() if name not in unused}
