"""`arrivals list`: what came in by intake's front door and this service has not answered yet."""

from typing import Any

import typer
from rich.console import RenderableType

from shared.messaging.arrival_rows import waiting_arrivals
from shared.messaging.node import Node
from shared.operator_commands.plain_words import age_words, plain_table, service_words
from shared.operator_commands.running import Answer, AsJson, OpenNode, run_command

NONE_WAITS = "Nothing waits: everything that came in was answered."


def add_to(app: typer.Typer, open_node: OpenNode) -> None:
    """Of a service that has a table `arrival`."""
    family = typer.Typer(no_args_is_help=True, help="Submissions that are not answered yet.")
    app.add_typer(family, name="arrivals")

    @family.callback()
    def _family() -> None:
        """One command so far; more may follow."""

    @family.command("list")
    def list_(as_json: AsJson = False) -> None:
        """Each that waits, the longest waiting first, and how often it was tried."""
        run_command(open_node, _list, list_words, as_json=as_json)


async def _list(node: Node) -> Answer:
    async with node.store.reading() as connection:
        now = await node.store.clock.now(connection)
        return {"rows": await waiting_arrivals(connection, now)}


def list_words(answer: Answer) -> list[RenderableType]:
    if not answer["rows"]:
        return [NONE_WAITS]
    table = plain_table(
        "service", "sender", "about", "tried", "waits", "next try in", whole=["about"]
    )
    for row in answer["rows"]:
        table.add_row(service_words(row.get("service", answer.get("service", ""))), *_cells(row))
    return [table]


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    about = f"notice or request {row['about']}"
    waits, next_in = age_words(row["waits_seconds"]), age_words(row["next_in_seconds"])
    return (row["system"], about, str(row["attempts"]), waits, next_in)
