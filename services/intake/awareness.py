"""When the authority came to know, and which authority that is: what starts its clock.

Only the authority's awareness starts its five working days, not that of the agency that reports
(Children Act 2004 s.16C lays the duty on the authority). The clock starts at the later of two
instants, both kept: when it learnt of the incident, and when it first knew or suspected abuse or
neglect and death or serious harm. The guidance does not define either; these are our choices.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.contracts.event_codes import AwarenessBasis
from shared.contracts.report import Report
from shared.contracts.report_codes import AbuseNeglectStatus, AgencyType, Outcome

_ABUSE_OR_NEGLECT = frozenset({AbuseNeglectStatus.KNOWN, AbuseNeglectStatus.SUSPECTED})
_DEATH_OR_SERIOUS_HARM = frozenset({Outcome.DIED, Outcome.SERIOUSLY_HARMED})


@dataclass(frozen=True, slots=True)
class Awareness:
    """Instants are aware; areas are GSS codes. `basis` says where `la_incident_aware_at` is from:
    stated by the owning authority itself, or presumed from the delivery to it."""

    la_incident_aware_at: datetime
    la_criteria_known_at: datetime | None
    basis: AwarenessBasis
    owner_area: str
    other_areas: tuple[str, ...]

    @property
    def clock_start(self) -> datetime | None:
        """The later of the two instants; None until it is known that the criteria may be met."""
        if self.la_criteria_known_at is None:
            return None
        return max(self.la_incident_aware_at, self.la_criteria_known_at)


def awareness_of(report: Report, delivered_at: datetime) -> Awareness:
    """What one report says about the owner's awareness. `delivered_at` (aware) is when intake
    accepted the report and with that put it before the owning authority."""
    owner = owner_area(report)
    own_words = _speaks_for(report, owner)
    stated = report.la_incident_aware_at if own_words else None
    incident_aware = stated or delivered_at
    criteria_known = report.la_criteria_known_at if own_words else None
    if criteria_known is None and states_criteria(report):
        criteria_known = incident_aware
    return Awareness(
        la_incident_aware_at=incident_aware,
        la_criteria_known_at=criteria_known,
        basis=AwarenessBasis.STATED if stated else AwarenessBasis.PRESUMED,
        owner_area=owner,
        other_areas=_other_areas(report, owner),
    )


def merged(survivor: Awareness, others: Sequence[Awareness]) -> Awareness:
    """The awareness of a case to which others are linked: the earliest of each instant, so that a
    link never gives more time. The survivor's owner stays; areas of the others become other areas.

    Where a stated and a presumed instant are equal, the stated one gives the basis.
    """
    every = (survivor, *others)
    first = min(
        every, key=lambda one: (one.la_incident_aware_at, one.basis is AwarenessBasis.PRESUMED)
    )
    known = [one.la_criteria_known_at for one in every if one.la_criteria_known_at is not None]
    touched = (area for one in every for area in (one.owner_area, *one.other_areas))
    return Awareness(
        la_incident_aware_at=first.la_incident_aware_at,
        la_criteria_known_at=min(known, default=None),
        basis=first.basis,
        owner_area=survivor.owner_area,
        other_areas=tuple(dict.fromkeys(a for a in touched if a != survivor.owner_area)),
    )


def owned_by(known: Awareness, area: str) -> Awareness:
    """The same awareness with another owner, to whom the case was handed over: no clock starts
    anew, and the area that owned it becomes another area."""
    if known.owner_area == area:
        return known
    others = (known.owner_area, *known.other_areas)
    return replace(known, owner_area=area, other_areas=tuple(a for a in others if a != area))


def states_criteria(report: Report) -> bool:
    """Whether the report itself says both: abuse or neglect, and death or serious harm."""
    return (
        report.abuse_neglect_status in _ABUSE_OR_NEGLECT
        and report.outcome in _DEATH_OR_SERIOUS_HARM
    )


def owner_area(report: Report) -> str:
    """The area where it happened; outside England, that of normal residence (s.16C(1)(b))."""
    area = report.incident.area_code or report.residence_area_code
    if area is None:
        raise ValueError("a report outside England has an area of residence")
    return area


def _speaks_for(report: Report, area: str) -> bool:
    """Whether the owning authority itself reports; another authority's awareness is not its own."""
    reporter = report.reporter
    return (
        reporter.agency_type is AgencyType.LOCAL_AUTHORITY and reporter.organisation == f"la-{area}"
    )


def _other_areas(report: Report, owner: str) -> tuple[str, ...]:
    touched = (report.residence_area_code, report.placing_la_code, report.responsible_la_code)
    return tuple(dict.fromkeys(area for area in touched if area is not None and area != owner))
