"""A store for the length of one command."""

import asyncio
import re
from collections.abc import Awaitable, Callable

from services.panel_notification.settings import PanelNotificationSettings
from shared.messaging.opening import open_store
from shared.messaging.store import Store

SERVICE = "panel_notification"
REFERENCE = re.compile(r"[A-Za-z0-9._-]{1,64}")


def with_store(work: Callable[[Store], Awaitable[None]]) -> None:
    """Runs it and closes the store, whatever happens."""

    async def run() -> None:
        store = await open_store(PanelNotificationSettings(), SERVICE)
        try:
            await work(store)
        finally:
            await store.pool.close()

    asyncio.run(run())
