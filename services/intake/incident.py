"""What is held to be true of an incident: what was reported, over it what the authority says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.intake.awareness import Awareness, awareness_of, merged
from services.intake.case_facts import Birth, CaseFacts
from services.intake.criteria_rows import bundled
from services.intake.serious_harm import SeriousHarm
from services.intake.stated_facts import StatedFacts
from shared.calendar.london import london_date
from shared.contracts.event_codes import AgeBand, AwarenessBasis
from shared.contracts.report import Child, Report
from shared.contracts.report_codes import (
    AbuseNeglectStatus,
    AgencyType,
    LegalStatus,
    LocationType,
    Outcome,
    PlacementType,
)
from shared.contracts.strict_json import FieldFault

_STRONGEST_ABUSE = (
    AbuseNeglectStatus.KNOWN,
    AbuseNeglectStatus.SUSPECTED,
    AbuseNeglectStatus.UNKNOWN,
    AbuseNeglectStatus.NOT_SUSPECTED,
)
_ABUSE = frozenset({AbuseNeglectStatus.KNOWN, AbuseNeglectStatus.SUSPECTED})
_GRAVEST_OUTCOME = (
    Outcome.DIED,
    Outcome.SERIOUSLY_HARMED,
    Outcome.HARMED_NOT_SERIOUS,
    Outcome.NEAR_MISS,
)
_LOOKED_AFTER = frozenset(
    {
        LegalStatus.ACCOMMODATED,
        LegalStatus.INTERIM_CARE_ORDER,
        LegalStatus.FULL_CARE_ORDER,
        LegalStatus.PLACEMENT_ORDER,
        LegalStatus.REMAND,
    }
)
_REGULATED_PLACE = frozenset({LocationType.CHILDRENS_HOME, LocationType.FOSTER_HOME})
_REGULATED_PLACEMENT = frozenset({PlacementType.CHILDRENS_HOME, PlacementType.SECURE_HOME})
_BANDS = (
    (1, AgeBand.UNDER_1),
    (6, AgeBand.FROM_1_TO_5),
    (11, AgeBand.FROM_6_TO_10),
    (16, AgeBand.FROM_11_TO_15),
    (18, AgeBand.FROM_16_TO_17),
    (25, AgeBand.FROM_18_TO_24),
)


@dataclass(frozen=True)
class ReceivedReport:
    """A report as it was accepted. `case_id` is the case it opened."""

    report_id: UUID
    case_id: UUID
    received_at: datetime
    report: Report


def awareness_in(
    case_id: UUID, reports: Sequence[ReceivedReport], statements: Iterable[StatedFacts]
) -> Awareness:
    """The survivor's awareness over all reports of its link group (at least one its own).

    What the authority states itself, with a reason, counts over what was presumed.
    """
    own = [awareness_of(one.report, one.received_at) for one in reports if one.case_id == case_id]
    others = [
        awareness_of(one.report, one.received_at) for one in reports if one.case_id != case_id
    ]
    known = merged(own[0], [*own[1:], *others])
    for said in statements:
        if said.la_incident_aware_at is not None:
            known = replace(
                known,
                la_incident_aware_at=said.la_incident_aware_at,
                basis=AwarenessBasis.STATED,
            )
        if said.la_criteria_known_at is not None:
            known = replace(known, la_criteria_known_at=said.la_criteria_known_at)
    return known


def facts_in(
    reports: Sequence[ReceivedReport],
    statements: Sequence[StatedFacts],
    awareness: Awareness,
    now: datetime,
) -> list[CaseFacts]:
    """The facts of each child of the incident, for the criteria.

    The children are those of the fullest account: the authority's own report, else the first.
    Of what several reports say the gravest counts, until the authority says otherwise. Where no
    abuse or neglect is known, and so no clock runs from that, the rules are those of the day on
    which the authority learnt of the incident, however much later it decides.
    """
    account = _account(reports)
    clock = awareness.clock_start
    every = [one.report for one in reports]
    base = CaseFacts(
        age_band=AgeBand.UNKNOWN,
        abuse_neglect=min((one.abuse_neglect_status for one in every), key=_STRONGEST_ABUSE.index),
        outcome=min((one.outcome for one in every), key=_GRAVEST_OUTCOME.index),
        decided_on=london_date(now),
        clock_started_on=london_date(clock) if clock else None,
        incident_area=account.incident.area_code,
        residence_area=_first(one.residence_area_code for one in [account, *every]),
        placing_area=_first(one.placing_la_code for one in [account, *every]),
        responsible_area=_first(one.responsible_la_code for one in [account, *every]),
    )
    incident_day = account.incident.date or london_date(now)
    children = [
        replace(
            base,
            age_band=age_band_of(child, incident_day),
            looked_after=looked_after(child.legal_status),
            care_leaver=care_leaver(child.legal_status),
            regulated_setting=regulated_setting(
                account.incident.location_type, child.placement_type
            ),
            birth=Birth.NOT_YET if child.unborn else Birth.LIVE,
        )
        for child in account.children
    ]
    held = [_overlaid(child, statements) for child in children]
    return (
        held if clock else [by_the_day_learnt(one, awareness.la_incident_aware_at) for one in held]
    )


def faults_of_clock(awareness: Awareness) -> list[FieldFault]:
    """Of a clock that started before the first rule set nobody could say who has to be told."""
    clock = awareness.clock_start
    if clock is None or london_date(clock) >= bundled().rule_sets[0].first_day:
        return []
    return [FieldFault("/la_incident_aware_at", "before_the_criteria")]


def by_the_day_learnt(facts: CaseFacts, learnt_at: datetime) -> CaseFacts:
    """The facts of a child whose clock has not started: abuse that is known or suspected starts it
    with the decision. What was learnt before there were criteria is decided by those of today."""
    learnt = london_date(learnt_at)
    if facts.abuse_neglect in _ABUSE or learnt < bundled().rule_sets[0].first_day:
        return facts
    return replace(facts, clock_started_on=learnt)


def age_band_of(child: Child, incident_day: date) -> AgeBand:
    """The band of the age at the death or harm, not at awareness."""
    if child.unborn:
        return AgeBand.UNBORN
    if child.date_of_birth is not None:
        return age_band_of_years(age_on(child.date_of_birth, incident_day))
    return age_band_of_years(child.estimated_age)


def age_on(born: date, day: date) -> int:
    """Whole years on a day; below 0 before the birth. Born on 29 February: a year older on
    1 March of a common year."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def age_band_of_years(years: int | None) -> AgeBand:
    if years is None or years < 0:
        return AgeBand.UNKNOWN
    return next((band for limit, band in _BANDS if years < limit), AgeBand.OVER_24)


def incident_month(reports: Sequence[ReceivedReport]) -> str | None:
    """The month of the incident, as `2026-11`; never the day."""
    day = _account(reports).incident.date
    return f"{day:%Y-%m}" if day else None


def _account(reports: Sequence[ReceivedReport]) -> Report:
    own = [one for one in reports if one.report.reporter.agency_type is AgencyType.LOCAL_AUTHORITY]
    return min(own or reports, key=lambda one: (one.received_at, one.report_id)).report


def _overlaid(facts: CaseFacts, statements: Sequence[StatedFacts]) -> CaseFacts:
    for said in statements:
        changes = {
            name: value
            for name, value in said.model_dump().items()
            if value is not None and not name.startswith("la_")
        }
        facts = replace(facts, **changes)
    return facts


def with_judgement(facts: Sequence[CaseFacts], judgement: SeriousHarm | None) -> list[CaseFacts]:
    """The facts with a person's judgement of serious harm."""
    return [replace(one, serious_harm=judgement) if judgement else one for one in facts]


def looked_after(status: LegalStatus) -> bool | None:
    return None if status is LegalStatus.UNKNOWN else status in _LOOKED_AFTER


def care_leaver(status: LegalStatus) -> bool | None:
    return None if status is LegalStatus.UNKNOWN else status is LegalStatus.CARE_LEAVER


def regulated_setting(place: LocationType, placement: PlacementType | None) -> bool | None:
    """Whether it happened in a setting that Ofsted regulates; None while the place is unknown."""
    if place in _REGULATED_PLACE or placement in _REGULATED_PLACEMENT:
        return True
    return None if place is LocationType.UNKNOWN else False


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value is not None), None)
