"""The commands of a service: serve, migrate, and what an operator does with it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import typer
import uvicorn
import uvloop
from fastapi import APIRouter

from shared.ending import await_signals, exit_code
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.node import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, Node
from shared.messaging.settable_clock import ClockRefused
from shared.operator_commands import (
    consumers,
    parked,
    quarantine,
    reconcile,
    replay,
    trace_rows,
)
from shared.reference.shared_regions import use_regions_file
from shared.settings import ServiceSettings
from shared.telemetry.logging import logger, start_logging
from shared.web.service_app import build_app

S = TypeVar("S", bound=ServiceSettings)
SHUTDOWN_SECONDS = 8
REFUSED = 2


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
    for family in (quarantine, parked, replay, reconcile, trace_rows):
        family.add_to(app, lambda: _made(build_node, settings()))
    consumers.add_to(app, lambda: _made(build_node, settings()), lambda: settings().http_port)

    @app.command()
    def serve() -> None:
        """Runs the service until it is told to stop."""
        start_logging(service)
        uvloop.run(_serve(service, settings(), build_node, routers))

    @app.command()
    def migrate() -> None:
        """Brings the store to the newest version; run as the store's owner."""
        # Only here: SQLAlchemy is a quarter of a service's start and serves nothing while it runs.
        from shared.messaging.migrating import migrate as bring_up_to_date  # noqa: PLC0415

        bring_up_to_date(service)

    return app


async def _serve(
    service: str,
    settings: S,
    build_node: Callable[[S], Awaitable[Node]],
    routers: Callable[[Node, S], Sequence[APIRouter]],
) -> None:
    node = await _built(build_node, settings)
    app = build_app(service, node, routers(node, settings))
    config = uvicorn.Config(
        app,
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    await_signals()
    await uvicorn.Server(config).serve()
    if exit_code():
        raise typer.Exit(exit_code())


async def _built(build_node: Callable[[S], Awaitable[Node]], settings: S) -> Node:
    """Waits for a store that comes later than we do, as for the broker. Commands do not wait."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            return await _made(build_node, settings)
        except INFRASTRUCTURE as error:
            logger().warning("store.unreachable", error=error, seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


async def _made(build_node: Callable[[S], Awaitable[Node]], settings: S) -> Node:
    """A clock that this stack may not have is told in a sentence with its code; exit 2."""
    use_regions_file(settings.regions_file)
    try:
        return await build_node(settings)
    except ClockRefused as refused:
        typer.echo(f"Not started ({refused.code}): {refused}.", err=True)
        raise typer.Exit(REFUSED) from None
