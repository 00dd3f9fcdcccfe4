"""The commands of a service: serve, migrate, and what an operator does with its quarantine."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated, TypeVar
from uuid import UUID

import typer
import uvicorn
from fastapi import APIRouter

from shared.messaging.node import Node
from shared.messaging.quarantine import CannotBeSettled, Settler
from shared.settings import ServiceSettings
from shared.telemetry.logging import start_logging
from shared.web.service_app import build_app

S = TypeVar("S", bound=ServiceSettings)
SHUTDOWN_SECONDS = 8

Name = Annotated[str, typer.Option(help="who does this, for the audit table")]
Reason = Annotated[str, typer.Option(help="why; kept sealed")]


def service_command(
    service: str,
    settings: type[S],
    build_node: Callable[[S], Awaitable[Node]],
    routers: Callable[[Node, S], Sequence[APIRouter]],
) -> typer.Typer:
    """The command line of one service, as its `__main__` runs it.

    `build_node` makes its node without starting it; `routers` its routes, over that node.
    """
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    quarantine = typer.Typer(no_args_is_help=True, help="Records that wait for a person.")
    app.add_typer(quarantine, name="quarantine")

    @app.command()
    def serve() -> None:
        """Runs the service until it is told to stop."""
        start_logging(service)
        asyncio.run(_serve(service, settings(), build_node, routers))

    @app.command()
    def migrate() -> None:
        """Brings the store to the newest version; run as the store's owner."""
        # Only here: SQLAlchemy is a quarter of a service's start and serves nothing while it runs.
        from shared.messaging.migrating import migrate as bring_up_to_date  # noqa: PLC0415

        bring_up_to_date(service)

    @quarantine.command("list")
    def list_() -> None:
        """Open rows, one JSON object a line; what is in the records stays sealed."""
        asyncio.run(_list(build_node, settings()))

    @quarantine.command("release")
    def release_(
        quarantine_id: UUID, name: Name, reason: Reason, repaired: Path | None = None
    ) -> None:
        """Delivers a record again in its place; with --repaired, this file as its value."""
        value = repaired.read_bytes() if repaired else None

        async def settle(settler: Settler) -> str:
            return await settler.release(quarantine_id, name=name, reason=reason, repaired=value)

        _settle(build_node, settings(), settle)

    @quarantine.command()
    def discard(quarantine_id: UUID, name: Name, reason: Reason) -> None:
        """Uses up the record's number as nothing, or dismisses a conflict."""

        async def settle(settler: Settler) -> str:
            return await settler.discard(quarantine_id, name=name, reason=reason)

        _settle(build_node, settings(), settle)

    return app


async def _serve(
    service: str,
    settings: S,
    build_node: Callable[[S], Awaitable[Node]],
    routers: Callable[[Node, S], Sequence[APIRouter]],
) -> None:
    node = await build_node(settings)
    app = build_app(service, node, routers(node, settings))
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=settings.http_port,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    await uvicorn.Server(config).serve()


async def _list(build_node: Callable[[S], Awaitable[Node]], settings: S) -> None:
    node = await build_node(settings)
    async with node.store.reading() as connection:
        rows = await connection.fetch(
            """select quarantine_id, source, stream, sequence, topic, kafka_partition, kafka_offset,
                      kind, reason, attempts, quarantined_at
               from quarantine where status = 'open' order by quarantined_at"""
        )
    for row in rows:
        sys.stdout.write(json.dumps(dict(row), default=str) + "\n")
    await node.store.pool.close()


def _settle(
    build_node: Callable[[S], Awaitable[Node]],
    settings: S,
    settle: Callable[[Settler], Awaitable[str]],
) -> None:
    """Asks each settler of the service; the one that knows the row settles it."""

    async def run() -> str:
        node = await build_node(settings)
        refusal = CannotBeSettled("not_open")
        try:
            for settler in node.settlers:
                try:
                    return await settle(settler)
                except CannotBeSettled as refused:
                    refusal = refused if refused.code != "not_open" else refusal
            raise refusal
        finally:
            await node.store.pool.close()

    try:
        typer.echo(asyncio.run(run()))
    except CannotBeSettled as refusal:
        typer.echo(
            f"Not done ({refusal.code}): list the open rows with `quarantine list`.", err=True
        )
        raise typer.Exit(1) from None
