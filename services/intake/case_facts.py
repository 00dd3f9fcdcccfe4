"""What the authority holds to be true of one child in a case when the criteria are applied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.intake.serious_harm import SeriousHarm
from shared.contracts.event_codes import AgeBand
from shared.contracts.report_codes import AbuseNeglectStatus, Outcome

FactValue = str | bool | None
"""None: not known."""

_UNDER_18 = frozenset(
    {
        AgeBand.UNDER_1,
        AgeBand.FROM_1_TO_5,
        AgeBand.FROM_6_TO_10,
        AgeBand.FROM_11_TO_15,
        AgeBand.FROM_16_TO_17,
    }
)


class Birth(StrEnum):
    """Whether the child was born alive; `not_yet` for one who is unborn."""

    LIVE = "live"
    NOT_YET = "not_yet"
    STILLBIRTH = "stillbirth"
    LAWFUL_TERMINATION = "lawful_termination"


class Part(StrEnum):
    """Which part a child has in the incident. Who harmed another and was not harmed needs no
    notification of their own."""

    HARMED = "harmed"
    ALLEGED_PERPETRATOR = "alleged_perpetrator"


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Facts about one child, as the authority decided them, not as somebody reported them.

    `age_band` is the age at the death or harm, not at awareness. Areas are GSS codes, None where
    there is none or it is not known; `incident_area` is None outside England. Days are London
    dates: `decided_on` the day of the decision, `clock_started_on` the day the authority's clock
    started, which chooses the rule set. Whether an unborn child counts as a child here is for a
    person to say. Children with the same `sibling_group` are siblings.
    """

    age_band: AgeBand
    abuse_neglect: AbuseNeglectStatus
    outcome: Outcome
    decided_on: date
    clock_started_on: date | None = None
    serious_harm: SeriousHarm = SeriousHarm.UNDETERMINED
    looked_after: bool | None = None
    care_leaver: bool | None = None
    incident_area: str | None = None
    residence_area: str | None = None
    placing_area: str | None = None
    responsible_area: str | None = None
    lives_outside_england: bool | None = None
    regulated_setting: bool | None = None
    birth: Birth = Birth.LIVE
    unborn_counted_as_child: bool | None = None
    part: Part = Part.HARMED
    sibling_group: str | None = None

    @property
    def in_england(self) -> bool:
        return self.incident_area is not None

    @property
    def resident_in_england(self) -> bool | None:
        if self.residence_area is not None:
            return True
        return False if self.lives_outside_england else None

    @property
    def unborn(self) -> bool:
        return self.age_band is AgeBand.UNBORN and self.birth in {Birth.LIVE, Birth.NOT_YET}

    @property
    def child(self) -> bool | None:
        """Under 18; None where the age is not known or the child unborn, for a person to decide."""
        if self.birth in {Birth.STILLBIRTH, Birth.LAWFUL_TERMINATION}:
            return False
        if self.unborn:
            return self.unborn_counted_as_child
        if self.age_band is AgeBand.UNKNOWN:
            return None
        return self.age_band in _UNDER_18

    def values(self) -> Mapping[str, FactValue]:
        """The facts by the names that rows of the criteria use; doubt is None."""
        doubt_of_abuse = self.abuse_neglect is AbuseNeglectStatus.UNKNOWN
        doubt_of_harm = self.serious_harm is SeriousHarm.UNDETERMINED
        return {
            "child": self.child,
            "age_band": None if self.age_band is AgeBand.UNKNOWN else self.age_band.value,
            "abuse_neglect": None if doubt_of_abuse else self.abuse_neglect.value,
            "died": self.outcome is Outcome.DIED,
            "outcome": self.outcome.value,
            "serious_harm": None if doubt_of_harm else self.serious_harm.value,
            "looked_after": self.looked_after,
            "care_leaver": self.care_leaver,
            "in_england": self.in_england,
            "resident_in_england": self.resident_in_england,
            "regulated_setting": self.regulated_setting,
            "birth": self.birth.value,
            "unborn_undecided": self.unborn and self.unborn_counted_as_child is None,
            "incident_area": self.incident_area,
            "residence_area": self.residence_area,
            "placing_area": self.placing_area,
            "responsible_area": self.responsible_area,
        }
