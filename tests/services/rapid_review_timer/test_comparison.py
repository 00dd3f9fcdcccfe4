"""How rule sets differ: which rules only one has, what is said otherwise, which due dates shift."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest

from deploy.local.children import ROOT, child_environment
from services.rapid_review_timer.compare_command import read_starts
from services.rapid_review_timer.comparison import Start, compared, pairs
from services.rapid_review_timer.rule_book import RuleBook
from services.rapid_review_timer.rule_row import RuleError
from services.rapid_review_timer.rules import rule_book
from shared.calendar.bank_holidays import england_and_wales

BEFORE, AFTER = "WT2018.2", "WT2023.0"
FRIDAY = Start("DL07", date(2022, 9, 9))
"""The state funeral's bank holiday lies in its count."""


@pytest.fixture
def longer() -> RuleBook:
    """A book in which a rapid review has twenty working days from December 2023 on."""
    book = rule_book()
    (review,) = book.rules["DL07"]
    until = review.model_copy(update={"effective_to": date(2023, 12, 14)})
    since = {"version": 2, "effective_from": date(2023, 12, 15), "count": 20}
    rules = {**book.rules, "DL07": (until, review.model_copy(update=since))}
    return book.model_copy(update={"rules": rules})


def test_the_death_of_a_care_leaver_is_told_of_only_since_2023() -> None:
    made = compared(rule_book(), england_and_wales(), BEFORE, AFTER, [])
    assert [row.rule for row in made.only_in_other] == ["DL05", "DL18"]
    assert made.only_in_one == []
    (said,) = made.said_otherwise
    assert (said.rule, said.what) == ("DL16", "who")
    assert (said.one, said.other) == (
        "the safeguarding partners",
        "the lead safeguarding partners",
    )


def test_what_the_move_to_partnerships_asked_for_ended_with_it() -> None:
    made = compared(rule_book(), england_and_wales(), "WT2018.1", BEFORE, [])
    assert [row.rule for row in made.only_in_one] == ["DL24", "DL25", "DL26", "DL26B"]


def test_the_published_rule_sets_give_the_same_dates_for_the_same_starts() -> None:
    starts = [FRIDAY, Start("DL01", datetime(2020, 10, 24, 23, 30, tzinfo=UTC))]
    for one, other in pairs(rule_book()):
        made = compared(rule_book(), england_and_wales(), one, other, starts)
        assert (made.counted, made.same, made.shifted) == (2, 2, [])


def test_a_longer_limit_shifts_every_start_by_the_working_days_between(longer: RuleBook) -> None:
    starts = [FRIDAY, Start("DL07", date(2019, 4, 5)), Start("DL01", date(2019, 4, 5))]
    made = compared(longer, england_and_wales(), BEFORE, AFTER, starts)
    (shift,) = made.shifted
    assert (shift.rule, shift.working_days, shift.starts, shift.of) == ("DL07", 5, 2, 2)
    assert (made.counted, made.same) == (3, 1)
    assert "DL07 falls due 5 working days later under WT2023.0 for 2 of 2 starts." in made.sentences
    assert "DL07, count: 15 in WT2018.2, 20 in WT2023.0." in made.sentences


def test_it_is_earlier_the_other_way_round(longer: RuleBook) -> None:
    (shift,) = compared(longer, england_and_wales(), AFTER, BEFORE, [FRIDAY]).shifted
    assert shift.working_days == -5


def test_a_start_of_a_rule_that_only_one_has_is_in_no_count() -> None:
    made = compared(
        rule_book(), england_and_wales(), BEFORE, AFTER, [Start("DL05", date(2024, 1, 2))]
    )
    assert (made.counted, made.not_counted) == (0, [])


def test_what_cannot_be_counted_is_said_with_its_code() -> None:
    made = compared(
        rule_book(), england_and_wales(), BEFORE, AFTER, [Start("DL07", date(1999, 1, 4))]
    )
    (left,) = made.not_counted
    assert (left.rule, left.code, left.starts) == ("DL07", "CALENDAR_OUT_OF_RANGE", 1)


def test_each_rule_set_in_force_is_compared_with_the_next() -> None:
    assert pairs(rule_book()) == [
        ("WT2018.0", "WT2018.1"),
        ("WT2018.1", "WT2018.2"),
        ("WT2018.2", "WT2023.0"),
    ]
    assert pairs(rule_book(), ["WT2018.0", "WT2023.0"]) == [("WT2018.0", "WT2023.0")]


def test_a_rule_set_that_is_not_in_force_is_refused() -> None:
    with pytest.raises(RuleError) as refused:
        pairs(rule_book(), ["WT2018.0", "CWS2026"])
    assert refused.value.code == "rule_set_not_in_force"


@pytest.mark.parametrize(
    "line", ["DL07", '["DL07"]', '{"rule": "DL07"}', '{"rule": "DL07", "start": "soon"}']
)
def test_a_line_that_is_no_start_is_named_by_its_number(line: str) -> None:
    with pytest.raises(RuleError, match="line 2") as refused:
        read_starts(['{"rule": "DL07", "start": "2019-04-05"}', line])
    assert refused.value.code == "START_INVALID"


def test_the_command_compares_what_it_is_given() -> None:
    asked = [sys.executable, "-m", "services.rapid_review_timer", "compare", "--json"]
    result = subprocess.run(
        [*asked, "--ruleset", BEFORE, "--ruleset", AFTER],
        input='{"rule": "DL07", "start": "2022-09-09"}\n\n',
        cwd=ROOT,
        env=child_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    (made,) = json.loads(result.stdout)
    assert (made["one"], made["other"], made["counted"], made["same"]) == (BEFORE, AFTER, 1, 1)
