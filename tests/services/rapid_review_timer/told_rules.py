"""Rule data told in short lines, in which every number, date, unit and code of it shows."""

from collections.abc import Iterable
from datetime import date

from services.rapid_review_timer.profiles import Profile
from services.rapid_review_timer.rule_book import RuleBook
from services.rapid_review_timer.rule_row import Alternative, Citation, Rule, Span
from services.rapid_review_timer.rule_sets import Discrepancy, Listed, Overlay, RuleSet


def told(rule: Rule) -> str:
    life = rule.lifecycle
    lines = [
        f"{rule.id} v{rule.version} {rule.name}, {_dates(rule.effective_from, rule.effective_to)}, "
        f"of a {rule.subject}",
        f"  {_length(rule)} from {rule.trigger} ({rule.basis})",
        f"  {_codes(rule.who)} > {_codes(rule.to_whom)}"
        f"{' + ' + _codes(rule.should_tell_too) if rule.should_tell_too else ''}; limit "
        f"{rule.force}, act {rule.duty}; warns {rule.due_soon_lead}",
        f"  missed: {rule.overdue.shown}, {_codes(rule.overdue.does)}",
        *(f"  or {_other(other)}" for other in rule.alternatives),
        f"  met {_codes(life.met_by)}; moved {_codes(life.moved_by)}",
        *([f"  suspended {_codes(life.suspended_by)}"] if life.suspended_by else []),
        *([f"  resumed {_codes(life.resumed_by)}"] if life.resumed_by else []),
        f"  cancelled {_codes(life.cancelled_by)}",
        *_cited(rule.citations),
        *([f"  cut off at {rule.cutoff}"] if rule.cutoff else []),
    ]
    return "\n".join(lines)


def told_book(book: RuleBook) -> str:
    """Everything, a paragraph for each kind of row."""
    rules = [told(rule) for versions in book.rules.values() for rule in versions]
    paragraphs = (
        rules,
        map(told_rule_set, book.rule_sets),
        map(told_overlay, book.overlays),
        map(told_switch, book.discrepancies.values()),
        map(told_listed, book.listed),
        map(told_profile, book.profiles.values()),
    )
    return "\n\n".join("\n".join(paragraph) for paragraph in paragraphs) + "\n"


def told_rule_set(rules: RuleSet) -> str:
    return f"{rules.id} {_dates(rules.effective_from, rules.effective_to)} {_read(rules.confirmed)}"


def told_overlay(overlay: Overlay) -> str:
    return (
        f"{overlay.id} {_dates(overlay.effective_from, overlay.effective_to)} "
        f"{_read(overlay.confirmed)}: {overlay.effect} {_codes(overlay.relaxes)}, "
        + "\n".join([f"not {_codes(overlay.unaffected)}", *_cited(overlay.citations)])
    )


def told_switch(switch: Discrepancy) -> str:
    sides = [
        f"{name} {_read(side.confirmed)}"
        f"{' without ' + _codes(side.turns_off) if side.turns_off else ''}"
        for name, side in switch.options.items()
    ]
    sets = "".join(f", {side} in {name}" for name, side in switch.by_rule_set.items())
    return f"{switch.id} of {_codes(switch.rules)}: {' / '.join(sides)}; {switch.default}{sets}"


def told_listed(row: Listed) -> str:
    return f"{row.id} {row.name}: {row.kind}, from {row.effective_from}, by {row.by}, " + "\n".join(
        [f"{row.number} per {row.per}", *_cited(row.citations)]
    )


def told_profile(profile: Profile) -> str:
    lengths = {name: _span(span) for name, span in profile.lengths.items()}
    ends = {name: day.isoformat() for name, day in profile.overlay_ends.items()}
    return (
        f"{profile.id} of {_codes(profile.areas)}: off {_codes(profile.off)}; {profile.options}; "
        f"{lengths}; warns {profile.due_soon_leads}; cut off {profile.cutoff}; "
        + "\n".join([f"{ends}", *_cited(profile.citations)])
    )


def _length(rule: Rule) -> str:
    latest = f", {rule.not_after} at the latest" if rule.not_after else ""
    what = rule.fixed if rule.fixed else f"{rule.count} {rule.unit}"
    unit = " (fixed_date)" if rule.unit == "fixed_date" else ""
    if rule.unit is None and rule.count is None:
        what = "no number,"
    return f"{what}{unit}{latest} {rule.direction}, {rule.bounds}, calendar {rule.calendar}"


def _other(other: Alternative) -> str:
    length = other.span if isinstance(other.span, str) else _span(other.span)
    return f"{other.basis}: {length} from {other.trigger} ({other.discrepancy})"


def _span(span: Span | None) -> str:
    if span is None:
        return "no number"
    latest = f", {span.not_after} at the latest" if span.not_after else ""
    return f"{span.count} {span.unit}{latest}"


def _dates(first: date | None, last: date | None) -> str:
    return f"{first or 'not in force'}..{last or ''}"


def _codes(codes: Iterable[str]) -> str:
    return " ".join(codes) or "-"


def _read(confirmed: bool) -> str:
    return "(read)" if confirmed else "(remembered)"


def _cited(citations: Iterable[Citation]) -> list[str]:
    return [
        f"  {_read(each.confirmed)} {each.source}{f', {each.section}' if each.section else ''}"
        for each in citations
    ]
