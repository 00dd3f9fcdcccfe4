"""The pandemic's relaxation: which limits, of which days, and until an end that is configured."""

import json
from datetime import date
from pathlib import Path

import pytest

from services.rapid_review_timer.explanation import calculation_for
from services.rapid_review_timer.rules import load_rule_book, rule_book
from tests.services.rapid_review_timer.sample_rules import CALENDAR, day


def relaxed(rule_id: str, start: str) -> tuple[date, str | None]:
    made = calculation_for(rule_id, day(start), rule_book(), CALENDAR)
    return made.due_date, made.relaxed_by


@pytest.mark.parametrize("rule_id", ["DL01", "DL02", "DL03", "DL04", "DL06"])
def test_p07_the_notification_is_never_relaxed(rule_id: str) -> None:
    assert relaxed(rule_id, "Mon 6 Apr 2020")[1] is None


@pytest.mark.parametrize(
    ("rule_id", "start"),
    [("DL07", "Wed 6 May 2020"), ("DL11", "Wed 1 Jan 2020"), ("DL12", "Wed 6 May 2020")],
)
def test_p07_reviews_that_fall_due_while_it_lasts_are_relaxed(rule_id: str, start: str) -> None:
    assert relaxed(rule_id, start)[1] == "WT2018.C19"


def test_d30_a_local_review_of_february_2020_is_relaxed_only_while_it_lasts() -> None:
    assert relaxed("DL11", "Sat 29 Feb 2020") == (date(2020, 8, 29), "WT2018.C19")
    assert relaxed("DL11", "Thu 26 Mar 2020") == (date(2020, 9, 26), None)
    assert relaxed("DL11", "Wed 25 Mar 2020") == (date(2020, 9, 25), "WT2018.C19")


def test_the_day_it_falls_due_decides_and_not_the_day_it_starts() -> None:
    assert relaxed("DL07", "Fri 6 Mar 2020") == (date(2020, 3, 27), None)
    assert relaxed("DL07", "Mon 9 Mar 2020") == (date(2020, 3, 30), "WT2018.C19")


def test_the_sentence_says_that_it_is_tracked_and_no_breach() -> None:
    made = calculation_for("DL07", day("Mon 9 Mar 2020"), rule_book(), CALENDAR)
    assert made.sentence.endswith("Relaxed by the notice of 30 March 2020: tracked, and no breach.")


def test_without_a_configured_end_it_relaxes_nothing(rules: Path) -> None:
    open_ended = {"id": "open", "title": "No end is set", "areas": ["E06000001"]}
    (rules / "profiles" / "open.json").write_text(json.dumps(open_ended))
    book = load_rule_book(rules)
    assert book.under("england").relaxed_by("DL07", date(2020, 4, 1)) is not None
    assert book.under("open").relaxed_by("DL07", date(2020, 4, 1)) is None


def test_an_end_that_a_source_gives_is_not_overruled(rules: Path) -> None:
    (overlay,) = json.loads((rules / "overlays.json").read_text())
    (rules / "overlays.json").write_text(json.dumps([overlay | {"to": "2020-04-30"}]))
    book = load_rule_book(rules).under("england")
    assert book.relaxed_by("DL07", date(2020, 4, 30)) is not None
    assert book.relaxed_by("DL07", date(2020, 5, 1)) is None
