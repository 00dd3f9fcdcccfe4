"""The notification criteria as data: rule sets and rows, dated, each with its sources."""

from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from services.intake.conditions import Condition, Strict
from shared.contracts.event_codes import Force

BUNDLED = Path(__file__).with_name("criteria") / "wt_rows.json"

SourceId = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")]
LimitRule = Annotated[str, Field(pattern=r"^DL[0-9]{2}$")]


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


class Counting(StrEnum):
    """How many notifications an incident needs: GOV.UK of June 2018, and of 2019."""

    PER_CHILD = "per_child"
    PER_INCIDENT = "per_incident"


class Channel(StrEnum):
    """Where a notification was to be made: Ofsted's form, then the department's system."""

    OFSTED_ONLINE = "ofsted_online"
    DEPARTMENT_ONLINE = "department_online"


class Telling(Strict):
    """Somebody the row's notifier tells; with `when`, only where the facts say so."""

    who: Who
    force: Force
    limit_rule: LimitRule
    when: Condition | None = None


class OthersDuty(Strict):
    """Somebody else's duty to tell, shown beside ours and never carried out for them."""

    who: str
    tells: Annotated[tuple[str, ...], Field(min_length=1)]
    limit_rule: LimitRule
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]


class Row(Strict):
    """One row of the criteria, in force from and to London dates, both included."""

    id: Annotated[str, Field(pattern=r"^N[0-9]{1,2}$")]
    title: str
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]
    first_day: Annotated[date, Field(alias="from")]
    last_day: Annotated[date | None, Field(alias="to")] = None
    notice: Notice
    notifier: Notifier
    rapid_review: bool
    when: Condition
    tell: tuple[Telling, ...]
    others: tuple[OthersDuty, ...] = ()
    learning_review_possible: bool = False

    def in_force(self, on: date) -> bool:
        return self.first_day <= on and (self.last_day is None or on <= self.last_day)


class RuleSet(Strict):
    """Chosen by the London date on which the authority's clock started."""

    id: str
    first_day: Annotated[date, Field(alias="from")]
    counting: Counting
    structured_children: Annotated[int, Field(ge=1)]
    channel: Channel
    confirmed: bool
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]


class Criteria(Strict):
    rule_sets: Annotated[tuple[RuleSet, ...], Field(min_length=1)]
    rows: tuple[Row, ...]

    @model_validator(mode="after")
    def _each_row_once_a_day(self) -> "Criteria":
        for row in self.rows:
            if sum(other.id == row.id and other.in_force(row.first_day) for other in self.rows) > 1:
                raise ValueError(f"row {row.id} stands twice on {row.first_day}")
        return self

    def rules_on(self, on: date) -> RuleSet:
        """The rule set in force on a London date. Raises NoRuleSet."""
        begun = [rules for rules in self.rule_sets if rules.first_day <= on]
        if not begun:
            raise NoRuleSet
        return max(begun, key=lambda rules: rules.first_day)

    def rows_on(self, on: date) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.in_force(on))


@cache
def bundled() -> Criteria:
    """The criteria that come with the code; pydantic's ValidationError if they are broken."""
    return Criteria.model_validate_json(BUNDLED.read_bytes())
