"""What agencies report of the worked examples: everybody and everything in them is invented."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from deploy.samples import sample_people as people
from deploy.samples.report_parts import days_before

Content = dict[str, Any]
LIVERPOOL, WIRRAL, BARNET = "E08000012", "E08000015", "E09000003"

POLICE, LONDON_POLICE = people.OFFICER_MERSEYSIDE, people.OFFICER_METROPOLITAN
HOSPITAL, OTHER_HOSPITAL = people.NURSE_NORTHBANK, people.DOCTOR_EASTMOOR
AUTHORITY_OF = {
    LIVERPOOL: people.SOCIAL_WORKER_LIVERPOOL,
    WIRRAL: people.SOCIAL_WORKER_WIRRAL,
    BARNET: people.SOCIAL_WORKER_BARNET,
}
SYSTEM_OF = {
    "police-merseyside": "police-records",
    "police-metropolitan": "police-records",
    "trust-northbank": "health-incidents",
    "trust-eastmoor": "health-incidents",
    "icb-QYG": "icb-casework",
    **{f"la-{area}": "la-cases" for area in AUTHORITY_OF},
}
"""Through which system an organisation speaks; others have none among the samples."""


@dataclass(frozen=True)
class Happened:
    """`on`: the day of the harm, which the reporter knew of a day later at ten; without one, the
    last working day before now, known at once. `named`: what nobody but the reporter and the
    authority may ever read."""

    name: str
    on: date | None = None
    area: str | None = LIVERPOOL
    country: str | None = None
    place: str = "home"

    @property
    def day(self) -> date:
        return self.on or days_before(datetime.now(UTC)).recent

    @property
    def known_at(self) -> datetime:
        day = self.day + timedelta(days=1) if self.on else self.day
        return datetime.combine(day, time(10), UTC)

    def child(self, years: int, legal_status: str = "none", *, part: str = "A") -> Content:
        """So old on the day of the harm, with a name and a birthday of its own."""
        return {
            "surname": f"Walked-{self.name}",
            "forenames": f"Child {part}",
            "date_of_birth": self._born(years).isoformat(),
            "legal_status": legal_status,
        }

    def report(self, by: Content, outcome: str, abuse: str, *who: Content, **more: Any) -> Content:
        """`who`: the children. It has an address, and an outline in words."""
        where = {"area_code": self.area, "country": self.country}
        owns = by["agency_type"] == "local_authority"
        said = {
            "reporter": by,
            "agency_aware_at": self.known_at.isoformat(),
            "la_incident_aware_at": self.known_at.isoformat() if owns else None,
            "incident": {
                "date_certainty": "exact",
                "date": self.day.isoformat(),
                "location_type": self.place,
                "address": f"{self.name} Walked Lane",
                **{name: value for name, value in where.items() if value},
            },
            "residence_area_code": self.area,
            "outcome": outcome,
            "abuse_neglect_status": abuse,
            "children": list(who),
            "immediate_danger": False,
            "case_outline": f"Invented walk {self.name}. What happened, in words.",
            **more,
        }
        return {name: value for name, value in said.items() if value is not None}

    def _born(self, years: int) -> date:
        return self.day.replace(year=self.day.year - years, day=min(self.day.day, 28)) - timedelta(
            days=90
        )


TYPED = "Invented"
"""How every text begins that a person types on the walks."""


def personal_in(content: Content) -> set[str]:
    """What may be read nowhere but where it is sealed: surnames, birthdays, numbers, address and
    words. The day of the harm is not among them: clocks and records have days of their own."""
    found = {content["case_outline"], content["incident"]["address"]}
    for child in content["children"]:
        found |= {child["surname"], child["nhs_number"]} if "nhs_number" in child else set()
        found |= {child[name] for name in ("surname", "date_of_birth") if name in child}
    return found
