"""A world with everybody who works in it: senders, authorities, recipients, and who looks on."""

import asyncio
from collections.abc import AsyncIterator, Collection, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from deploy.local.layout import SERVICES
from tests.soak.ledger import Ledger
from tests.soak.load import Load
from tests.soak.mail import Mailboxes, mail_server
from tests.soak.observer import Observer
from tests.soak.proxy import Proxy
from tests.soak.reports import DOORS, Reporters
from tests.soak.world import World, steady_ports


@dataclass
class Scene:
    """`proxies`: what stands between the services and `kafka` or `postgres`, by name."""

    world: World
    load: Load
    mailboxes: Mailboxes
    observer: Observer
    proxies: dict[str, Proxy] = field(default_factory=dict)


@asynccontextmanager
async def opened(
    directory: Path,
    *,
    seed: int,
    rate: float,
    doors: Collection[str] = DOORS,
    proxied: Collection[str] = (),
) -> AsyncIterator[Scene]:
    """Every service is ready; nothing is sent yet. All that was started has ended afterwards."""
    smtp_port, *through = steady_ports(1 + len(proxied))
    world = World(directory, smtp_port, dict(zip(proxied, through, strict=True)))
    ledger = Ledger(directory / "ledger.jsonl")
    try:
        async with AsyncExitStack() as stack:
            mailboxes = Mailboxes(directory / "mail.jsonl")
            await stack.enter_async_context(mail_server(mailboxes, smtp_port))
            proxies = {name: Proxy(world.through[name], world.ports[name]) for name in proxied}
            for proxy in proxies.values():
                await stack.enter_async_context(proxy.standing())
            client = await stack.enter_async_context(httpx.AsyncClient(trust_env=False))
            await world.open()
            for service in SERVICES:
                await world.start_service(service)
            await world.ready()
            load = Load(world, ledger, Reporters(seed, doors), rate, client)
            observer = Observer(world)
            stack.push_async_callback(load.close)
            async with beside(
                world.supervise(),
                mailboxes.confirm(load.signed, world.url("panel_notification")),
                *(observer.watch(service) for service in SERVICES),
                *(bus.read_answers() for bus in load.buses.values()),
            ):
                yield Scene(world, load, mailboxes, observer, proxies)
    finally:
        world.close()
        ledger.close()


@asynccontextmanager
async def beside(*work: Coroutine[object, object, None]) -> AsyncIterator[None]:
    """Runs endless work beside the block; if some of it fails, the block is given up."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one) for one in work]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
