"""`compare`: how rule sets differ, for starts that are given, without any store or broker."""

import json
import sys
from collections.abc import Iterable
from typing import Annotated, NoReturn

import typer

from services.rapid_review_timer.comparison import Compared, Start, compared, pairs
from services.rapid_review_timer.rule_row import RuleError
from services.rapid_review_timer.rules import ENGLAND, rule_book
from services.rapid_review_timer.starts import parse_start
from shared.calendar.bank_holidays import england_and_wales
from shared.calendar.errors import CalendarError


def compare(
    ruleset: Annotated[
        list[str] | None, typer.Option(help="two or more, each with the next; else all in force")
    ] = None,
    profile: Annotated[str, typer.Option(help="a local profile, such as kent")] = ENGLAND,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON array")] = False,
) -> None:
    """Counts the starts on standard input under one rule set and under the next.

    \b
    A line each:   {"rule": "DL07", "start": "2019-06-11T15:00:00Z"}
    Nothing there: only the rules themselves are compared.
    Example:
      python -m services.rapid_review_timer compare \\
          --ruleset WT2018.2 --ruleset WT2023.0 < starts.jsonl

    \b
    Printed, with --json under these names: rules only_in_one and only_in_other,
    what is said_otherwise, how many starts are counted under both, how many fall
    due on the same day, and the shifted ones by working days. What cannot be read
    is a code, what happened and what to do, and exit 2.
    """
    try:
        book = rule_book(profile)
        starts = read_starts(() if sys.stdin.isatty() else sys.stdin)
        found = [
            compared(book, england_and_wales(), one, other, starts)
            for one, other in pairs(book, ruleset or ())
        ]
    except RuleError as refused:
        _refuse(refused.code, str(refused))
    if as_json:
        typer.echo(json.dumps([each.model_dump(mode="json") for each in found], indent=2))
    else:
        typer.echo("\n\n".join(map(_text, found)))


def read_starts(lines: Iterable[str]) -> list[Start]:
    """Raises RuleError `START_INVALID`, with the number of the line."""
    starts = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
            starts.append(Start(str(said["rule"]), parse_start(str(said["start"]))))
        except (ValueError, KeyError, TypeError, CalendarError):
            form = '{"rule": "DL07", "start": "2019-04-05"}'
            raise RuleError("START_INVALID", f"line {number} is not of the form {form}") from None
    return starts


def _refuse(code: str, what: str) -> NoReturn:
    typer.echo(f"Not compared ({code}): {what}.", err=True)
    raise typer.Exit(2)


def _text(made: Compared) -> str:
    return "\n".join([f"{made.one} and {made.other} ({made.because}):", *made.sentences])
