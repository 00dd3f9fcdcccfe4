"""All rules with what stands around them, as one book that agrees with itself."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Self

from pydantic import model_validator

from services.rapid_review_timer.profiles import Profile, as_read_by, ended_by, turned_off
from services.rapid_review_timer.rule_row import Rule, RuleError, Strict
from services.rapid_review_timer.rule_sets import (
    Discrepancy,
    Listed,
    Overlay,
    RuleSet,
    Vocabulary,
)


class RuleBook(Strict):
    """Everything in one rules directory. `profile` is the one it is read under, if any; `off`
    names the rules that do not run under it."""

    rule_sets: tuple[RuleSet, ...]
    overlays: tuple[Overlay, ...]
    discrepancies: dict[str, Discrepancy]
    listed: tuple[Listed, ...]
    vocabulary: Vocabulary
    rules: dict[str, tuple[Rule, ...]]
    profiles: dict[str, Profile]
    profile: str | None = None
    off: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def agrees_with_itself(self) -> Self:
        _without_overlap((s.effective_from, s.effective_to) for s in self.rule_sets)
        for rule_id, versions in self.rules.items():
            _without_overlap((rule.effective_from, rule.effective_to) for rule in versions)
            numbers = [rule.version for rule in versions]
            if numbers != sorted(set(numbers)) or {rule.id for rule in versions} != {rule_id}:
                raise ValueError("a rule file holds one rule, its versions in order")
            for rule in versions:
                self._has_its_words(rule)
                self._has_its_switches(rule)
        for profile in self.profiles.values():
            self._is_about_what_there_is(profile)
        areas = [area for profile in self.profiles.values() for area in profile.areas]
        for_everybody = [profile for profile in self.profiles.values() if not profile.areas]
        if len(set(areas)) < len(areas) or len(for_everybody) != 1:
            raise ValueError("an area has one profile, and one is that of everybody else")
        return self

    def _has_its_words(self, rule: Rule) -> None:
        words, life = self.vocabulary, rule.lifecycle
        happen = {*life.met_by, *life.moved_by, *life.suspended_by}
        happen |= {*life.resumed_by, *life.cancelled_by}
        triggers = {rule.trigger, *(other.trigger for other in rule.alternatives)}
        parties = {*rule.who, *rule.to_whom, *rule.should_tell_too}
        without = (triggers - words.triggers.keys()) | (parties - words.parties.keys())
        without |= (happen - words.happenings.keys()) | (
            set(rule.overdue.does) - words.actions.keys()
        )
        if without:
            raise ValueError(f"{rule.id}: no words for {', '.join(sorted(without))}")

    def _has_its_switches(self, rule: Rule) -> None:
        for other in rule.alternatives:
            switch = self.discrepancies.get(other.discrepancy)
            if switch is None or not {rule.basis, other.basis} <= switch.options.keys():
                raise ValueError(f"{rule.id}: an alternative names no option of a discrepancy")

    def _is_about_what_there_is(self, profile: Profile) -> None:
        rules = {*profile.off, *profile.lengths, *profile.due_soon_leads}
        known_sides = all(
            side in self.discrepancies[name].options
            for name, side in profile.options.items()
            if name in self.discrepancies
        )
        overlays = {overlay.id for overlay in self.overlays}
        if (
            not rules <= self.rules.keys()
            or not profile.options.keys() <= self.discrepancies.keys()
            or not profile.overlay_ends.keys() <= overlays
            or not known_sides
        ):
            raise ValueError(f"profile {profile.id} speaks of what is not there")

    def under(self, profile_id: str) -> "RuleBook":
        """The book as a local profile reads it. Raises RuleError `unknown_profile`."""
        profile = self.profiles.get(profile_id)
        if profile is None:
            known = ", ".join(sorted(self.profiles))
            raise RuleError("unknown_profile", f"there is no such profile; there are: {known}")
        rules = {
            rule_id: tuple(as_read_by(profile, rule, self.discrepancies) for rule in versions)
            for rule_id, versions in self.rules.items()
        }
        changes = {
            "rules": rules,
            "profile": profile_id,
            "off": turned_off(profile, self.discrepancies),
            "overlays": tuple(ended_by(profile, overlay) for overlay in self.overlays),
        }
        return self.model_copy(update=changes)

    def profile_of(self, area: str) -> str:
        """The id of the profile of an area (GSS code): its own, or that of everybody else."""
        for profile in self.profiles.values():
            if area in profile.areas:
                return profile.id
        return next(profile.id for profile in self.profiles.values() if not profile.areas)

    def rule_sets_of(self, rule: Rule) -> tuple[str, ...]:
        """The rule sets in which a version of a rule holds, in order."""
        ends = rule.effective_to or date.max
        return tuple(
            rules.id
            for rules in self.rule_sets
            if rules.effective_from is not None
            and rules.effective_from <= ends
            and rule.effective_from <= (rules.effective_to or date.max)
        )

    def rule_set_on(self, day: date) -> RuleSet:
        """The rule set for a clock that starts on London date `day`.

        Raises RuleError `no_rule_set` before the first.
        """
        for rules in self.rule_sets:
            starts, ends = rules.effective_from, rules.effective_to
            if starts is not None and starts <= day and (ends is None or day <= ends):
                return rules
        first = self.rule_sets[0].effective_from
        raise RuleError(
            "no_rule_set", f"no rule set is in force on {day}; the first begins {first}"
        )

    def rule_set(self, name: str) -> RuleSet:
        """Raises RuleError `unknown_rule_set` or `rule_set_not_in_force`."""
        found = next((rules for rules in self.rule_sets if rules.id == name), None)
        if found is None:
            raise RuleError("unknown_rule_set", self._unknown_set(name))
        if found.effective_from is None:
            raise RuleError("rule_set_not_in_force", f"{found.id} is not in force: {found.reason}")
        return found

    def rule(self, rule_id: str, on: date) -> Rule:
        """The version of a rule in force on London date `on`.

        Raises RuleError `unknown_rule`, `rule_off` or `rule_not_in_force`.
        """
        if rule_id not in self.rules:
            raise RuleError("unknown_rule", self._unknown(rule_id))
        if rule_id in self.off:
            raise RuleError("rule_off", f"{rule_id} does not run under profile {self.profile}")
        for version in self.rules[rule_id]:
            if version.holds_on(on):
                return version
        first, last = self.rules[rule_id][0], self.rules[rule_id][-1]
        holds = f"from {first.effective_from} to {last.effective_to or 'now'}"
        raise RuleError("rule_not_in_force", f"{rule_id} is not in force on {on}; it is {holds}")

    def rule_in(self, rule_id: str, rule_set: str) -> Rule:
        """The version of a rule that begins with a rule set or was in force when it began.

        Raises as `rule` and `rule_set`.
        """
        begins = self.rule_set(rule_set).effective_from
        return self.rule(rule_id, begins or date.max)

    def relaxed_by(self, rule_id: str, due: date) -> Overlay | None:
        """The notice that relaxes a limit which falls due on London date `due`, or None."""
        relaxing = (overlay for overlay in self.overlays if overlay.relaxes_on(rule_id, due))
        return next(relaxing, None)

    def _unknown_set(self, name: str) -> str:
        if any(overlay.id == name for overlay in self.overlays):
            return f"{name} lies over the rule sets and is none: its dates decide what it relaxes"
        return f"there is no such rule set; there are: {', '.join(s.id for s in self.rule_sets)}"

    def _unknown(self, rule_id: str) -> str:
        for listed in self.listed:
            if listed.id == rule_id:
                return f"{rule_id} is no clock, it is listed as {listed.kind}: {listed.title}"
        return f"there is no rule {rule_id[:16]!r}; there are: {', '.join(sorted(self.rules))}"


def _without_overlap(periods: Iterable[tuple[date | None, date | None]]) -> None:
    in_force = [(start, end or date.max) for start, end in periods if start is not None]
    if any(end >= later for (_, end), (later, _) in pairwise(in_force)):
        raise ValueError("versions overlap or are out of order")
