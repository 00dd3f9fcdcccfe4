"""Requests signed as a sending system, asked again until they are answered."""

import asyncio
import time
from typing import Any

import httpx

from tests.support.systems import Systems

BUSY = frozenset({429, 500, 502, 503, 504})
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 4.0
REQUEST_SECONDS = 10.0


class Unanswered(Exception):
    """Nobody answered within the caller's patience."""


class Signed:
    """`trouble` counts what the callers met on their way: statuses and broken connections;
    `last_trouble` is the monotonic time of the last."""

    def __init__(self, client: httpx.AsyncClient, systems: Systems, patience: float) -> None:
        self.client = client
        self.systems = systems
        self.patience = patience
        self.trouble: dict[str, int] = {}
        self.last_trouble = 0.0

    async def ask(
        self, method: str, url: str, system: str, organisation: str, audience: str, **request: Any
    ) -> httpx.Response:
        """The answer that is no "later". Each try has a token of its own. Raises Unanswered."""
        headers = request.pop("headers", {})
        pause = FIRST_PAUSE_SECONDS
        give_up = time.monotonic() + self.patience
        while time.monotonic() < give_up:
            token = self.systems.bearer(system, organisation, audience)
            try:
                response = await self.client.request(
                    method, url, headers=headers | token, timeout=REQUEST_SECONDS, **request
                )
            except httpx.TransportError as error:
                self._met(type(error).__name__)
            else:
                if response.status_code not in BUSY:
                    return response
                self._met(str(response.status_code))
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)
        raise Unanswered

    def _met(self, what: str) -> None:
        self.last_trouble = time.monotonic()
        self.trouble[what] = self.trouble.get(what, 0) + 1
