"""The table of what became of the samples."""

from dataclasses import replace
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from rich.console import Console

from deploy.samples.incidents import INCIDENTS
from deploy.samples.kept import Answer, KeptReport
from deploy.samples.outcome import JourneyView, Outcome, SampleCase
from deploy.samples.outcome_table import WIDTH, outcome_table, shown_clocks

SURVIVOR, LOSER = UUID(int=0xA0 << 120), UUID(int=0xB0 << 120)


def clock(rule: str, state: str, words: str = "Met on time", late: int = 0) -> dict[str, Any]:
    return {
        "rule": rule,
        "name": f"The clock {rule}",
        "state": state,
        "state_words": words,
        "due_date": "2026-12-11",
        "working_days_late": late or None,
    }


def journey(stage: str = "rapid_review", **more: Any) -> JourneyView:
    return JourneyView.model_validate(
        {
            "heading": {
                "stage": stage,
                "stage_words": stage.capitalize(),
                "owner_area": {"code": "E08000012", "name": "Liverpool"},
            },
            "decision": {"decision": "notifiable", "rapid_review": True},
            "told": [{"state": "receipt"}, {"state": "delivered"}],
            "clocks": [clock("DL01", "met"), clock("DL07", "running", "Running")],
        }
        | more
    )


def case(view: JourneyView | None) -> SampleCase:
    return SampleCase(SURVIVOR, None, INCIDENTS["toddler"], ("la-E08000012",), view)


def printed(outcome: Outcome, width: int = 140) -> str:
    """Wide enough that no cell is wrapped, unless told otherwise."""
    console = Console(file=StringIO(), width=width, highlight=False)
    console.print(outcome_table(outcome))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("view", "settled"),
    [
        (journey(), True),
        (journey("notifiable"), False),
        (journey("notified"), False),
        (journey("rr_submitted"), True),
        (journey(told=[{"state": "to_be_told"}]), False),
        (journey(told=[{"state": "undeliverable"}]), True),
        (journey(clocks=[clock("DL01", "met")]), False),
        (journey("merged", decision=None, told=[], clocks=[]), True),
        (journey("not_notifiable", decision=None, told=[], clocks=[]), True),
        (journey("triage", decision=None), False),
        (None, False),
    ],
)
def test_a_case_has_settled_when_all_are_told_and_the_next_clock_runs(
    view: JourneyView | None, settled: bool
) -> None:
    assert case(view).settled is settled


@pytest.mark.parametrize(
    ("incident", "stage", "settled"),
    [
        ("pupil", "triage", True),
        ("toddler", "triage", False),
        ("withdrawn", "rapid_review", False),
        ("withdrawn", "withdrawn", True),
        ("reopened", "not_notifiable", False),
        ("reopened", "rapid_review", True),
        ("two_reporters", "rr_submitted", True),
        ("two_reporters", "panel_considering", True),
        ("died_later", "rr_submitted", False),
        ("died_later", "no_further_review", False),
        ("died_later", "closed", True),
    ],
)
def test_some_cases_rest_elsewhere_than_others(incident: str, stage: str, settled: bool) -> None:
    there = replace(case(journey(stage)), incident=INCIDENTS[incident])
    assert there.settled is settled


def test_running_and_late_clocks_come_before_those_that_were_met() -> None:
    view = journey(
        clocks=[
            clock("TRIAGE", "met"),
            clock("DL02", "met_late", late=4),
            clock("DL01", "met_late", late=4),
            clock("DL07", "cancelled"),
        ]
    )
    assert [one.rule for one in shown_clocks(view)] == ["DL01", "DL02"]


def test_a_row_says_where_it_stands_what_is_due_and_how_many_were_told() -> None:
    text = printed(Outcome((case(journey()),), ()))
    for words in (
        "a0000000",
        "Liverpool",
        "Rapid_review",
        "Rapid review: due 11 Dec 2026",
        "2 of 2",
    ):
        assert words in text


def test_how_late_a_notification_was_is_said_in_working_days() -> None:
    late = journey(clocks=[clock("DL01", "met_late", late=4)])
    assert "4 working days" in printed(Outcome((case(late),), ()))


def test_a_merged_case_names_the_one_that_goes_on() -> None:
    loser = replace(
        case(journey("merged")),
        case_id=LOSER,
        survivor=SURVIVOR,
        reporters=("police-merseyside",),
    )
    text = printed(Outcome((loser,), ()))
    assert "Merged into" in text
    assert "a0000000" in text
    assert "Merseyside" in text


def test_the_refused_record_is_shown_with_its_reason_in_plain_100_columns() -> None:
    report = KeptReport(
        "id", "time", "n", "malformed", "health-incidents", "trust-hillview", "bus", "{}"
    )
    answer = Answer(False, reason="not_valid", faults=("required at /outcome",))
    outcome = Outcome((case(journey()),), ((report, answer),))
    text = printed(outcome)
    assert "Refused" in text
    assert "not_valid, 1 fault named to its sender" in text
    assert "\x1b" not in text
    assert max(map(len, printed(outcome, WIDTH).splitlines())) <= WIDTH == 100
