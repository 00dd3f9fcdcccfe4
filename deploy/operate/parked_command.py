"""`parked` over all services."""

import typer

from deploy.operate.asking import answers_of, ask_all, rows_of, running_layout
from deploy.operate.told import person_arguments, telling
from shared.operator_commands.parked import apply_words, fetch_words, list_words
from shared.operator_commands.plain_words import service_words
from shared.operator_commands.running import (
    Answer,
    AsJson,
    DryRun,
    Name,
    Reason,
    Words,
    show,
)

app = typer.Typer(help="Events that wait for their turn.")


@app.callback(invoke_without_command=True)
def by_itself(context: typer.Context) -> None:
    """Without a command it lists."""
    if context.invoked_subcommand is None:
        list_()


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Each case or stream in which events wait, and why; looks on the topics for gaps."""
    with telling():
        rows = rows_of(answers_of(ask_all(running_layout(), "parked", "list")))
        show({"rows": rows}, list_words, as_json=as_json)


@app.command()
def fetch(
    name: Name = "", reason: Reason = "", dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Looks for the missing numbers on the topics and takes them in."""
    _in_all("fetch", person_arguments(name, reason, dry_run), fetch_words, as_json)


@app.command()
def apply(
    name: Name = "", reason: Reason = "", dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Applies now what could be applied, as each service itself does every few seconds."""
    _in_all("apply", person_arguments(name, reason, dry_run), apply_words, as_json)


def _in_all(command: str, person: list[str], words: Words, as_json: bool) -> None:
    with telling():
        answers = answers_of(ask_all(running_layout(), "parked", command, *person))
        show({"services": answers}, _each(words), as_json=as_json)


def _each(words: Words) -> Words:
    def every(answer: Answer) -> list[str]:
        return [
            f"{service_words(one['service'])}: {line}"
            for one in answer["services"]
            for line in words(one)
        ]

    return every
