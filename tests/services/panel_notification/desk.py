"""One service with a serious case that was sent, and callers of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from tests.conftest import OpenStore
from tests.services.panel_notification.mail_server import running_mail_server
from tests.services.panel_notification.recipients import bearer, client_of
from tests.services.panel_notification.sample_facts import NINE, case, decided, serious
from tests.services.panel_notification.told import notices, send_all, sender_of, tell
from tests.support.systems import Systems

CASE = case(1)


class Desk:
    """One service with a serious case that was sent, and callers of it."""

    def __init__(
        self, store: Store, clock: SetClock, client: httpx.AsyncClient, systems: Systems
    ) -> None:
        self.store, self.clock, self.client, self.systems = store, clock, client, systems

    def bearer(
        self, system: str, organisation: str, ago: timedelta = timedelta(0), **changes: object
    ) -> str:
        return bearer(self.systems, system, organisation, self.clock.instant - ago, **changes)

    async def notice_id(self, recipient: str = "panel") -> UUID:
        return (await notices(self.store, CASE))[recipient].notice_id

    async def post(
        self,
        notice_id: UUID,
        *,
        key: str | None = "key-1",
        system: str = "panel-desk",
        organisation: str = "panel",
        body: Any = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        headers = {"Authorization": self.bearer(system, organisation)}
        if key is not None:
            headers["Idempotency-Key"] = key
        given: dict[str, Any] = {"json": body or {"reference": "PANEL-1"}}
        if content is not None:
            given = {"content": content}
            headers["Content-Type"] = "application/json"
        return await self.client.post(f"/v1/notices/{notice_id}/receipt", headers=headers, **given)


@asynccontextmanager
async def opened_desk(open_store: OpenStore, directory: Path) -> AsyncIterator[Desk]:
    clock = SetClock(NINE)
    store = await open_store("panel_notification", clock=clock)
    await tell(store, CASE, 1, decided(serious(CASE)))
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
    clock.move(timedelta(minutes=10))
    systems = Systems(directory)
    async with client_of(store, systems) as client:
        yield Desk(store, clock, client, systems)
