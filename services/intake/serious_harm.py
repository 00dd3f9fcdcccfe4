"""Serious harm: a person's judgement with reasons, which the software prepares and never makes.

Working Together 2018 chapter 4 calls serious harm, among others, serious or long-term impairment
of mental health, of intellectual, emotional, social or behavioural development, or of physical
health. The list is not exhaustive; a long-term impairment may be judged likely though it is not
certain; recovery, from a single event too, does not take the harm away.
"""

from dataclasses import dataclass
from enum import StrEnum


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


class Qualifier(StrEnum):
    SERIOUS = "serious"
    LONG_TERM = "long_term"


class Certainty(StrEnum):
    """How sure it is that an impairment will be long-term; `likely` is enough."""

    CERTAIN = "certain"
    LIKELY = "likely"
    UNKNOWN = "unknown"


class JudgementIncomplete(ValueError):
    """A judgement lacks what makes it one; `code` says what."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class HarmAccount:
    """What is known of the harm, as codes; from this a judgement is prepared."""

    domains: frozenset[HarmDomain] = frozenset()
    qualifiers: frozenset[Qualifier] = frozenset()
    certainty: Certainty = Certainty.UNKNOWN
    recovered: bool | None = None
    life_threatening: bool | None = None


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
class Prepared:
    """What a person should weigh. `points_to` is never `not_met`: that takes a person's reasons."""

    points_to: SeriousHarm
    to_weigh: tuple[str, ...]
    missing: tuple[str, ...]


def prepare(account: HarmAccount) -> Prepared:
    """Lays out what speaks for serious harm and what is still to be found out, as codes.

    A threat to life was part of the wording of 2015: it supports, it is no test.
    """
    long_term = Qualifier.LONG_TERM in account.qualifiers
    missing = {
        "domains": not account.domains,
        "qualifiers": not account.qualifiers,
        "certainty": long_term and account.certainty is Certainty.UNKNOWN,
    }
    weigh = {
        "likely_is_enough": long_term and account.certainty is Certainty.LIKELY,
        "recovery_does_not_undo_it": account.recovered is True,
        "threat_to_life_supports_it": account.life_threatening is True,
    }
    open_ = tuple(name for name, holds in missing.items() if holds)
    return Prepared(
        points_to=SeriousHarm.UNDETERMINED if open_ else SeriousHarm.MET,
        to_weigh=tuple(name for name, holds in weigh.items() if holds),
        missing=open_,
    )
