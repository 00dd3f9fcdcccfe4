"""`arrivals` over the services that judge what comes by intake's front door."""

import typer

from deploy.operate.asking import answers_of, ask_all, rows_of, running_layout
from deploy.operate.told import telling
from shared.operator_commands.arrivals import list_words
from shared.operator_commands.running import AsJson, show

JUDGES = ("panel_notification", "rapid_review_timer")

app = typer.Typer(help="Submissions that are not answered yet.")


@app.callback(invoke_without_command=True)
def by_itself(context: typer.Context) -> None:
    """Without a command it lists."""
    if context.invoked_subcommand is None:
        list_()


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Each that waits, the longest waiting first, and how often it was tried."""
    with telling():
        answers = answers_of(ask_all(running_layout(), "arrivals", "list", services=JUDGES))
        show({"rows": rows_of(answers)}, list_words, as_json=as_json)
