"""What a row of the criteria asks of the facts, weighed in three values.

A condition is true, false, or undecided on the facts known (Kleene's three values): an unknown
fact is never taken for a no.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.intake.case_facts import FactValue

FactName = Literal[
    "child",
    "age_band",
    "abuse_neglect",
    "died",
    "outcome",
    "serious_harm",
    "looked_after",
    "care_leaver",
    "in_england",
    "resident_in_england",
    "regulated_setting",
    "birth",
    "unborn_undecided",
    "incident_area",
    "residence_area",
    "placing_area",
    "responsible_area",
    "notified",
]
"""`notified`, whether the Panel is to be told, is known to local policies only."""

UndecidedNotice = Literal["panel", "simple"]


class Strict(BaseModel):
    """A part of the criteria's files: nothing but what is declared."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Condition(Strict):
    """One of: all of, any of, a fact in a list, a fact that differs from another, and whether
    rows with one of the named notices are undecided (which only a hold may ask)."""

    all_of: tuple["Condition", ...] | None = Field(default=None, alias="all", min_length=1)
    any_of: tuple["Condition", ...] | None = Field(default=None, alias="any", min_length=1)
    fact: FactName | None = None
    one_of: tuple[str | bool, ...] | None = Field(default=None, alias="in", min_length=1)
    differs_from: FactName | None = None
    undecided: Annotated[tuple[UndecidedNotice, ...], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Condition":
        given = frozenset(self.model_fields_set)
        forms = {"all_of"}, {"any_of"}, {"fact", "one_of"}, {"fact", "differs_from"}, {"undecided"}
        if given not in map(frozenset, forms):
            raise ValueError("a condition says one thing")
        return self

    def weigh(
        self, facts: Mapping[str, FactValue], undecided: frozenset[str] = frozenset()
    ) -> bool | None:
        """True, False, or None while the facts leave it open."""
        if self.all_of is not None:
            return _all(part.weigh(facts, undecided) for part in self.all_of)
        if self.any_of is not None:
            return _any(part.weigh(facts, undecided) for part in self.any_of)
        if self.undecided is not None:
            return not undecided.isdisjoint(self.undecided)
        value = facts[cast(FactName, self.fact)]
        if value is None:
            return None
        if self.differs_from is not None:
            other = facts[self.differs_from]
            return None if other is None else value != other
        return value in (self.one_of or ())

    def because(self, facts: Mapping[str, FactValue]) -> tuple[str, ...]:
        """The facts that made it false or leave it open; none where it is true."""
        weight = self.weigh(facts)
        if weight is True:
            return ()
        parts = self.all_of or self.any_of
        if parts is not None:
            alike = (part for part in parts if part.weigh(facts) is weight)
            return tuple(dict.fromkeys(name for part in alike for name in part.because(facts)))
        names = (self.fact, self.differs_from)
        if weight is None:
            return tuple(name for name in names if name is not None and facts[name] is None)
        return tuple(name for name in names if name is not None)


def _all(parts: Iterable[bool | None]) -> bool | None:
    weighed = list(parts)
    if False in weighed:
        return False
    return None if None in weighed else True


def _any(parts: Iterable[bool | None]) -> bool | None:
    weighed = list(parts)
    if True in weighed:
        return True
    return None if None in weighed else False
