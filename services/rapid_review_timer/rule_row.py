"""One time limit as a row of data: what it counts, who owes it to whom, and where it stands.

A rule is a file of dated versions, so that a new limit is a new row and never a change of code.
"""

from datetime import date, time
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.reference.dated import Dated

Unit = Literal["working_days", "months", "calendar_days", "elapsed_hours", "fixed_date"]
Force = Literal["must", "should", "local"]
Subject = Literal["case", "review", "national_review", "yearly_report", "arrangements", "placement"]
Words = Annotated[str, Field(min_length=1)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
RuleId = Annotated[str, Field(pattern=r"^(DL\d{2}[A-Z]?|[A-Z]+)$")]
Basis = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
FixedDate = Annotated[str, Field(pattern=r"^(\d{4}|-)-\d{2}-\d{2}$")]
"""A date of one year, `2019-06-29`, or of every year, `--09-30`."""

LEAP_YEAR = "2000"


class RuleError(ValueError):
    """A refusal of the rules; `code` is one of `rules_invalid`, `unknown_rule`, `rule_off`,
    `rule_not_in_force`, `no_rule_set`, `unknown_rule_set`, `rule_set_not_in_force`,
    `unknown_profile`, `no_time_limit`, `calendar_mismatch`, `unknown_alternative`,
    `instant_needed`, `not_counted_back`."""

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


class Span(Strict):
    """A length of time; `not_after` is the day that ends it at the latest. No calendar days: it
    ends with the day on which it starts."""

    count: Annotated[int, Field(ge=0)]
    unit: Literal["working_days", "months", "calendar_days", "elapsed_hours"]
    not_after: date | None = None

    @model_validator(mode="after")
    def has_a_length(self) -> Self:
        if self.count == 0 and self.unit != "calendar_days":
            raise ValueError("only calendar days may end on the day on which they start")
        return self


class Alternative(Strict):
    """What some source gives in place of the reading in force: another start, or from the same
    start another length (null: none, only "promptly"). Computed and kept beside the due date."""

    basis: Basis
    trigger: Slug
    discrepancy: Words
    span: Span | Literal["as_the_rule"] | None = "as_the_rule"

    def lasting(self, rule_span: Span | None) -> "Alternative":
        """With its length written out, where it is that of its rule."""
        if self.span != "as_the_rule":
            return self
        return self.model_copy(update={"span": rule_span})


class Overdue(Strict):
    """What follows when a limit is missed: how loudly it is shown, and what is done."""

    shown: Literal["red", "amber", "information"]
    does: Annotated[tuple[Slug, ...], Field(min_length=1)]


class Lifecycle(Strict):
    """What becomes of the clock once its trigger has started it, as words of the vocabulary."""

    met_by: Annotated[tuple[Slug, ...], Field(min_length=1)]
    moved_by: tuple[Slug, ...]
    suspended_by: tuple[Slug, ...]
    resumed_by: tuple[Slug, ...]
    cancelled_by: tuple[Slug, ...]

    @model_validator(mode="after")
    def what_is_suspended_can_go_on(self) -> Self:
        if bool(self.suspended_by) != bool(self.resumed_by):
            raise ValueError("what suspends a clock and what resumes it belong together")
        return self


class Rule(Dated):
    """One version of one time limit.

    `force` is how strongly the limit binds, `duty` how strongly the act itself does: the duty to
    notify is law, its five working days are guidance. `count` and `unit` are null together where a
    source says "promptly". `bounds`: done by the due date at the latest, or kept up at least
    through it. `basis` names the reading in force, of those that sources give. `due_soon_lead` is
    in working days before the due date. `cutoff` is the London time of a working day from which
    what happens counts as happening on the next one; no source sets any.
    """

    id: RuleId
    version: Annotated[int, Field(ge=1)]
    name: Basis
    title: Words
    subject: Subject
    trigger: Slug
    basis: Basis
    alternatives: tuple[Alternative, ...]
    count: Annotated[int, Field(ge=0)] | None
    unit: Unit | None
    fixed: FixedDate | None = None
    not_after: date | None = None
    calendar: Literal["england-and-wales"] | None
    direction: Literal["forward", "backward"]
    bounds: Literal["at_latest", "at_least"] = "at_latest"
    who: Annotated[tuple[Slug, ...], Field(min_length=1)]
    to_whom: Annotated[tuple[Slug, ...], Field(min_length=1)]
    should_tell_too: tuple[Slug, ...] = ()
    force: Force
    duty: Force
    due_soon_lead: Annotated[int, Field(ge=1)] | None
    overdue: Overdue
    lifecycle: Lifecycle
    citations: Annotated[tuple[Citation, ...], Field(min_length=1)]
    cutoff: time | None = None

    @model_validator(mode="after")
    def can_be_counted(self) -> Self:
        wanted = {"count": self.count, "fixed": self.fixed}
        given = {name for name, value in wanted.items() if value is not None}
        needed = {None: set[str](), "fixed_date": {"fixed"}}.get(self.unit, {"count"})
        if given != needed:
            raise ValueError("a unit needs its count, a fixed date its date, and nothing else")
        if self.count == 0 and self.unit != "calendar_days":
            raise ValueError("only calendar days may end on the day on which they start")
        if (self.unit == "working_days" or self.due_soon_lead) and self.calendar is None:
            raise ValueError("working days need a calendar")
        if self.direction == "backward" and self.unit != "working_days":
            raise ValueError("only working days are counted back")
        if self.bounds == "at_least" and (self.unit != "months" or self.due_soon_lead):
            raise ValueError("only months are kept up, and nothing is due in them")
        if self.cutoff is not None and self.unit != "working_days":
            raise ValueError("only working days have a cut-off")
        if self.fixed is not None:
            date.fromisoformat(self.fixed.replace("--", f"{LEAP_YEAR}-"))
        return self

    @model_validator(mode="after")
    def readings_differ(self) -> Self:
        bases = [self.basis, *(alternative.basis for alternative in self.alternatives)]
        if len(set(bases)) < len(bases):
            raise ValueError("each reading has a name of its own")
        for other in self.alternatives:
            if other.trigger == self.trigger and other.span == "as_the_rule":
                raise ValueError("an alternative must differ from the basis in force")
        return self

    @property
    def span(self) -> Span | None:
        """The length that is counted; None where there is none or the date is fixed."""
        if self.count is None or self.unit is None or self.unit == "fixed_date":
            return None
        return Span(count=self.count, unit=self.unit, not_after=self.not_after)

    def counting(self, span: Span | None) -> "Rule":
        """The same rule with another length."""
        length = {
            "count": span and span.count,
            "unit": span and span.unit,
            "not_after": span and span.not_after,
            "fixed": None,
        }
        return self.model_copy(update=length)

    def read_as(self, basis: str) -> "Rule":
        """The rule under another of its readings; the one in force becomes an alternative.

        Raises RuleError `unknown_alternative`.
        """
        chosen = next((other for other in self.alternatives if other.basis == basis), None)
        if chosen is None:
            raise RuleError("unknown_alternative", f"{self.id} has no reading of that name")
        same_length = chosen.span == "as_the_rule"
        in_force = Alternative(
            basis=self.basis,
            trigger=self.trigger,
            discrepancy=chosen.discrepancy,
            span="as_the_rule" if same_length else self.span,
        )
        others = [other for other in self.alternatives if other is not chosen]
        if not same_length:
            others = [other.lasting(self.span) for other in others]
        if same_length or self.fixed is None:
            others.append(in_force)
        rule = self if chosen.span == "as_the_rule" else self.counting(chosen.span)
        swapped = {"basis": basis, "trigger": chosen.trigger, "alternatives": tuple(others)}
        return rule.model_copy(update=swapped)
