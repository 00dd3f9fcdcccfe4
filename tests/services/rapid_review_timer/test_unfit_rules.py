"""Rule data that contradicts itself is refused as a whole, before anything is counted with it."""

from pathlib import Path

import pytest

from services.rapid_review_timer.rule_row import RuleError
from services.rapid_review_timer.rules import load_rule_book
from tests.services.rapid_review_timer.sample_rules import Change, edit


@pytest.mark.parametrize(
    ("file", "change"),
    [
        pytest.param("DL01", lambda r: r[0].update(unit="fortnights"), id="unknown-unit"),
        pytest.param("DL01", lambda r: r[0].update(colour="red"), id="unknown-field"),
        pytest.param("DL01", lambda r: r[0].update(count="5"), id="count-as-text"),
        pytest.param("DL01", lambda r: r[0].update(count=0), id="no-working-days"),
        pytest.param("DL20", lambda r: r[0].update(count=0), id="no-hours"),
        pytest.param(
            "DL20", lambda r: r[0]["alternatives"][0]["span"].update(count=0), id="no-other-hours"
        ),
        pytest.param("DL01", lambda r: r[0].update(count=None), id="unit-without-count"),
        pytest.param("DL01", lambda r: r[0].update(calendar=None), id="working-days-of-nowhere"),
        pytest.param("TRIAGE", lambda r: r[0].update(calendar=None), id="no-days-and-no-lead"),
        pytest.param("TRIAGE", lambda r: r[0].update(bounds="at_least"), id="working-days-kept-up"),
        pytest.param(
            "DL16",
            lambda r: [v.update(bounds="at_least") for v in r],
            id="a-warning-of-what-may-end",
        ),
        pytest.param("DL01", lambda r: r[0].update(title=""), id="no-title"),
        pytest.param(
            "DL01", lambda r: r[0]["citations"][0].update(confirmed="yes"), id="a-flag-as-text"
        ),
        pytest.param("DL01", lambda r: r[0].update(id="DL02"), id="a-rule-in-another-file"),
        pytest.param("DL01", lambda r: r[0].update(to="2018-01-01"), id="ends-before-it-begins"),
        pytest.param("DL01", lambda r: r.append(r[0] | {"version": 2}), id="versions-overlap"),
        pytest.param("DL01", lambda r: r[0].update(citations=[]), id="no-source"),
        pytest.param(
            "DL07", lambda r: r[0]["alternatives"][0].update(discrepancy="X9"), id="no-such-switch"
        ),
        pytest.param("discrepancies", lambda d: d[1].update(default="NEVER"), id="no-such-option"),
        pytest.param("DL01", lambda r: r[0].update(trigger="full_moon"), id="no-words-for-a-start"),
        pytest.param("DL01", lambda r: r[0].update(who=["a_ghost"]), id="no-words-for-a-party"),
        pytest.param(
            "DL01", lambda r: r[0]["overdue"].update(does=["sing"]), id="no-words-for-an-action"
        ),
        pytest.param(
            "DL01", lambda r: r[0]["lifecycle"].update(met_by=["rain"]), id="no-words-for-its-end"
        ),
        pytest.param("DL01", lambda r: r[0]["lifecycle"].update(met_by=[]), id="never-met"),
        pytest.param(
            "DL09", lambda r: r[0]["lifecycle"].update(resumed_by=[]), id="suspended-for-ever"
        ),
        pytest.param("DL01", lambda r: r[0].update(fixed="2019-06-29"), id="a-count-and-a-date"),
        pytest.param("DL18", lambda r: r[0].update(fixed=None), id="a-fixed-date-without-one"),
        pytest.param("DL18", lambda r: r[0].update(fixed="--02-30"), id="no-such-date"),
        pytest.param("DL11", lambda r: r[0].update(direction="backward"), id="months-back"),
        pytest.param("DL01", lambda r: r[0].update(bounds="at_least"), id="days-kept-up"),
        pytest.param("DL11", lambda r: r[0].update(cutoff="17:00:00"), id="months-with-a-cutoff"),
        pytest.param("DL20", lambda r: r[0].update(due_soon_lead=1), id="a-lead-of-nowhere"),
        pytest.param(
            "DL09",
            lambda r: r[0]["alternatives"][0].update(basis="FIFTEEN_WORKING_DAYS"),
            id="a-reading-twice",
        ),
        pytest.param(
            "DL09", lambda r: r[0]["alternatives"][0].pop("span"), id="a-reading-like-the-rule"
        ),
        pytest.param("DL07", lambda r: r[0].update(basis="SOME"), id="a-basis-that-is-no-option"),
        pytest.param(
            "overlays", lambda o: o[0]["unaffected"].append("DL07"), id="both-relaxed-and-not"
        ),
        pytest.param(
            "overlays", lambda o: o[0].update(to="2020-01-01"), id="an-overlay-ends-first"
        ),
        pytest.param(
            "discrepancies", lambda d: d[5]["by_rule_set"].update({"X": "NO"}), id="no-such-side"
        ),
        pytest.param("vocabulary", lambda v: v["parties"].pop("panel"), id="a-word-is-missing"),
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


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        ("DL01", lambda r: r[0].update(unit="fortnights"), "DL01.json: 0.unit"),
        (
            "DL01",
            lambda r: r[0]["overdue"].update(does=[], shown="blue"),
            "DL01.json: 0.overdue.does, 0.overdue.shown",
        ),
        (
            "DL01",
            lambda r: r[0].update(trigger="full_moon"),
            "rules taken together: Value error, DL01: no words for full_moon",
        ),
    ],
)
def test_a_refusal_names_the_file_and_the_fields_and_no_values(
    rules: Path, file: str, change: Change, said: str
) -> None:
    edit(rules / f"{file}.json", change)
    with pytest.raises(RuleError) as refused:
        load_rule_book(rules)
    assert str(refused.value) == said


def test_a_directory_without_rule_sets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError) as refused:
        load_rule_book(tmp_path)
    assert refused.value.code == "rules_invalid"
    assert str(refused.value) == "rule_sets.json: FileNotFoundError"


@pytest.mark.parametrize(
    ("file", "change"),
    [
        pytest.param("overlays", lambda o: o[0].update(to=o[0]["from"]), id="a-notice-of-one-day"),
        pytest.param(
            "DL01", lambda r: r[0]["citations"][0].update(section="4"), id="a-section-of-one-digit"
        ),
    ],
)
def test_what_is_short_is_not_refused(rules: Path, file: str, change: Change) -> None:
    edit(rules / f"{file}.json", change)
    assert load_rule_book(rules).rules
