"""The commands of every service, and the operators' for notices that wait for a person."""

import json
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID, uuid4

import typer

from services.panel_notification import check_commands
from services.panel_notification.app import SERVICE, build_node, routers
from services.panel_notification.notice_store import waiting_for_a_person
from services.panel_notification.settings import PanelNotificationSettings
from services.panel_notification.settlement_store import NotForAPerson, arrived, send_again
from services.panel_notification.stores_opened import REFERENCE, with_store
from shared.messaging.store import Store, Tx
from shared.operator_commands import arrivals
from shared.service_command import service_command

Name = Annotated[str, typer.Option(help="who does this, for the audit table")]
Reason = Annotated[str, typer.Option(help="why; kept sealed")]
Reference = Annotated[str, typer.Option(help="what the recipient quoted: letters, digits, . _ -")]

notices = typer.Typer(no_args_is_help=True, help="Notices that wait for a person.")


def commands() -> typer.Typer:
    app = service_command(SERVICE, PanelNotificationSettings, build_node, routers)
    arrivals.add_to(app, lambda: build_node(PanelNotificationSettings()))
    check_commands.add_to(notices)
    app.add_typer(notices, name="notices")
    return app


@notices.command("list")
def list_() -> None:
    """Undeliverable ones and those whose outcome nobody knows, one JSON object a line."""

    async def show(store: Store) -> None:
        async with store.reading() as connection:
            for row in await waiting_for_a_person(connection):
                sys.stdout.write(json.dumps(dict(row), default=str) + "\n")

    with_store(show)


@notices.command("send-again")
def send_again_(notice_id: UUID, name: Name, reason: Reason) -> None:
    """Sends a notice again; if it may have arrived before, that is published with it."""
    _settle(name, lambda tx: send_again(tx, notice_id, name=name, reason=reason))


@notices.command("arrived")
def arrived_(notice_id: UUID, reference: Reference, name: Name, reason: Reason) -> None:
    """Notes that the recipient confirmed in another way."""
    if not REFERENCE.fullmatch(reference):
        raise typer.BadParameter("letters, digits, dot, dash and underscore, at most 64")
    _settle(name, lambda tx: arrived(tx, notice_id, reference=reference, name=name, reason=reason))


def _settle(name: str, settle: Callable[[Tx], Awaitable[None]]) -> None:
    async def work(store: Store) -> None:
        async with store.transaction(uuid4(), name) as tx:
            await settle(tx)

    try:
        with_store(work)
    except NotForAPerson:
        typer.echo("Not done: list the notices that wait with `notices list`.", err=True)
        raise typer.Exit(1) from None
    typer.echo("done")
