"""The whole of the rule data against what it is expected to be, row by row and value by value."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from services.rapid_review_timer.profiles import Profile
from services.rapid_review_timer.rule_row import Rule
from services.rapid_review_timer.rule_sets import Discrepancy, Listed, Overlay, RuleSet
from services.rapid_review_timer.rules import BUNDLED, NOT_RULES, load_rule_book
from tests.services.rapid_review_timer.told_rules import (
    told,
    told_book,
    told_listed,
    told_overlay,
    told_profile,
    told_rule_set,
    told_switch,
)

EXPECTED = Path(__file__).with_name("rules_as_told.txt").read_text(encoding="utf-8")
ANY = "--09-30"

# What is counted from what, who has to do it for whom, and how loudly a miss is shown.
CLOCKS = """
DL01   5 working_days after clock_start: local_authority to panel dfe ofsted, red
DL02   5 working_days after clock_start: local_authority to safeguarding_partners, red
DL03   5 working_days after clock_start: local_authority to other_area_safeguarding_partners, red
DL04   5 working_days after la_aware_of_looked_after_death: responsible_local_authority to dfe ofsted, red
DL05   5 working_days after la_aware_of_care_leaver_death: local_authority to dfe ofsted, amber
DL06   5 working_days after partners_informed: safeguarding_partners to safeguarding_partners panel, amber
DL07  15 working_days after notification_sent: safeguarding_partners to panel, red
DL08   - after rapid_review_signed_off: safeguarding_partners to panel, amber
DL09  15 working_days after rapid_review_received: panel to safeguarding_partners, amber
DL10   5 working_days after local_review_decided: safeguarding_partners to panel ofsted dfe, amber
DL11   6 months after local_review_decided: safeguarding_partners to public, red
DL12   7 working_days before publication_planned: safeguarding_partners to panel secretary_of_state, red
DL13  12 months from local_review_published: safeguarding_partners to public, red
DL14   7 working_days before national_publication_planned: panel to secretary_of_state, information
DL14B 36 months from national_report_published: panel to public, information
DL15   - after delay_decided: safeguarding_partners to panel secretary_of_state, amber
DL16  12 months after yearly_report_published: safeguarding_partners to public, red
DL17   7 calendar_days after yearly_report_published: safeguarding_partners to panel what_works_centre, amber
DL18  --09-30 fixed_date after financial_year_ended: lead_safeguarding_partners to panel public, red
DL20  24 elapsed_hours after death_known: any_professional to child_death_overview_panel, amber
DL22  24 elapsed_hours after placement_event: placement_provider to ofsted placing_authority area_authority, information
DL24  2019-06-29 fixed_date after law_in_force: safeguarding_partners to public secretary_of_state, information
DL25  2019-09-29 fixed_date after arrangements_published: safeguarding_partners to public, information
DL26  12 months after arrangements_in_place: former_board safeguarding_partners to panel, information
DL26B  4 months after arrangements_in_place: former_board safeguarding_partners to panel, information
OFFICE 0 calendar_days after notification_sent: local_authority to partnership_office, amber
TRIAGE 1 working_days after report_received: local_authority to local_authority, amber
"""  # noqa: E501


def in_short(rule: Rule) -> str:
    length = f"{rule.fixed or rule.count} {rule.unit}" if rule.unit else "-"
    way = {"backward": "before", "forward": "after"}[rule.direction]
    way = "from" if rule.bounds == "at_least" else way
    people = f"{' '.join(rule.who)} to {' '.join(rule.to_whom)}"
    return f"{rule.id} {length} {way} {rule.trigger}: {people}, {rule.overdue.shown}"


def test_every_clock_counts_what_the_guidance_says() -> None:
    book = load_rule_book(BUNDLED)
    expected = [" ".join(line.split()) for line in CLOCKS.strip().splitlines()]
    assert sorted(in_short(versions[0]) for versions in book.rules.values()) == sorted(expected)


def test_the_rule_data_is_what_it_is_expected_to_be_in_every_value() -> None:
    assert told_book(load_rule_book(BUNDLED)) == EXPECTED, (
        "if the change is meant, tell it in rules_as_told.txt too"
    )


def rows_of(model: Any, tell: Callable[[Any], str]) -> Callable[[str], str]:
    many = TypeAdapter(tuple[model, ...])
    return lambda text: "\n".join(tell(row) for row in many.validate_json(text))


FILES: dict[str, Callable[[str], str]] = {
    "rule_sets.json": rows_of(RuleSet, told_rule_set),
    "overlays.json": rows_of(Overlay, told_overlay),
    "discrepancies.json": rows_of(Discrepancy, told_switch),
    "listed.json": rows_of(Listed, told_listed),
    **{
        f"profiles/{path.name}": lambda text: told_profile(Profile.model_validate_json(text))
        for path in BUNDLED.glob("profiles/*.json")
    },
    **{
        path.name: rows_of(Rule, told)
        for path in BUNDLED.glob("*.json")
        if path.stem not in NOT_RULES
    },
}
WORDS = {"title", "says", "reason", "question", "except_when"}


def changes_of(value: Any) -> Iterator[Any]:
    """Another value of the same kind, for whatever is no sentence."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif value is None:
        yield from (7, "2031-01-01", ANY)
    elif isinstance(value, str):
        try:
            yield (date.fromisoformat(value) + timedelta(days=1)).isoformat()
        except ValueError:
            yield value + ("X" if value.isupper() else "_x")


def mutants(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Each value changed, each row, element or field left out, as (path, the whole document)."""
    if isinstance(node, list):
        for index, element in enumerate(node):
            yield (*path, index, "left out"), [*node[:index], *node[index + 1 :]]
            for where, changed in mutants(element, (*path, index)):
                yield where, [*node[:index], changed, *node[index + 1 :]]
    elif isinstance(node, dict):
        for key, value in node.items():
            is_a_sentence = isinstance(value, str) and (
                key in WORDS or " " in value or (key == "shown" and value[0].isupper())
            )
            yield (*path, key, "left out"), {k: v for k, v in node.items() if k != key}
            if not is_a_sentence or key in {"source", "section"}:
                for where, changed in mutants(value, (*path, key)):
                    yield where, node | {key: changed}
    else:
        for changed in changes_of(node):
            yield path, changed


@pytest.mark.parametrize("name", sorted(FILES))
def test_no_number_date_unit_or_row_can_change_unseen(name: str) -> None:
    tell, content = FILES[name], json.loads((BUNDLED / name).read_text(encoding="utf-8"))
    expected = tell(json.dumps(content))
    unseen, seen = [], 0
    for where, changed in mutants(content):
        try:
            told_now = tell(json.dumps(changed))
        except ValidationError:
            told_now = None
        seen += 1
        if told_now == expected:
            unseen.append(where)
    assert seen > 5
    assert not unseen, f"{name}: a change at {unseen} does not show"
    assert expected in EXPECTED
