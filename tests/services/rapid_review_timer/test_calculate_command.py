import json
import re
import shlex
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from services.rapid_review_timer.calculate_command import calculate
from services.rapid_review_timer.starts import parse_start
from shared.calendar import bank_holidays
from shared.calendar.bank_holidays import checksum

BUNDLED = Path(bank_holidays.__file__).with_name("england_and_wales-2026-02-25.json")
app = typer.Typer()
app.command()(calculate)
runner = CliRunner()


def told(*arguments: str) -> str:
    result = runner.invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def as_json(*arguments: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(told(*arguments, "--json"))
    return made


def test_d21_over_easter_2019_every_day_is_shown() -> None:
    text = told("--rule", "DL07", "--start", "2019-04-05")
    assert "due by the end of Tuesday 30 April 2019" in text
    assert "due_date: 2019-04-30 (Tuesday 30 April 2019)" in text
    assert "late_from: 2019-04-30T23:00:00Z" in text
    assert "Fri 19 Apr 2019  Good Friday" in text
    assert "Tue 30 Apr 2019  working day 15" in text
    assert "Working Together to Safeguard Children 2018, chapter 4, rapid review" in text
    assert "(to be confirmed)" in text


def test_as_json_it_is_one_object() -> None:
    made = as_json("--rule", "DL07", "--start", "2019-04-05")
    assert (made["due_date"], made["late_from"]) == ("2019-04-30", "2019-04-30T23:00:00Z")
    assert (made["rule_set"], made["profile"]) == ("WT2018.1", "england")
    assert made["ledger"][-1] == {
        "day": "2019-04-30",
        "reached": 15,
        "skipped_because": None,
        "note": None,
    }
    assert {cited["confirmed"] for cited in made["citations"]} == {True, False}


def test_d28_the_other_reading_is_shown_beside_the_due_date() -> None:
    asked = ("--rule", "DL07", "--start", "2019-06-11T15:00:00Z", "--also", "AWARE=2019-06-05")
    made = as_json(*asked)
    assert (made["due_date"], made["alt_due_date"]) == ("2019-07-02", "2019-06-26")
    assert made["alternatives"] == {"AWARE": "2019-06-26"}
    assert "alt_due_date: 2019-06-26 (Wednesday 26 June 2019)" in told(*asked)


def test_d31_months_have_a_row_for_each_month() -> None:
    text = told("--rule", "DL11", "--start", "2021-08-31")
    assert "month 6 (this month has no day 31: its last)" in text
    made = as_json("--rule", "DL11", "--start", "2019-01-14")
    assert (made["due_date"], made["internal_target"]) == ("2019-07-14", "2019-07-12")


def test_d33_and_d36_a_publication_is_counted_back_and_forward() -> None:
    back = as_json("--rule", "DL12", "--start", "2019-10-14")
    assert (back["due_date"], back["safe_date"]) == ("2019-10-03", "2019-10-02")
    forward = as_json("--rule", "DL12", "--sent", "2019-12-19")
    assert (forward["start"], forward["due_date"]) == ("2020-01-02", "2019-12-19")


def test_d37_what_is_kept_up_shows_from_when_it_may_end() -> None:
    assert as_json("--rule", "DL13", "--start", "2020-03-02")["allowed_from"] == "2021-03-02"


def test_hours_are_shown_for_each_day() -> None:
    text = told("--rule", "DL20", "--start", "2019-03-30T23:30:00Z")
    assert "Sun 31 Mar 2019  hours 23 (the clocks change: a day of 23 hours)" in text
    assert "Mon 01 Apr 2019  hours 24 (until 00:30 in London)" in text


def test_a_fixed_date_is_named_as_one() -> None:
    assert "Mon 30 Sep 2024  the date itself" in told("--rule", "DL18", "--start", "2024-03-31")


def test_another_rule_set_may_be_asked_for() -> None:
    asked = ("--rule", "DL16", "--start", "2020-09-30")
    assert as_json(*asked)["rule_version"] == "1"
    later = as_json(*asked, "--ruleset", "WT2023.0")
    assert (later["rule_version"], later["rule_set"]) == ("2", "WT2023.0")


def test_another_profile_may_be_asked_for() -> None:
    made = as_json("--rule", "DL09", "--start", "2019-05-30", "--profile", "kent")
    assert (made["profile"], made["due_date"]) == ("kent", "2019-06-13")


def with_easter_monday_moved(path: Path) -> Path:
    text = BUNDLED.read_text(encoding="utf-8").replace('"2019-04-22"', '"2019-04-30"')
    document = json.loads(text) | {"version": "england-and-wales-moved", "number": 2}
    days = [(date.fromisoformat(each["date"]), each["title"]) for each in document["holidays"]]
    first, last = (date.fromisoformat(document[end]) for end in ("first", "last"))
    path.write_text(json.dumps(document | {"sha256": checksum(first, last, days)}))
    return path


def test_a_calendar_may_be_named_or_read_from_a_file(tmp_path: Path) -> None:
    asked = ("--rule", "DL01", "--start", "2019-04-18", "--calendar")
    named = as_json(*asked, "england-and-wales-2026-02-25")
    moved = as_json(*asked, str(with_easter_monday_moved(tmp_path / "moved.json")))
    assert (named["due_date"], moved["due_date"]) == ("2019-04-29", "2019-04-26")
    assert moved["calendar_version"] == "england-and-wales-moved"


@pytest.mark.parametrize(
    ("arguments", "code", "advice"),
    [
        ("--rule DL07 --start 2029-04-05", "CALENDAR_OUT_OF_RANGE", "load a newer version"),
        ("--rule DL07 --start 2017-04-05", "rule_not_in_force", "from 2018-06-29"),
        ("--rule DL07 --start yesterday", "START_INVALID", "--start takes 2019-04-05 or"),
        ("--rule DL07 --start 2019-02-30", "START_INVALID", "--start takes"),
        ("--rule DL07 --start 2019-04-05T16:00:00", "NAIVE_INSTANT", "such as Z or +01:00"),
        ("--rule DL07", "START_MISSING", "give --start or --sent"),
        ("--rule DL12 --start 2019-10-14 --sent 2019-10-01", "START_MISSING", "give --start or"),
        ("--rule DL99 --start 2019-04-05", "unknown_rule", "there are: DL01, DL02"),
        ("--rule DL29 --start 2020-04-05", "unknown_rule", "it is listed as overlay"),
        ("--rule DL20 --start 2019-04-05", "instant_needed", "give an instant with its offset"),
        ("--rule DL08 --start 2019-04-05", "no_time_limit", "stays open until it is met"),
        ("--rule DL07 --sent 2019-04-05", "not_counted_back", "is not counted back"),
        ("--rule DL07 --start 2019-04-05 --also NEVER=2019-04-01", "unknown_alternative", "DL07"),
        ("--rule DL07 --start 2019-04-05 --also AWARE", "START_INVALID", "takes 2019-04-05"),
        ("--rule DL07 --start 2019-04-05 --ruleset X", "unknown_rule_set", "there are: WT2018.0"),
        ("--rule DL07 --start 2019-04-05 --ruleset WT2018.C19", "unknown_rule_set", "lies over"),
        ("--rule DL07 --start 2019-04-05 --ruleset CWS2026", "rule_set_not_in_force", "orders"),
        ("--rule DL05 --start 2024-04-05 --ruleset WT2018.0", "rule_not_in_force", "2023-12-15"),
        ("--rule DL07 --start 2019-04-05 --profile x", "unknown_profile", "england, kent"),
        ("--rule DL07 --start 2019-04-05 --calendar x", "CALENDAR_UNKNOWN", "there are: england"),
        ("--rule DL07 --start 2019-04-05 --calendar x.json", "CALENDAR_UNKNOWN", "cannot be read"),
    ],
)
def test_what_cannot_be_counted_is_said_with_a_code_and_what_to_do(
    arguments: str, code: str, advice: str
) -> None:
    result = runner.invoke(app, shlex.split(arguments))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Not counted ({code}): ")
    assert advice in result.stderr
    assert result.stdout == ""


def test_a_file_that_is_no_calendar_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "calendar.json"
    path.write_text("{}")
    result = runner.invoke(
        app, ["--rule", "DL07", "--start", "2019-04-05", "--calendar", str(path)]
    )
    assert (result.exit_code, "CALENDAR_INVALID" in result.stderr) == (2, True)


def test_every_example_of_the_help_runs() -> None:
    text = (calculate.__doc__ or "").replace("\\\n", " ")
    examples = re.findall(r"--rule [^(\n]+", text)
    assert len(examples) == 6
    for example in examples:
        told(*shlex.split(example))


def test_an_instant_before_the_first_year_is_no_start() -> None:
    with pytest.raises(ValueError, match="beyond the years"):
        parse_start("0001-01-01T00:00:00+14:00")
