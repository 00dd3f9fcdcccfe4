import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.rapid_review_timer.explanation import calculation_for
from services.rapid_review_timer.rule_row import RuleError
from services.rapid_review_timer.rules import load_rule_book, rule, rule_book
from shared.calendar.bank_holidays import england_and_wales
from tests.services.rapid_review_timer.sample_rules import edit


@pytest.mark.parametrize(
    ("day", "rule_set"),
    [
        (date(2018, 6, 29), "WT2018.0"),
        (date(2019, 2, 20), "WT2018.0"),
        (date(2019, 2, 21), "WT2018.1"),
        (date(2022, 6, 30), "WT2018.1"),
        (date(2022, 7, 1), "WT2018.2"),
        (date(2023, 12, 14), "WT2018.2"),
        (date(2023, 12, 15), "WT2023.0"),
        (date(2028, 1, 1), "WT2023.0"),
    ],
)
def test_the_day_the_clock_starts_chooses_the_rule_set(day: date, rule_set: str) -> None:
    assert rule_book().rule_set_on(day).id == rule_set


@pytest.mark.parametrize(
    ("rule_id", "version", "rule_sets"),
    [
        ("DL07", 0, ("WT2018.0", "WT2018.1", "WT2018.2", "WT2023.0")),
        ("DL05", 0, ("WT2023.0",)),
        ("DL16", 0, ("WT2018.0", "WT2018.1", "WT2018.2")),
        ("DL16", 1, ("WT2023.0",)),
        ("DL25", 0, ("WT2018.0", "WT2018.1")),
    ],
)
def test_each_version_of_a_rule_belongs_to_the_rule_sets_of_its_days(
    rule_id: str, version: int, rule_sets: tuple[str, ...]
) -> None:
    book = rule_book()
    assert book.rule_sets_of(book.rules[rule_id][version]) == rule_sets


@pytest.mark.parametrize(
    "days",
    [
        pytest.param({"effective_to": date(2019, 2, 21)}, id="ends-on-the-first-day-of-the-next"),
        pytest.param(
            {"effective_from": date(2019, 2, 20), "effective_to": date(2019, 12, 31)},
            id="begins-on-the-last-day-of-the-one-before",
        ),
    ],
)
def test_a_version_belongs_to_a_rule_set_with_which_it_shares_a_day(days: dict[str, date]) -> None:
    book = rule_book()
    short = book.rules["DL07"][0].model_copy(update=days)
    assert book.rule_sets_of(short) == ("WT2018.0", "WT2018.1")


def test_before_the_law_was_in_force_there_is_no_rule_set() -> None:
    with pytest.raises(RuleError) as refused:
        rule_book().rule_set_on(date(2018, 6, 28))
    assert refused.value.code == "no_rule_set"
    assert str(refused.value).endswith("on 2018-06-28; the first begins 2018-06-29")


def test_the_act_of_2026_is_listed_and_not_in_force() -> None:
    held = {rules.id: rules for rules in rule_book().rule_sets}
    assert held["CWS2026"].effective_from is None


@pytest.mark.parametrize(
    ("rule_id", "count", "trigger", "duty", "force"),
    [
        ("TRIAGE", 1, "report_received", "local", "local"),
        ("DL01", 5, "clock_start", "must", "should"),
        ("DL02", 5, "clock_start", "should", "should"),
        ("DL03", 5, "clock_start", "should", "should"),
        ("DL04", 5, "la_aware_of_looked_after_death", "must", "should"),
        ("DL07", 15, "notification_sent", "should", "should"),
    ],
)
def test_each_limit_says_what_starts_it_and_how_strongly_it_binds(
    rule_id: str, count: int, trigger: str, duty: str, force: str
) -> None:
    held = rule(rule_id, date(2019, 6, 3))
    assert (held.count, held.unit) == (count, "working_days")
    assert (held.trigger, held.duty, held.force) == (trigger, duty, force)
    assert held.citations


@pytest.mark.parametrize(
    ("switch", "default"),
    [
        ("X1", "BOTH"),
        ("X2", "NOTIFIED"),
        ("X3", "AWARE"),
        ("X4", "FIFTEEN_WORKING_DAYS"),
        ("X5", "TWO_DATES"),
        ("X6", "PER_INCIDENT"),
        ("X7", "STATUTE_ONLY"),
        ("X8", "UNLESS_WITHDRAWN"),
        ("X9", "LAWFUL_BASIS"),
        ("X10", "FROM_APRIL_2019"),
        ("X11", "DFE_ONLINE"),
    ],
)
def test_a_disagreement_between_sources_is_a_switch_with_a_default(
    switch: str, default: str
) -> None:
    held = rule_book().discrepancies[switch]
    assert held.default == default
    assert len(held.options) >= 2
    assert held.shown


@pytest.mark.parametrize(
    ("switch", "first", "later"),
    [("X6", "PER_CHILD", "PER_INCIDENT"), ("X11", "OFSTED_ONLINE", "DFE_ONLINE")],
)
def test_some_disagreements_are_settled_by_the_rule_set(
    switch: str, first: str, later: str
) -> None:
    held = rule_book().discrepancies[switch]
    assert (held.default_in("WT2018.0"), held.default_in("WT2018.1")) == (first, later)


def test_what_is_no_clock_is_listed_as_what_it_is() -> None:
    listed = {row.id: row.kind for row in rule_book().listed}
    assert listed == {
        "DL19": "measure",
        "DL21": "measure",
        "DL23": "switch",
        "DL27": "switch",
        "DL28": "measure",
        "DL28B": "measure",
        "DL29": "overlay",
    }
    assert not listed.keys() & rule_book().rules.keys()


def test_a_rule_runs_by_the_default_of_its_switch() -> None:
    for versions in rule_book().rules.values():
        for held in versions:
            for alternative in held.alternatives:
                switch = rule_book().discrepancies[alternative.discrepancy]
                assert (held.basis, held.id in switch.rules) == (switch.default, True)


@pytest.mark.parametrize(
    ("rule_id", "on", "code"),
    [
        ("DL99", date(2019, 6, 3), "unknown_rule"),
        ("DL01", date(2018, 6, 28), "rule_not_in_force"),
    ],
)
def test_a_rule_that_does_not_apply_is_refused(rule_id: str, on: date, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        rule(rule_id, on)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        pytest.param({}, date(2019, 6, 10), id="working-days"),
        pytest.param({"direction": "backward"}, date(2019, 5, 24), id="back"),
        pytest.param({"unit": "months"}, date(2019, 11, 3), id="months"),
        pytest.param({"unit": "calendar_days"}, date(2019, 6, 8), id="calendar-days"),
        pytest.param({"unit": "elapsed_hours"}, date(2019, 6, 3), id="hours"),
        pytest.param(
            {"unit": "fixed_date", "count": None, "fixed": "--12-24"},
            date(2019, 12, 24),
            id="every-year",
        ),
        pytest.param(
            {"unit": "fixed_date", "count": None, "fixed": "2020-02-29"},
            date(2020, 2, 29),
            id="one-year",
        ),
        pytest.param({"unit": "months", "not_after": "2019-09-29"}, date(2019, 9, 29), id="latest"),
        pytest.param(
            {"unit": "months", "bounds": "at_least", "due_soon_lead": None},
            date(2019, 11, 2),
            id="kept-up",
        ),
    ],
)
def test_a_new_rule_in_any_unit_is_a_new_file_and_no_new_code(
    rules: Path, changes: dict[str, Any], due: date
) -> None:
    (limit,) = json.loads((rules / "DL04.json").read_text())
    (rules / "DL30.json").write_text(json.dumps([limit | {"id": "DL30"} | changes]))
    noon = datetime(2019, 6, 3, 11, tzinfo=UTC)
    made = calculation_for("DL30", noon, load_rule_book(rules), england_and_wales())
    assert made.due_date == due
    assert made.sentence.startswith("Notify the death of a looked-after child: ")


def test_a_new_rule_set_is_a_new_row_and_no_new_code(rules: Path) -> None:
    def follow(sets: Any) -> None:
        sets[3]["to"] = "2026-12-31"
        sets[4]["from"] = "2027-01-01"

    edit(rules / "rule_sets.json", follow)
    book = load_rule_book(rules)
    assert book.rule_set_on(date(2026, 12, 31)).id == "WT2023.0"
    assert book.rule_set_on(date(2027, 1, 1)).id == "CWS2026"
    assert book.rule_in("DL16", "CWS2026").version == 2


def test_a_new_version_takes_over_on_its_day(rules: Path) -> None:
    def follow(versions: Any) -> None:
        versions[0]["to"] = "2024-12-31"
        versions.append(versions[0] | {"version": 2, "from": "2025-01-01", "to": None, "count": 10})

    edit(rules / "DL04.json", follow)
    book = load_rule_book(rules)
    assert book.rule("DL04", date(2024, 12, 31)).count == 5
    assert book.rule("DL04", date(2025, 1, 1)).count == 10
