"""The notification criteria as data: rows with conditions, and how a condition is weighed.

A condition is true, false, or undecided on the facts known (Kleene's three values): an unknown
fact is never taken for a no.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.intake.case_facts import FactValue
from shared.contracts.event_codes import Force

BUNDLED = Path(__file__).with_name("criteria") / "wt_rows.json"

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
    "incident_area",
    "residence_area",
    "placing_area",
    "responsible_area",
]


class NoRuleSet(LookupError):
    """The day lies before the criteria came into force (29 June 2018)."""


class Notice(StrEnum):
    PANEL = "panel"
    SIMPLE = "simple"
    NONE = "none"
    HOLD = "hold"


class Who(StrEnum):
    PANEL = "panel"
    DFE = "dfe"
    OFSTED = "ofsted"
    OWN_PARTNERS = "own_partners"
    OTHER_PARTNERS = "other_partners"
    CDOP = "cdop"


class Notifier(StrEnum):
    AREA_OF_INCIDENT = "area_of_incident"
    RESPONSIBLE_AUTHORITY = "responsible_authority"
    AREA_OF_RESIDENCE = "area_of_residence"


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=True)


class Condition(_Strict):
    """One of: all of, any of, a fact in a list, a fact that differs from another, and whether
    rows with one of the named notices are undecided (which only a hold may ask)."""

    all_of: tuple["Condition", ...] | None = Field(default=None, alias="all", min_length=1)
    any_of: tuple["Condition", ...] | None = Field(default=None, alias="any", min_length=1)
    fact: FactName | None = None
    one_of: tuple[str | bool, ...] | None = Field(default=None, alias="in", min_length=1)
    differs_from: FactName | None = None
    undecided: Annotated[tuple[Notice, ...], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Condition":
        given = frozenset(self.model_fields_set)
        forms = {"all_of"}, {"any_of"}, {"fact", "one_of"}, {"fact", "differs_from"}, {"undecided"}
        if given not in map(frozenset, forms):
            raise ValueError("a condition says one thing")
        return self

    def weigh(
        self, facts: Mapping[str, FactValue], undecided: frozenset[Notice] = frozenset()
    ) -> bool | None:
        """True, False, or None while the facts leave it open."""
        if self.all_of is not None:
            return _all(part.weigh(facts, undecided) for part in self.all_of)
        if self.any_of is not None:
            return _any(part.weigh(facts, undecided) for part in self.any_of)
        if self.undecided is not None:
            return not undecided.isdisjoint(self.undecided)
        value = facts[self.fact or ""]
        if value is None:
            return None
        if self.differs_from is not None:
            other = facts[self.differs_from]
            return None if other is None else value != other
        return value in (self.one_of or ())


class Telling(_Strict):
    who: Who
    force: Force
    limit_rule: Annotated[str, Field(pattern=r"^DL[0-9]{2}$")]


class Row(_Strict):
    """One row of the criteria, in force from and to London dates, both included."""

    id: Annotated[str, Field(pattern=r"^N[0-9]{1,2}$")]
    title: str
    source: str
    first_day: Annotated[date, Field(alias="from")]
    last_day: Annotated[date | None, Field(alias="to")] = None
    notice: Notice
    notifier: Notifier
    rapid_review: bool
    when: Condition
    tell: tuple[Telling, ...]

    def in_force(self, on: date) -> bool:
        return self.first_day <= on and (self.last_day is None or on <= self.last_day)


class RuleSet(_Strict):
    id: str
    first_day: Annotated[date, Field(alias="from")]


class Criteria(_Strict):
    rule_sets: Annotated[tuple[RuleSet, ...], Field(min_length=1)]
    rows: tuple[Row, ...]

    @model_validator(mode="after")
    def _each_row_once_a_day(self) -> "Criteria":
        for row in self.rows:
            if sum(other.id == row.id and other.in_force(row.first_day) for other in self.rows) > 1:
                raise ValueError(f"row {row.id} stands twice on {row.first_day}")
        return self

    def rule_set(self, on: date) -> str:
        """The id of the rule set in force on a London date. Raises NoRuleSet."""
        begun = [rules for rules in self.rule_sets if rules.first_day <= on]
        if not begun:
            raise NoRuleSet
        return max(begun, key=lambda rules: rules.first_day).id

    def rows_on(self, on: date) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.in_force(on))


@cache
def bundled() -> Criteria:
    """The criteria that come with the code; pydantic's ValidationError if they are broken."""
    return Criteria.model_validate_json(BUNDLED.read_bytes())


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
