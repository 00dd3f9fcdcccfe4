"""`calculate`: a due date on the command line, without any store or broker."""

from typing import Annotated

import typer

from services.rapid_review_timer.answers import CalculationAnswer
from services.rapid_review_timer.explanation import calculation_for
from services.rapid_review_timer.rules import RuleError, rule_book
from services.rapid_review_timer.starts import parse_start
from shared.calendar.bank_holidays import england_and_wales
from shared.calendar.errors import CalendarError


def calculate(
    rule: Annotated[str, typer.Option(help="a rule, such as DL07")],
    start: Annotated[str, typer.Option(help="a London date, or an instant with its offset")],
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Counts a time limit and shows every day of it."""
    try:
        made = calculation_for(rule, parse_start(start), rule_book(), england_and_wales())
    except (RuleError, CalendarError) as refused:
        typer.echo(f"Not counted ({refused.code}): {refused}", err=True)
        raise typer.Exit(2) from None
    except ValueError:
        typer.echo("Not counted: --start takes 2019-04-05 or 2019-04-05T16:00:00Z.", err=True)
        raise typer.Exit(2) from None
    typer.echo(made.model_dump_json(indent=2) if as_json else _text(made))


def _text(made: CalculationAnswer) -> str:
    days = [
        f"  {row.day:%a %d %b %Y}  {row.skipped_because or f'working day {row.reached}'}"
        for row in made.ledger
    ]
    sources = [
        f"  {cited.source}{f', {cited.section}' if cited.section else ''}: {cited.says}"
        f"{'' if cited.confirmed else ' (to be confirmed)'}"
        for cited in made.citations
    ]
    versions = f"{made.rule} version {made.rule_version}, {made.rule_set}, {made.calendar_version}"
    late = f"Late from {made.late_from:%Y-%m-%d %H:%M} UTC."
    return "\n".join([made.sentence, late, versions, "", *days, "", "Sources:", *sources])
