"""`quarantine` over all services: the service that has a record is found by the record's id."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from deploy.local.layout import Layout
from deploy.operate.asking import answer_of, answers_of, ask, ask_all, rows_of, running_layout
from deploy.operate.told import person_arguments, telling
from shared.operator_commands.quarantine_words import list_words, settled_words, show_words
from shared.operator_commands.running import (
    AsJson,
    DryRun,
    Name,
    NotDone,
    Reason,
    Words,
    show,
    uuid_of,
)

app = typer.Typer(help="Records that wait for a person.")
Id = Annotated[str, typer.Argument(help="as `quarantine list` shows it", metavar="ID")]


@app.callback(invoke_without_command=True)
def by_itself(context: typer.Context) -> None:
    """Without a command it lists."""
    if context.invoked_subcommand is None:
        list_()


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Open rows of all services, the longest first; what is in the records stays sealed."""
    with telling():
        rows = rows_of(answers_of(ask_all(running_layout(), "quarantine", "list")))
        rows.sort(key=lambda row: -row["age_seconds"])
        show({"rows": rows}, list_words, as_json=as_json)


@app.command("show")
def show_(quarantine_id: Id, as_json: AsJson = False) -> None:
    """Headers, position, sizes, and which fields fail; never a value that somebody sent."""
    with telling():
        show(_found(running_layout(), quarantine_id)[1], show_words, as_json=as_json)


@app.command()
def release(
    quarantine_id: Id,
    name: Name = "",
    reason: Reason = "",
    repaired: Path | None = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Delivers a record again in its place; with --repaired, this file as its value."""
    extra = ["--repaired", str(repaired.resolve())] if repaired else []
    _settle("release", quarantine_id, extra, person_arguments(name, reason, dry_run), as_json)


@app.command()
def repair(
    quarantine_id: Id,
    file: Path,
    name: Name = "",
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Delivers a record again with the content of FILE as its value."""
    extra = [str(file.resolve())]
    _settle("repair", quarantine_id, extra, person_arguments(name, reason, dry_run), as_json)


@app.command()
def discard(
    quarantine_id: Id,
    name: Name = "",
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Uses up the record's number as nothing, or dismisses a conflict."""
    _settle("discard", quarantine_id, [], person_arguments(name, reason, dry_run), as_json)


def _settle(
    command: str,
    quarantine_id: str,
    extra: Sequence[str],
    person: Sequence[str],
    as_json: bool,
    words: Words = settled_words,
) -> None:
    with telling():
        layout = running_layout()
        service, _ = _found(layout, quarantine_id)
        answer = ask(layout, service, "quarantine", command, quarantine_id, *extra, *person)
        show(answer_of(answer), words, as_json=as_json)


def _found(layout: Layout, quarantine_id: str) -> tuple[str, dict[str, object]]:
    """Which service has the record, and what may be shown of it. Raises NotDone."""
    asked = str(uuid_of(quarantine_id))
    answered = ask_all(layout, "quarantine", "show", asked)
    for each in answered:
        if each.exit_code == 0:
            return each.service, each.answer
    if all("No record has that id" in each.sentence for each in answered):
        raise NotDone(
            "No service has a record of that id in quarantine: `make quarantine` lists them."
        )
    answers_of(answered)
    raise NotDone("No service answered: see `make status`.")
