"""`reconcile` over all services or one, after one or more stores were restored."""

from typing import Annotated

import typer

from deploy.local.layout import SERVICES
from deploy.operate.asking import ask_all, running_layout
from deploy.operate.consumers_command import known
from deploy.operate.told import person_arguments, telling
from shared.operator_commands.plain_words import service_words
from shared.operator_commands.reconcile import words
from shared.operator_commands.running import AsJson, DryRun, Name, NotDone, Reason, show


def add_to(app: typer.Typer) -> None:
    app.command()(reconcile)


Service = Annotated[str, typer.Argument(metavar="[SERVICE]", help="one alone, else all")]


def reconcile(
    service: Service = "",
    name: Name = "",
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """After a restore: takes back what each store lacks, then its service opens by itself."""
    with telling():
        services = [known(service)] if service else SERVICES
        person = person_arguments(name, reason, dry_run)
        answered = ask_all(running_layout(), "reconcile", *person, services=services)
        for each in answered:
            if each.exit_code == 0:
                show(each.answer, words, as_json=as_json)
        not_done = [each for each in answered if each.exit_code]
        if not_done:
            sentences = {f"{service_words(each.service)}: {each.sentence}" for each in not_done}
            raise NotDone(
                "\n".join(sorted(sentences)),
                exit_code=max(each.exit_code for each in not_done),
            )
