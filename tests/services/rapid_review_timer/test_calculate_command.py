import json

import pytest
import typer
from typer.testing import CliRunner

from services.rapid_review_timer.calculate_command import calculate

app = typer.Typer()
app.command()(calculate)
runner = CliRunner()


def test_d21_over_easter_2019_every_day_is_shown() -> None:
    result = runner.invoke(app, ["--rule", "DL07", "--start", "2019-04-05"])
    assert result.exit_code == 0
    assert "due by the end of Tuesday 30 April 2019" in result.stdout
    assert "Fri 19 Apr 2019  Good Friday" in result.stdout


def test_as_json_it_is_one_object() -> None:
    result = runner.invoke(app, ["--rule", "DL07", "--start", "2019-04-05", "--json"])
    made = json.loads(result.stdout)
    assert (made["due_date"], made["late_from"]) == ("2019-04-30", "2019-04-30T23:00:00Z")


@pytest.mark.parametrize(
    ("start", "why"),
    [
        ("2029-04-05", "CALENDAR_OUT_OF_RANGE"),
        ("2017-04-05", "rule_not_in_force"),
        ("yesterday", "--start takes"),
    ],
)
def test_what_cannot_be_counted_is_said_plainly(start: str, why: str) -> None:
    result = runner.invoke(app, ["--rule", "DL07", "--start", start])
    assert result.exit_code == 2
    assert why in result.output
