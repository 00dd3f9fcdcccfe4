import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.rapid_review_timer.rules import (
    BUNDLED,
    RuleError,
    load_rule_book,
    rule,
    rule_book,
    rule_set_on,
)

Change = Callable[[Any], None]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED, tmp_path / "rules"))


def edit(path: Path, change: Change) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


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
    assert rule_set_on(day).id == rule_set


def test_before_the_law_was_in_force_there_is_no_rule_set() -> None:
    with pytest.raises(RuleError) as refused:
        rule_set_on(date(2018, 6, 28))
    assert refused.value.code == "no_rule_set"


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
    ("switch", "default"), [("X1", "BOTH"), ("X2", "NOTIFIED"), ("X3", "AWARE")]
)
def test_a_disagreement_between_sources_is_a_switch_with_a_default(
    switch: str, default: str
) -> None:
    assert rule_book().discrepancies[switch].default == default


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


def test_a_new_rule_in_another_unit_is_a_new_file_and_no_new_code(rules: Path) -> None:
    (limit,) = json.loads((rules / "DL04.json").read_text())
    limit |= {"id": "DL11", "unit": "months", "count": 6, "due_soon_lead": None, "calendar": None}
    (rules / "DL11.json").write_text(json.dumps([limit]))
    assert load_rule_book(rules).rule("DL11", date(2019, 6, 3)).unit == "months"


def test_a_new_version_takes_over_on_its_day(rules: Path) -> None:
    def follow(versions: Any) -> None:
        versions[0]["to"] = "2024-12-31"
        versions.append(versions[0] | {"version": 2, "from": "2025-01-01", "to": None, "count": 10})

    edit(rules / "DL04.json", follow)
    book = load_rule_book(rules)
    assert book.rule("DL04", date(2024, 12, 31)).count == 5
    assert book.rule("DL04", date(2025, 1, 1)).count == 10


@pytest.mark.parametrize(
    ("file", "change"),
    [
        pytest.param("DL01", lambda r: r[0].update(unit="fortnights"), id="unknown-unit"),
        pytest.param("DL01", lambda r: r[0].update(colour="red"), id="unknown-field"),
        pytest.param("DL01", lambda r: r[0].update(count="5"), id="count-as-text"),
        pytest.param("DL01", lambda r: r[0].update(count=None), id="unit-without-count"),
        pytest.param("DL01", lambda r: r[0].update(calendar=None), id="working-days-of-nowhere"),
        pytest.param("DL01", lambda r: r[0].update(id="DL02"), id="a-rule-in-another-file"),
        pytest.param("DL01", lambda r: r[0].update(to="2018-01-01"), id="ends-before-it-begins"),
        pytest.param("DL01", lambda r: r.append(r[0] | {"version": 2}), id="versions-overlap"),
        pytest.param("DL01", lambda r: r[0].update(citations=[]), id="no-source"),
        pytest.param(
            "DL07", lambda r: r[0]["alternatives"][0].update(discrepancy="X9"), id="no-such-switch"
        ),
        pytest.param("discrepancies", lambda d: d[1].update(default="NEVER"), id="no-such-option"),
        pytest.param("rule_sets", lambda s: s[0].update(to=None), id="rule-sets-overlap"),
        pytest.param(
            "rule_sets", lambda s: s[0].update(to="2019-02-21"), id="rule-sets-share-a-day"
        ),
    ],
)
def test_rules_that_contradict_themselves_are_refused(
    rules: Path, file: str, change: Change
) -> None:
    edit(rules / f"{file}.json", change)
    with pytest.raises(RuleError) as refused:
        load_rule_book(rules)
    assert refused.value.code == "rules_invalid"


def test_a_directory_without_rule_sets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"rule_sets\.json"):
        load_rule_book(tmp_path)
