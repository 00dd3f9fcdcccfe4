"""What the authority holds to be true of one child in a case when the criteria are applied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

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


class SeriousHarm(StrEnum):
    """A person's judgement of serious harm; software never makes it."""

    MET = "met"
    NOT_MET = "not_met"
    UNDETERMINED = "undetermined"


class HarmDomain(StrEnum):
    """What the harm impairs: Working Together 2018 chapter 4, meaning of serious harm."""

    MENTAL_HEALTH = "mental_health"
    INTELLECTUAL = "intellectual"
    EMOTIONAL = "emotional"
    SOCIAL = "social"
    BEHAVIOURAL = "behavioural"
    PHYSICAL_HEALTH = "physical_health"


class JudgementIncomplete(ValueError):
    """A judgement lacks what makes it one; `code` says what."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class SeriousHarmJudgement:
    """Who judged, what, and why. Recovery does not undo serious harm, nor must impairment be
    certain: both are for the reasons to weigh.

    Raises JudgementIncomplete: `reasons_required`, `decided_by_required`, or, where serious harm
    is met, `domain_required`.
    """

    decision: SeriousHarm
    decided_by: str
    reasons: str
    domains: frozenset[HarmDomain] = frozenset()

    def __post_init__(self) -> None:
        if not self.reasons.strip():
            raise JudgementIncomplete("reasons_required")
        if not self.decided_by.strip():
            raise JudgementIncomplete("decided_by_required")
        if self.decision is SeriousHarm.MET and not self.domains:
            raise JudgementIncomplete("domain_required")

    def __repr__(self) -> str:
        return f"SeriousHarmJudgement({self.decision})"


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Facts about one child, as the authority decided them, not as somebody reported them.

    `age_band` is the age at the death or harm, not at awareness. Areas are GSS codes, None where
    there is none or it is not known; `incident_area` is None outside England. Days are London
    dates: `decided_on` the day of the decision, `clock_started_on` the day the authority's clock
    started, which chooses the rule set.
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

    @property
    def in_england(self) -> bool:
        return self.incident_area is not None

    @property
    def child(self) -> bool | None:
        """Under 18; None where the age is not known or the child unborn, for a person to decide."""
        if self.age_band in {AgeBand.UNKNOWN, AgeBand.UNBORN}:
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
            "incident_area": self.incident_area,
            "residence_area": self.residence_area,
            "placing_area": self.placing_area,
            "responsible_area": self.responsible_area,
        }
