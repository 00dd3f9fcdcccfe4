"""Local profiles: what an area has settled differently, as data over the rules of England."""

from datetime import date, time
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.rapid_review_timer.rule_row import (
    Basis,
    Citation,
    Rule,
    RuleId,
    Slug,
    Span,
    Strict,
    Words,
)
from services.rapid_review_timer.rule_sets import Discrepancy, Overlay

Area = Annotated[str, Field(pattern=r"^E\d{8}$")]


class Profile(Strict):
    """`areas` are GSS codes; the profile without any is that of everybody else.

    `off`: rules that do not run here. `options`: the side taken in a discrepancy. `lengths`: a
    local length of a limit. `due_soon_leads`: in working days. `cutoff`: see Rule. `overlay_ends`:
    the last day of a relaxation whose end no source gives.
    """

    id: Slug
    title: Words
    areas: tuple[Area, ...]
    off: tuple[RuleId, ...] = ()
    options: dict[str, Basis] = Field(default_factory=dict)
    lengths: dict[RuleId, Span] = Field(default_factory=dict)
    due_soon_leads: dict[RuleId, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    cutoff: time | None = None
    overlay_ends: dict[str, date] = Field(default_factory=dict)
    citations: tuple[Citation, ...] = ()

    @model_validator(mode="after")
    def a_cutoff_is_a_time_in_london(self) -> Self:
        if self.cutoff is not None and self.cutoff.tzinfo is not None:
            raise ValueError("a cut-off is a London time of day and carries no zone")
        return self


def turned_off(profile: Profile, discrepancies: dict[str, Discrepancy]) -> frozenset[str]:
    """The rules that do not run under a profile: by name, or by the side taken in a discrepancy."""
    by_option = {
        rule_id
        for switch, side in _sides(profile, discrepancies).items()
        for rule_id in discrepancies[switch].options[side].turns_off
    }
    return frozenset(by_option) | frozenset(profile.off)


def as_read_by(profile: Profile, rule: Rule, discrepancies: dict[str, Discrepancy]) -> Rule:
    """A rule with the readings, lengths, leads and cut-off of a profile."""
    sides = _sides(profile, discrepancies)
    for other in rule.alternatives:
        if sides.get(other.discrepancy) == other.basis:
            rule = rule.read_as(other.basis)
    if rule.id in profile.lengths:
        rule = rule.counting(profile.lengths[rule.id])
    changed: dict[str, object] = {}
    if rule.id in profile.due_soon_leads:
        changed["due_soon_lead"] = profile.due_soon_leads[rule.id]
    if profile.cutoff is not None and rule.unit == "working_days":
        changed["cutoff"] = profile.cutoff
    return rule.model_copy(update=changed) if changed else rule


def ended_by(profile: Profile, overlay: Overlay) -> Overlay:
    """An overlay with the end that a profile sets, unless its source gives one."""
    if overlay.effective_to is not None or overlay.id not in profile.overlay_ends:
        return overlay
    return overlay.model_copy(update={"effective_to": profile.overlay_ends[overlay.id]})


def _sides(profile: Profile, discrepancies: dict[str, Discrepancy]) -> dict[str, str]:
    return {
        name: profile.options.get(name, switch.default) for name, switch in discrepancies.items()
    }
