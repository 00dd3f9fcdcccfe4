"""The sample senders: `python -m deploy.samples publish | decide | table | all | panel_desk`."""

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine

import typer

from deploy.samples.decide import decide as decide_cases
from deploy.samples.outcome_table import show_outcome
from deploy.samples.panel_desk import serve_panel_desk
from deploy.samples.publish import publish as publish_reports
from deploy.samples.settings import NoStack, SampleSettings, settings_from_environment
from deploy.samples.signed_http import Declined

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
panel_desk = typer.Typer(no_args_is_help=True, help="A stand-in for the Panel's own system.")
app.add_typer(panel_desk, name="panel_desk")


@app.command()
def publish() -> None:
    """Sends every sample report through its front door and shows the answers."""
    _run(lambda settings: publish_reports(settings, _say))


@app.command()
def decide() -> None:
    """Lets each authority link and decide its sample cases."""
    _run(lambda settings: decide_cases(settings, _say))


@app.command()
def table() -> None:
    """Shows what became of the sample cases, with links."""
    _run(show_outcome)


@app.command("all")
def everything() -> None:
    """One after the other: publish, decide, table."""
    publish()
    decide()
    table()


@panel_desk.command()
def serve() -> None:
    """Confirms each notice to the Panel, the department and Ofsted, until stopped."""
    serve_panel_desk()


@panel_desk.callback()
def _panel_desk() -> None:
    """Keeps `serve` a command of its own."""


def _run(work: Callable[[SampleSettings], Coroutine[object, object, None]]) -> None:
    """Whatever was declined is said, one sentence each, and the exit code is 1."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    sentences: list[str] = []
    try:
        asyncio.run(work(settings_from_environment()))
    except* (Declined, NoStack) as refusals:
        sentences = _sentences(refusals)
    for sentence in sentences:
        typer.echo(sentence, err=True)
    if sentences:
        raise typer.Exit(1)


def _sentences(refusals: BaseExceptionGroup[Declined | NoStack]) -> list[str]:
    found: list[str] = []
    for refusal in refusals.exceptions:
        if isinstance(refusal, BaseExceptionGroup):
            found += _sentences(refusal)
        else:
            found.append(str(refusal))
    return found


def _say(line: str) -> None:
    typer.echo(line)
    sys.stdout.flush()


if __name__ == "__main__":
    app()
