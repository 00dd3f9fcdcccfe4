"""What stands around the rules: versions of the guidance, relaxations, disagreements, names."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from services.rapid_review_timer.rule_row import Basis, Citation, RuleId, Slug, Strict, Words


class RuleSet(Strict):
    """A version of the guidance as a whole; `from` is null while it is not in force."""

    id: Words
    effective_from: date | None = Field(alias="from")
    effective_to: date | None = Field(alias="to")
    reason: Words
    confirmed: bool


class Overlay(Strict):
    """A notice that relaxes limits without changing them: what falls due while it lasts is
    tracked and no breach. A `to` of null is not known: a profile has to set the end, and until one
    does the overlay relaxes nothing."""

    id: Words
    effective_from: date = Field(alias="from")
    effective_to: date | None = Field(alias="to")
    confirmed: bool
    relaxes: Annotated[tuple[RuleId, ...], Field(min_length=1)]
    unaffected: tuple[RuleId, ...]
    effect: Literal["relaxed"]
    shown: Words
    except_when: Words
    citations: Annotated[tuple[Citation, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def agrees_with_itself(self) -> Self:
        if set(self.relaxes) & set(self.unaffected):
            raise ValueError("a limit is relaxed or it is not")
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError("'to' lies before 'from'")
        return self

    def relaxes_on(self, rule_id: str, due: date) -> bool:
        """Whether a limit that falls due on London date `due` is relaxed."""
        ends = self.effective_to
        return rule_id in self.relaxes and ends is not None and self.effective_from <= due <= ends


class Option(Strict):
    """One side of a disagreement; under it the rules of `turns_off` do not run."""

    says: Words
    confirmed: bool
    turns_off: tuple[RuleId, ...] = ()


class Discrepancy(Strict):
    """A point on which sources disagree, as a switch: its options, which is the default (of a
    rule set, if `by_rule_set` names it) and what is shown, whatever is chosen."""

    id: Annotated[str, Field(pattern=r"^X\d{1,2}$")]
    question: Words
    rules: tuple[RuleId, ...]
    options: dict[Basis, Option]
    default: Basis
    by_rule_set: dict[str, Basis] = Field(default_factory=dict)
    shown: Words

    @model_validator(mode="after")
    def default_is_an_option(self) -> Self:
        if not {self.default, *self.by_rule_set.values()} <= self.options.keys():
            raise ValueError("the default is not among the options")
        return self

    def default_in(self, rule_set: str) -> str:
        return self.by_rule_set.get(rule_set, self.default)


class Listed(Strict):
    """A rule that is no clock: it switches something on, is measured, or lies over other rules."""

    id: RuleId
    name: Basis
    title: Words
    kind: Literal["switch", "measure", "overlay"]
    effective_from: date | None = Field(alias="from")
    by: date | None
    number: Annotated[int, Field(ge=1)] | None
    per: Literal["year"] | None
    does: Words
    citations: Annotated[tuple[Citation, ...], Field(min_length=1)]


class Vocabulary(Strict):
    """The words for every code that rule data uses. `triggers` and `happenings` follow "when";
    `parties` are named; `actions` are done."""

    triggers: dict[Slug, Words]
    happenings: dict[Slug, Words]
    parties: dict[Slug, Words]
    actions: dict[Slug, Words]
