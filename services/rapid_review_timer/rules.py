"""The time limits as data: rule sets, rules and the points on which sources disagree.

A rule is one JSON file of dated versions, so that a new limit is a new row and never a change of
code. The directory holds `rule_sets.json`, `discrepancies.json` and `<RULE ID>.json` files.
"""

from collections.abc import Iterable
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from shared.reference.dated import Dated

BUNDLED = Path(__file__).with_name("rules")
NOT_RULES = {"rule_sets", "discrepancies"}

Unit = Literal["working_days", "months", "calendar_days", "elapsed_hours"]
Force = Literal["must", "should", "local"]
Words = Annotated[str, Field(min_length=1)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
RuleId = Annotated[str, Field(pattern=r"^(DL\d{2}|[A-Z]+)$")]
Basis = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]


class RuleError(ValueError):
    """A refusal of the rules; `code` is one of `rules_invalid`, `unknown_rule`,
    `rule_not_in_force`, `no_rule_set`, `unit_not_supported`, `no_time_limit`,
    `calendar_mismatch`, `unknown_alternative`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Citation(Strict):
    """Where a rule is found, in our words; `confirmed` is false until read in the named text."""

    source: Words
    section: Words | None
    says: Words
    confirmed: bool


class Alternative(Strict):
    """Another start that some source gives: computed and kept beside the due date in force."""

    basis: Basis
    trigger: Slug
    discrepancy: Words


class Rule(Dated):
    """One version of one time limit.

    `force` is how strongly the limit binds, `duty` how strongly the act itself does: the duty to
    notify is law, its five working days are guidance. `count` and `unit` are null together
    where a source says "promptly". `due_soon_lead` is in working days before the due date.
    """

    id: RuleId
    version: Annotated[int, Field(ge=1)]
    name: Basis
    title: Words
    trigger: Slug
    basis: Basis
    alternatives: tuple[Alternative, ...]
    count: Annotated[int, Field(ge=1)] | None
    unit: Unit | None
    calendar: Literal["england-and-wales"] | None
    direction: Literal["forward", "backward"]
    who: Annotated[tuple[Slug, ...], Field(min_length=1)]
    to_whom: Annotated[tuple[Slug, ...], Field(min_length=1)]
    force: Force
    duty: Force
    due_soon_lead: Annotated[int, Field(ge=1)] | None
    citations: Annotated[tuple[Citation, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def can_be_counted(self) -> Self:
        if (self.count is None) != (self.unit is None):
            raise ValueError("count and unit belong together")
        if (self.unit == "working_days" or self.due_soon_lead) and self.calendar is None:
            raise ValueError("working days need a calendar")
        if self.basis in {alternative.basis for alternative in self.alternatives}:
            raise ValueError("an alternative must differ from the basis in force")
        return self


class RuleSet(Strict):
    """A version of the guidance as a whole; `from` is null while it is not in force."""

    id: Words
    effective_from: date | None = Field(alias="from")
    effective_to: date | None = Field(alias="to")
    reason: Words
    confirmed: bool


class Discrepancy(Strict):
    """A point on which sources disagree, as a switch: its options, and which is the default."""

    id: Annotated[str, Field(pattern=r"^X\d{1,2}$")]
    question: Words
    rules: tuple[RuleId, ...]
    options: dict[Basis, Words]
    default: Basis

    @model_validator(mode="after")
    def default_is_an_option(self) -> Self:
        if self.default not in self.options:
            raise ValueError("the default is not among the options")
        return self


class RuleBook(Strict):
    """Everything in one rules directory, checked as a whole."""

    rule_sets: tuple[RuleSet, ...]
    discrepancies: dict[str, Discrepancy]
    rules: dict[str, tuple[Rule, ...]]

    @model_validator(mode="after")
    def agrees_with_itself(self) -> Self:
        _without_overlap((s.effective_from, s.effective_to) for s in self.rule_sets)
        for rule_id, versions in self.rules.items():
            _without_overlap((rule.effective_from, rule.effective_to) for rule in versions)
            numbers = [rule.version for rule in versions]
            if numbers != sorted(set(numbers)) or {rule.id for rule in versions} != {rule_id}:
                raise ValueError("a rule file holds one rule, its versions in order")
            for alternative in (a for rule in versions for a in rule.alternatives):
                switch = self.discrepancies.get(alternative.discrepancy)
                if switch is None or alternative.basis not in switch.options:
                    raise ValueError("an alternative names no option of a discrepancy")
        return self

    def rule_set_on(self, day: date) -> RuleSet:
        """The rule set for a clock that starts on London date `day`.

        Raises RuleError `no_rule_set` before the first.
        """
        for rules in self.rule_sets:
            starts, ends = rules.effective_from, rules.effective_to
            if starts is not None and starts <= day and (ends is None or day <= ends):
                return rules
        raise RuleError("no_rule_set", f"no rule set is in force on {day.isoformat()}")

    def rule(self, rule_id: str, on: date) -> Rule:
        """The version of a rule in force on London date `on`.

        Raises RuleError `unknown_rule` or `rule_not_in_force`.
        """
        if rule_id not in self.rules:
            raise RuleError("unknown_rule", f"there is no rule {rule_id[:16]!r}")
        for version in self.rules[rule_id]:
            if version.holds_on(on):
                return version
        raise RuleError("rule_not_in_force", f"{rule_id} is not in force on {on.isoformat()}")


def _without_overlap(periods: Iterable[tuple[date | None, date | None]]) -> None:
    in_force = [(start, end or date.max) for start, end in periods if start is not None]
    if any(end >= later for (_, end), (later, _) in pairwise(in_force)):
        raise ValueError("versions overlap or are out of order")


def load_rule_book(directory: Path) -> RuleBook:
    """Read and check a directory of rules.

    Raises RuleError `rules_invalid`, naming the file and the fields at fault and no values.
    """
    reading = "directory"
    try:
        reading = "rule_sets.json"
        rule_sets = TypeAdapter(tuple[RuleSet, ...]).validate_json(
            (directory / reading).read_bytes()
        )
        reading = "discrepancies.json"
        switches = TypeAdapter(tuple[Discrepancy, ...]).validate_json(
            (directory / reading).read_bytes()
        )
        rules: dict[str, tuple[Rule, ...]] = {}
        for path in sorted(directory.glob("*.json")):
            if path.stem not in NOT_RULES:
                reading = path.name
                rules[path.stem] = TypeAdapter(tuple[Rule, ...]).validate_json(path.read_bytes())
        reading = "rules taken together"
        return RuleBook(rule_sets=rule_sets, discrepancies={s.id: s for s in switches}, rules=rules)
    except OSError as refused:
        raise RuleError("rules_invalid", f"{reading}: {type(refused).__name__}") from None
    except ValidationError as refused:
        at = {".".join(map(str, error["loc"])) or "whole" for error in refused.errors()}
        raise RuleError("rules_invalid", f"{reading}: {', '.join(sorted(at))}") from None


@cache
def rule_book() -> RuleBook:
    """The rules that come with the code."""
    return load_rule_book(BUNDLED)


def rule_set_on(day: date) -> RuleSet:
    """See RuleBook.rule_set_on."""
    return rule_book().rule_set_on(day)


def rule(rule_id: str, on: date) -> Rule:
    """See RuleBook.rule."""
    return rule_book().rule(rule_id, on)
