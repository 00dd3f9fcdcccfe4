"""The commands of every service, and the operators' for regions, deliveries and the canary."""

from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.console import RenderableType

from services.reporting.app import build_node, routers
from services.reporting.canary_http import arrived
from services.reporting.handlers import SERVICE
from services.reporting.region_held_store import held_back
from services.reporting.settings import ReportingSettings
from services.reporting.unknown_delivery_store import unknown_deliveries
from shared.messaging.node import Node
from shared.operator_commands.plain_words import plain_table
from shared.operator_commands.running import AsJson, run_command
from shared.service_command import service_command

Days = Annotated[int, typer.Option(min=1, max=400, help="how many days back")]

regions = typer.Typer(no_args_is_help=True, help="What regions are told.")


deliveries = typer.Typer(no_args_is_help=True, help="What subscribers confirmed.")
canary = typer.Typer(no_args_is_help=True, help="Synthetic cases.")


@regions.callback()
@deliveries.callback()
@canary.callback()
def _family() -> None:
    """One command so far; more may follow."""


def commands() -> typer.Typer:
    app = service_command(SERVICE, ReportingSettings, build_node, routers)
    app.add_typer(regions, name="regions")
    app.add_typer(deliveries, name="deliveries")
    app.add_typer(canary, name="canary")
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


@deliveries.command("unknown")
def unknown(days: Days = 1, as_json: AsJson = False) -> None:
    """What systems confirmed that were never told it, the latest first."""
    work = partial(_unknown, timedelta(days=days))
    run_command(lambda: build_node(ReportingSettings()), work, _unknown_words, as_json=as_json)


async def _unknown(within: timedelta, node: Node) -> dict[str, Any]:
    async with node.store.reading() as connection:
        now = await node.store.clock.now(connection)
        found = await unknown_deliveries(connection, now, within)
    return {"unknown": [asdict(row) for row in found]}


def _unknown_words(answer: dict[str, Any]) -> list[RenderableType]:
    if not answer["unknown"]:
        return ["Every confirmation is about an event that its sender was told."]
    table = plain_table("sender", "topic", "event", "because", "confirmed", whole=["event"])
    for row in answer["unknown"]:
        at = f"{row['confirmed_at']:%Y-%m-%d %H:%M} UTC"
        why = row["because"].replace("_", " ")
        table.add_row(row["subscriber"], row["topic"], str(row["event_id"]), why, at)
    return [table]


@canary.command("last")
def last(as_json: AsJson = False) -> None:
    """When the last canary reached its region, and until when another is expected."""
    run_command(lambda: build_node(ReportingSettings()), _last, _last_words, as_json=as_json)


async def _last(node: Node) -> dict[str, Any]:
    return (await arrived(node.store)).model_dump(mode="json")


def _last_words(answer: dict[str, Any]) -> list[RenderableType]:
    expected = answer["expected_by"]
    late = "It is overdue." if answer["overdue"] else ""
    if answer["confirmed_at"] is None:
        until = f" One is expected by {expected}." if expected else ""
        return [f"No canary of the last seven days has arrived.{until} {late}".strip()]
    return [
        f"The last canary is case {answer['case_id']}. It set out at {answer['set_out_at']};"
        f" {answer['region']} confirmed it at {answer['confirmed_at']}.",
        f"The next is expected by {expected}. {late}".strip(),
    ]
