"""`consumers` over all services."""

from typing import Annotated

import typer

from deploy.local.layout import SERVICES
from deploy.operate.asking import answer_of, answers_of, ask, ask_all, rows_of, running_layout
from deploy.operate.told import person_arguments, telling
from shared.operator_commands.consumers import Part, list_words, words
from shared.operator_commands.running import AsJson, DryRun, Name, NotDone, Reason, show

app = typer.Typer(help="Consumers and other parts of the services.")
Service = Annotated[str, typer.Argument(help=", ".join(SERVICES))]


@app.callback(invoke_without_command=True)
def by_itself(context: typer.Context) -> None:
    """Without a command it lists."""
    if context.invoked_subcommand is None:
        list_()


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Each consumer: its partitions, offsets and lag; and what a person has stopped."""
    with telling():
        answers = answers_of(ask_all(running_layout(), "consumers", "list"))
        everything = {"rows": rows_of(answers), "stopped": rows_of(answers, "stopped")}
        show(everything, list_words, as_json=as_json)


@app.command()
def stop(
    service: Service,
    part: Part,
    name: Name = "",
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Stops a part in every replica, until it is resumed; nothing is lost meanwhile."""
    _switch("stop", service, part, person_arguments(name, reason, dry_run), as_json)


@app.command()
def resume(
    service: Service,
    part: Part,
    name: Name = "",
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Lets a part go on where it stopped; closes a breaker that has opened by itself."""
    _switch("resume", service, part, person_arguments(name, reason, dry_run), as_json)


def _switch(command: str, service: str, part: str, person: list[str], as_json: bool) -> None:
    with telling():
        answer = ask(running_layout(), known(service), "consumers", command, part, *person)
        show(answer_of(answer), words, as_json=as_json)


def known(service: str) -> str:
    """The service as it is called in code; `rapid-review-timer` will do too. Raises NotDone."""
    name = service.replace("-", "_")
    if name not in SERVICES:
        raise NotDone(
            f"There is no service of that name: it is one of {', '.join(SERVICES)}.", exit_code=2
        )
    return name
