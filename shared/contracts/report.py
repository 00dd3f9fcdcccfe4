"""The report of an incident as any agency may send it, refused at the door unless it fits.

Mandatory, because without it nobody can act: who reports and how to reach them, when they came
to know, where it happened, what happened to the child as far as known (outcome, abuse or
neglect, both of which have a value for doubt), at least one child with an age, whether somebody
is in danger now, and an outline. Everything else is optional: a report must not fail for want of
a code. Fields follow the national notification form as far as it is public.
"""

from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from shared.contracts.report_codes import (
    AbuseNeglectStatus,
    AgencyType,
    DateCertainty,
    Disability,
    Ethnicity,
    HarmType,
    LegalStatus,
    LocationType,
    MediaInterest,
    NotificationReason,
    Outcome,
    PlacementType,
    PlanStatus,
    RapidReviewThreshold,
    SafetyAction,
    Sex,
)
from shared.contracts.report_text import (
    AuthorityArea,
    ClockTime,
    Country,
    Day,
    Email,
    Instant,
    Line,
    LocalId,
    Name,
    NhsNumber,
    Organisation,
    Outline,
    Phone,
    refusal,
)
from shared.contracts.strict_json import FieldFault

MAX_CHILDREN = 4
MAX_RANGE = timedelta(days=31)
CLOCK_TOLERANCE = timedelta(minutes=5)
NOT_OUTSIDE_ENGLAND = frozenset({"GB", "GB-ENG", "GB-EAW", "GB-GBN", "GB-UKM"})


class _Part(BaseModel):
    """Strict, frozen, and silent about its values wherever it is printed."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False
    )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    __str__ = __repr__


def _is_range(first: date, last: date) -> bool:
    return timedelta(0) <= last - first <= MAX_RANGE


class Reporter(_Part):
    agency_type: AgencyType
    organisation: Organisation
    name: Name
    role: Name | None = None
    phone: Phone | None = None
    email: Email | None = None

    @model_validator(mode="after")
    def _can_be_reached(self) -> "Reporter":
        if self.phone is None and self.email is None:
            raise refusal("phone_or_email_required")
        return self


class Incident(_Part):
    """Where and when. Exactly one of an authority's area in England and a country outside it."""

    date_certainty: DateCertainty
    date: Day | None = None
    date_until: Day | None = None
    time: ClockTime | None = None
    location_type: LocationType = LocationType.UNKNOWN
    area_code: AuthorityArea | None = None
    country: Country | None = None
    address: Line | None = None

    @field_validator("country")
    @classmethod
    def _outside_england(cls, country: str | None) -> str | None:
        if country in NOT_OUTSIDE_ENGLAND:
            raise refusal("country_not_outside_england")
        return country

    @model_validator(mode="after")
    def _consistent(self) -> "Incident":
        if (self.area_code is None) == (self.country is None):
            raise refusal("area_or_country_required")
        if (self.date is None) != (self.date_certainty is DateCertainty.UNKNOWN):
            raise refusal("date_and_certainty_disagree")
        if (self.date_until is None) == (self.date_certainty is DateCertainty.RANGE):
            raise refusal("date_and_certainty_disagree")
        if self.date and self.date_until and not _is_range(self.date, self.date_until):
            raise refusal("date_range_out_of_bounds")
        return self

    @property
    def in_england(self) -> bool:
        return self.area_code is not None


class Child(_Part):
    """One child. Exactly one of date of birth, estimated age in years, and unborn."""

    surname: Name | None = None
    forenames: Name | None = None
    date_of_birth: Day | None = None
    estimated_age: Annotated[int, Field(ge=0, le=25)] | None = None
    unborn: bool = False
    nhs_number: NhsNumber | None = None
    la_child_id: LocalId | None = None
    sex: Sex = Sex.NOT_KNOWN
    ethnicity: Ethnicity | None = None
    disability: Annotated[tuple[Disability, ...], Field(max_length=8)] = ()
    legal_status: LegalStatus = LegalStatus.UNKNOWN
    placement_type: PlacementType | None = None
    cp_plan_status: PlanStatus = PlanStatus.UNKNOWN

    @model_validator(mode="after")
    def _named_and_aged(self) -> "Child":
        known = [self.date_of_birth is not None, self.estimated_age is not None, self.unborn]
        if sum(known) != 1:
            raise refusal("exactly_one_age_required")
        if self.surname is None and not self.unborn:
            raise refusal("surname_required")
        return self


class Report(_Part):
    """What an agency says happened. `la_…` instants are an authority's own awareness."""

    reporter: Reporter
    agency_aware_at: Instant
    la_incident_aware_at: Instant | None = None
    la_criteria_known_at: Instant | None = None
    incident: Incident
    residence_area_code: AuthorityArea | None = None
    responsible_la_code: AuthorityArea | None = None
    placing_la_code: AuthorityArea | None = None
    previous_la_codes: Annotated[tuple[AuthorityArea, ...], Field(max_length=10)] = ()
    notification_reasons: Annotated[tuple[NotificationReason, ...], Field(max_length=5)] = ()
    outcome: Outcome
    abuse_neglect_status: AbuseNeglectStatus
    harm_types: Annotated[tuple[HarmType, ...], Field(max_length=18)] = ()
    children: Annotated[tuple[Child, ...], Field(min_length=1, max_length=MAX_CHILDREN)]
    immediate_safety_actions: Annotated[tuple[SafetyAction, ...], Field(max_length=7)] = ()
    immediate_danger: bool
    case_outline: Outline
    media_interest: MediaInterest = MediaInterest.NONE
    rr_threshold_met: RapidReviewThreshold = RapidReviewThreshold.TO_BE_DECIDED

    @field_validator("la_incident_aware_at", "la_criteria_known_at")
    @classmethod
    def _own_awareness(cls, instant: datetime | None, info: ValidationInfo) -> datetime | None:
        reporter: Reporter | None = info.data.get("reporter")
        if instant and reporter and reporter.agency_type is not AgencyType.LOCAL_AUTHORITY:
            raise refusal("only_a_local_authority_states_this")
        return instant

    @model_validator(mode="after")
    def _has_an_owner(self) -> "Report":
        if not self.incident.in_england and self.residence_area_code is None:
            raise refusal("residence_area_required_outside_england")
        return self


def faults_of_time(report: Report, now: datetime) -> list[FieldFault]:
    """Instants and days that lie after `now` (aware; five minutes of clock error allowed)."""
    latest = now + CLOCK_TOLERANCE
    instants = {
        "/agency_aware_at": report.agency_aware_at,
        "/la_incident_aware_at": report.la_incident_aware_at,
        "/la_criteria_known_at": report.la_criteria_known_at,
    }
    days = {
        "/incident/date": report.incident.date,
        "/incident/date_until": report.incident.date_until,
        **{f"/children/{n}/date_of_birth": c.date_of_birth for n, c in enumerate(report.children)},
    }
    # A day is in the future only when no time zone has reached it yet.
    last_day = (latest + timedelta(hours=14)).date()
    late = [pointer for pointer, instant in instants.items() if instant and instant > latest]
    late += [pointer for pointer, day in days.items() if day and day > last_day]
    return [FieldFault(pointer, "in_the_future") for pointer in late]
