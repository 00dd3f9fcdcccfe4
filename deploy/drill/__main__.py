"""A drill: `python -m deploy.drill --from 2018-06-29 --to 2024-12-31` (see `make help`)."""

import asyncio
import signal
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console

from deploy.drill.incident import FIRST_DAY
from deploy.drill.outcome import Outcome
from deploy.drill.plan import Plan, plan
from deploy.drill.running import organisations_of, run_drill
from deploy.drill.shown import lines
from deploy.drill.stack import DrillStack, empty_layout
from deploy.local.children import StackFailure
from deploy.local.layout import layout_from_environment
from deploy.local.progress import Progress
from deploy.local.stack_file import take_lock
from deploy.local.supervisor import Stopped
from deploy.operate.estate import CannotLook
from deploy.samples.signed_http import Declined
from shared.calendar.bank_holidays import england_and_wales
from shared.calendar.london import london_date

NOT_GOOD, NOT_RUN, STOPPED = 1, 2, 130
MOST_INCIDENTS = 500
DAY = ["%Y-%m-%d"]

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def drill(
    first: Annotated[datetime, typer.Option("--from", formats=DAY, help="the first day")],
    last: Annotated[datetime, typer.Option("--to", formats=DAY, help="the last day")],
    incidents: Annotated[int, typer.Option(min=1, max=MOST_INCIDENTS)] = 40,
    seed: Annotated[int, typer.Option(help="the same seed makes the same people")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Runs years of invented incidents through the four services, on a clock of its own.

    \b
    Exit 0: nothing fired late, every deadline is explained, the books balance.
    Exit 1: not so; what is wrong is printed.   Exit 2: it could not be run.
    """
    progress = Progress(Console(highlight=False, stderr=as_json))
    try:
        outcome = _run(_planned(first.date(), last.date(), incidents, seed), progress)
    except Stopped:
        raise typer.Exit(STOPPED) from None
    except (StackFailure, Declined, CannotLook) as failure:
        typer.echo(f"The drill could not be run to its end. {failure}", err=True)
        raise typer.Exit(NOT_RUN) from None
    typer.echo(outcome.as_json() if as_json else "\n".join(lines(outcome)))
    if not outcome.good:
        raise typer.Exit(NOT_GOOD)


def _planned(first: date, last: date, incidents: int, seed: int) -> Plan:
    """Raises StackFailure for days that cannot be drilled."""
    countable = date(england_and_wales().last.year - 1, 12, 31)
    end = min(countable, london_date(datetime.now(UTC)) - timedelta(days=1))
    if not FIRST_DAY <= first <= last <= end:
        raise StackFailure(
            f"The days go from {FIRST_DAY}, when the duty to notify begins, to {end}: not beyond"
            " what can be counted, nor into days that are still to come."
        )
    return plan(first, last, incidents, seed)


def _run(planned: Plan, progress: Progress) -> Outcome:
    place = layout_from_environment().directory / "drill"
    lock = take_lock(place.with_name("drill.lock"))
    if lock is None:
        raise StackFailure(f"Another drill runs in {place}: wait for it, or name another DATA=.")
    with lock:
        layout = empty_layout(place, planned.begins_at)
        stack = DrillStack(layout, progress, organisations_of(planned))
        stack.listen_for_signals()
        try:
            stack.start()
            progress.say(
                f"{len(planned.incidents)} invented incidents, {len(planned.acts)} things that"
                f" people do from {planned.first} to {planned.last}:"
            )
            return asyncio.run(run_drill(planned, layout, progress.say, stack.look))
        finally:
            stack.stop()


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(app())
