"""The commands of every service, and the operators' for what regions are not told."""

from dataclasses import asdict
from typing import Any
from uuid import uuid4

import typer
from rich.console import RenderableType

from services.reporting.app import build_node, routers
from services.reporting.handlers import SERVICE
from services.reporting.region_held_store import held_back
from services.reporting.settings import ReportingSettings
from shared.messaging.node import Node
from shared.operator_commands.plain_words import plain_table
from shared.operator_commands.running import AsJson, run_command
from shared.service_command import service_command

regions = typer.Typer(no_args_is_help=True, help="What regions are told.")


@regions.callback()
def _family() -> None:
    """One command so far; more may follow."""


def commands() -> typer.Typer:
    app = service_command(SERVICE, ReportingSettings, build_node, routers)
    app.add_typer(regions, name="regions")
    return app


@regions.command("held")
def held(as_json: AsJson = False) -> None:
    """What waits for an authority's decision to share, the longest waiting first."""
    run_command(lambda: build_node(ReportingSettings()), _held, _words, as_json=as_json)


async def _held(node: Node) -> dict[str, Any]:
    async with node.store.transaction(uuid4(), "operator") as tx:
        return {"held": [asdict(row) for row in await held_back(tx, None)]}


def _words(answer: dict[str, Any]) -> list[RenderableType]:
    rows = answer["held"]
    if not rows:
        return ["Nothing waits: every region was told what it is to be told."]
    table = plain_table("region", "topic", "area", "because", "events", "since")
    for row in rows:
        since = f"{row['since']:%Y-%m-%d %H:%M} UTC"
        what = (row["region"], row["topic"], row["area"], row["because"])
        table.add_row(*what, str(row["number"]), since)
    return [table]
