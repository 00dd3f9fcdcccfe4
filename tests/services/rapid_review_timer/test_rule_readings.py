"""A rule under its several readings, and the book of rules that everybody shares."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.rapid_review_timer.calculation import calculate
from services.rapid_review_timer.rule_book import RuleBook
from services.rapid_review_timer.rule_row import Alternative, RuleError, Span
from services.rapid_review_timer.rules import load_rule_book, rule_book
from tests.services.rapid_review_timer.sample_rules import CALENDAR, a_rule, day, edit
from tests.services.rapid_review_timer.test_profiles import ON, local

AWARE, SENT = day("Wed 5 Jun 2019"), day("Tue 11 Jun 2019")
TEN_DAYS = Alternative(
    basis="TEN_DAYS",
    trigger="notification_sent",
    discrepancy="X2",
    span=Span(count=10, unit="working_days"),
)


def test_under_a_reading_with_another_length_the_others_keep_the_one_of_the_rule() -> None:
    review = a_rule("DL07")
    three = review.model_copy(update={"alternatives": (*review.alternatives, TEN_DAYS)})
    made = calculate(three.read_as("TEN_DAYS"), CALENDAR, SENT, alternative_starts={"AWARE": AWARE})
    assert made.due_date == day("Tue 25 Jun 2019")
    assert made.alternatives == {
        "AWARE": day("Wed 26 Jun 2019"),
        "NOTIFIED": day("Tue 2 Jul 2019"),
    }


def test_a_local_length_is_that_of_both_starts_whichever_is_in_force(rules: Path) -> None:
    ten = {"DL07": {"count": 10, "unit": "working_days"}}
    review = local(rules, options={"X2": "AWARE"}, lengths=ten).rule("DL07", ON)
    made = calculate(review, CALENDAR, AWARE, alternative_starts={"NOTIFIED": SENT})
    assert made.due_date == day("Wed 19 Jun 2019")
    assert made.alternatives == {"NOTIFIED": day("Tue 25 Jun 2019")}


def test_a_reading_that_no_source_gives_is_refused() -> None:
    with pytest.raises(RuleError) as refused:
        a_rule("DL07").read_as("NEVER")
    assert refused.value.code == "unknown_alternative"


def test_an_area_may_write_down_its_side_in_every_disagreement(rules: Path) -> None:
    sides = {name: switch.default for name, switch in rule_book().discrepancies.items()}
    assert local(rules, options=sides).rules == rule_book().rules


def test_an_area_may_turn_every_rule_off(rules: Path) -> None:
    assert local(rules, off=sorted(rule_book().rules)).off == rule_book().rules.keys()


def test_another_areas_profile_is_not_that_of_everybody_wherever_it_stands(rules: Path) -> None:
    first = {"id": "alpha", "title": "A sample area", "areas": ["E06000001"]}
    (rules / "profiles" / "alpha.json").write_text(json.dumps(first))
    book = load_rule_book(rules)
    assert (book.profile_of("E06000001"), book.profile_of("E09000003")) == ("alpha", "england")


def test_of_a_rule_in_several_versions_it_is_said_from_when_to_when_it_holds() -> None:
    with pytest.raises(RuleError, match=r"it is from 2018-06-29 to now$"):
        rule_book().rule("DL16", date(2018, 6, 28))


def test_a_relaxation_is_not_taken_for_a_rule_set_where_there_are_several(rules: Path) -> None:
    def another(notices: Any) -> None:
        notices.append(notices[0] | {"id": "WT2018.C20"})

    edit(rules / "overlays.json", another)
    with pytest.raises(RuleError, match=r"^WT2018\.C19 lies over the rule sets") as refused:
        load_rule_book(rules).rule_set("WT2018.C19")
    assert refused.value.code == "unknown_rule_set"


def test_who_reads_the_shared_book_cannot_change_it() -> None:
    held = a_rule("DL07")
    for part, name in ((rule_book(), "off"), (held.overdue, "shown"), (held.lifecycle, "met_by")):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(part, name, None)


def test_a_book_that_is_checked_again_is_the_same_book() -> None:
    assert RuleBook.model_validate(dict(rule_book())) == rule_book()
