"""`calculate`: a due date on the command line, without any store or broker."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from services.rapid_review_timer.answers import CalculationAnswer, LedgerDayAnswer
from services.rapid_review_timer.calculation import earliest_publication
from services.rapid_review_timer.counting import local_day
from services.rapid_review_timer.explanation import calculation_for
from services.rapid_review_timer.rule_row import RuleError
from services.rapid_review_timer.rules import ENGLAND, rule_book
from services.rapid_review_timer.sentence import long_day
from services.rapid_review_timer.starts import parse_start
from shared.calendar.bank_holidays import Calendar, parse_calendar
from shared.calendar.errors import CalendarError, CalendarUnknown
from shared.calendar.versions import bundled_versions

OTHER_DATES = {
    "alt_due_date": "by the other reading",
    "safe_date": "right under every reading",
    "internal_target": "the last working day by the due date",
    "allowed_from": "this may end from then",
}


def calculate(
    rule: Annotated[str, typer.Option(help="a rule, such as DL07")],
    start: Annotated[
        str, typer.Option(help="a London date, or an instant with its offset; DL12: counted back")
    ] = "",
    ruleset: Annotated[
        str, typer.Option(help="a rule set, such as WT2018.1; else that of the start")
    ] = "",
    calendar: Annotated[
        str, typer.Option(help="a version of the bank holidays or a file with one; else the newest")
    ] = "",
    profile: Annotated[str, typer.Option(help="a local profile, such as kent")] = ENGLAND,
    also: Annotated[
        list[str] | None, typer.Option(help="the start by another reading, as AWARE=2019-06-05")
    ] = None,
    sent: Annotated[
        str, typer.Option(help="of a rule counted back: the day of sending, in place of --start")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Counts a time limit and shows every day of it.

    \b
    Examples:
      python -m services.rapid_review_timer calculate \\
          --rule DL07 --start 2019-04-05
      python -m services.rapid_review_timer calculate \\
          --rule DL07 --start 2019-06-11T15:00:00Z \\
          --also AWARE=2019-06-05 --ruleset WT2018.1 \\
          --calendar england-and-wales-2026-02-25 --json
      In months:          --rule DL11 --start 2021-08-31
      Counted back:       --rule DL12 --start 2019-10-14
      The other way:      --rule DL12 --sent 2019-12-19
      In hours:           --rule DL20 --start 2019-06-02T23:30:00Z

    \b
    What is printed, with --json under these names: due_date, late_from (UTC),
    alt_due_date (another reading), safe_date (counted back), internal_target,
    allowed_from, the ledger of days, the citations. With --sent, start is the
    earliest publication. What cannot be counted is a code, what happened and
    what to do, and exit 2.
    """
    if bool(start) == bool(sent):
        _refuse("START_MISSING", "there is no one day to count from: give --start or --sent")
    try:
        book, days = rule_book(profile), _calendar(calendar)
        others = dict(_reading(each) for each in also or [])
        begins = _start("--start", start) if start else _publication(rule, sent, profile, days)
        made = calculation_for(
            rule, begins, book, days, rule_set=ruleset or None, other_starts=others
        )
    except (RuleError, CalendarError) as refused:
        _refuse(refused.code, str(refused))
    typer.echo(made.model_dump_json(indent=2) if as_json else _text(made))


def _refuse(code: str, what: str) -> NoReturn:
    typer.echo(f"Not counted ({code}): {what}.", err=True)
    raise typer.Exit(2)


def _start(option: str, text: str) -> date | datetime:
    try:
        return parse_start(text)
    except CalendarError:
        raise
    except ValueError:
        raise RuleError(
            "START_INVALID", f"{option} takes 2019-04-05 or 2019-04-05T16:00:00Z"
        ) from None


def _reading(text: str) -> tuple[str, date | datetime]:
    basis, _, start = text.partition("=")
    return basis, _start("--also AWARE=", start)


def _publication(rule: str, sent: str, profile: str, days: Calendar) -> date:
    sent_on = _start("--sent", sent)
    found = rule_book(profile).rule(rule, local_day(sent_on))
    return earliest_publication(found, days, sent_on)


def _calendar(name: str) -> Calendar:
    versions = bundled_versions()
    if not name:
        return versions.newest
    if not name.endswith(".json"):
        return versions.named(name)
    try:
        return parse_calendar(Path(name).read_bytes())
    except OSError as refused:
        raise CalendarUnknown(f"the file cannot be read ({type(refused).__name__})") from None


def _text(made: CalculationAnswer) -> str:
    dates = {name: getattr(made, name) for name in OTHER_DATES}
    others = [
        f"{name}: {day.isoformat()} ({long_day(day)}), {OTHER_DATES[name]}"
        for name, day in dates.items()
        if day is not None
    ]
    readings = [f"  by {name}: {day.isoformat()}" for name, day in made.alternatives.items()]
    days = [f"  {row.day:%a %d %b %Y}  {_of_day(made, row)}" for row in made.ledger]
    sources = [
        f"  {cited.source}{f', {cited.section}' if cited.section else ''}: {cited.says}"
        f"{'' if cited.confirmed else ' (to be confirmed)'}"
        for cited in made.citations
    ]
    versions = f"{made.rule} version {made.rule_version}, {made.rule_set}, {made.calendar_version}"
    due = f"due_date: {made.due_date.isoformat()} ({long_day(made.due_date)})"
    late = f"late_from: {made.late_from:%Y-%m-%dT%H:%M:%SZ}"
    head = [made.sentence, due, late, *others, *readings, versions]
    return "\n".join([*head, "", "Ledger:", *days, "", "Sources:", *sources])


def _of_day(made: CalculationAnswer, row: LedgerDayAnswer) -> str:
    if row.skipped_because or made.unit == "fixed_date":
        return row.skipped_because or row.note or ""
    unit = "hours" if made.unit == "elapsed_hours" else (made.unit or "")[:-1].replace("_", " ")
    return f"{unit} {row.reached}{f' ({row.note})' if row.note else ''}"
